"""What can go wrong with telling. Every error says so in both languages; only the command line prints.

ReportError
├── FontError      no typeface will do, or the configured one will not
├── StampError     the image of a signature or seal will not do
└── SigningError   a document cannot be signed: the key, the token or the time stamp
"""

from checks.model.text import Text


class ReportError(Exception):
    """The root; `text` is the message in both languages, `str()` gives the English one."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text

    def __reduce__(self) -> tuple[type["ReportError"], tuple[Text]]:
        """How it comes out of a process that renders."""
        return type(self), (self.text,)


class FontError(ReportError):
    """No typeface will do, or the configured one will not; the message says which and why."""


class StampError(ReportError):
    """The image of a signature or seal will not do."""


class SigningError(ReportError):
    """A document cannot be signed."""
