"""The tags of an HTML page: a tokenizer after the WHATWG HTML standard (section 13.2.5), cut down to what a look reads.

Pure, and linear in time whatever the page holds: every pattern is possessive and is tried once at each place, and
both tags and attributes have a bound. What is inside comments, scripts and other raw text is no tag. There is no tree.
"""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

MOST_TAGS: Final = 30_000
MOST_ATTRIBUTES: Final = 30_000
"""Of tags that are wanted."""
VALUE_LENGTH: Final = 8000
"""Characters of an attribute's value that are kept."""

_SPACE: Final = r"\t\n\f\r "
_TEXT: Final = re.compile(rf"[^{_SPACE}]")
_MARK: Final = re.compile(
    rf"<(?:(?P<comment>!--)|(?P<bogus>[!?]|/(?![A-Za-z]))|(?P<end>/?)(?P<name>[A-Za-z][^{_SPACE}/>]*+))"
)
_COMMENT_END: Final = re.compile(r"--!?>|(?<=<!--)-?>")
_VALUE: Final = rf"""[{_SPACE}]*+=[{_SPACE}]*+(?:"[^"]*+"|'[^']*+'|[^{_SPACE}>"'][^{_SPACE}>]*+|(?=>))"""
_REST: Final = re.compile(rf"(?:[{_SPACE}/]++|(?:=[^{_SPACE}/>=]*+|[^{_SPACE}/>=]++)(?:{_VALUE}|(?![{_SPACE}]*+=)))*+>")
"""Attributes up to the end of the tag. It fails only where the page ends inside the tag, which then is none."""
_ATTRIBUTE: Final = re.compile(
    rf"(?P<name>=[^{_SPACE}/>=]*+|[^{_SPACE}/>=]++)"
    rf"""(?:[{_SPACE}]*+=[{_SPACE}]*+(?:"(?P<double>[^"]*+)"|'(?P<single>[^']*+)'|(?P<plain>[^{_SPACE}>"'][^{_SPACE}>]*+)))?"""
)
_RAW: Final = {
    name: re.compile(rf"</{name}(?=[{_SPACE}/>])", re.IGNORECASE)
    for name in ("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "noscript")
}
"""Elements whose content is text for a reader with scripts (section 13.2.6.4)."""
_RAW_IN_FOREIGN: Final = frozenset({"script", "style"})
_FOREIGN: Final = frozenset({"svg", "math"})


@dataclass(frozen=True, slots=True)
class Tag:
    """A start or end tag."""

    name: str
    """In lower case."""
    ends: bool
    attributes: Mapping[str, str]
    """Of a start tag that is wanted: names in lower case, values without character references; of two, the first."""
    after_text: bool = False
    """Whether there is more than white space between the tag before and this one."""


class Markup:
    """The tags of a page, in their order."""

    def __init__(self, text: str, wanted: frozenset[str]) -> None:
        """`wanted`: the elements whose attributes are read."""
        self._text = text
        self._wanted = wanted
        self._attributes = 0
        self._foreign = 0
        self.exhausted = False
        """Whether a bound was reached, so that there are more tags than were given."""

    def tags(self) -> Iterator[Tag]:
        """Every tag up to the end of the page or a bound."""
        position, after_text = 0, False
        for _ in range(MOST_TAGS):
            mark = _MARK.search(self._text, position)
            if mark is None:
                return
            after_text = after_text or _TEXT.search(self._text, position, mark.start()) is not None
            if mark["name"] is None:
                end = self._skip(mark)
                if end is None:
                    return
                position = end
                continue
            rest = _REST.match(self._text, mark.end())
            if rest is None:
                return
            name, ends = mark["name"].lower(), bool(mark["end"])
            wanted = not ends and name in self._wanted
            yield Tag(name, ends, self._read(mark.end(), rest.end() - 1) if wanted else {}, after_text)
            position, after_text = rest.end(), False
            if not ends or name in _FOREIGN:
                found = self._after(name, ends, position)
                if found is None:
                    return
                position = found
        self.exhausted = True

    def _skip(self, mark: re.Match[str]) -> int | None:
        """Past a comment, a declaration or what is taken for one; None where it does not end."""
        if mark["comment"]:
            closing = _COMMENT_END.search(self._text, mark.end())
            return None if closing is None else closing.end()
        end = self._text.find(">", mark.start() + 2)
        return None if end < 0 else end + 1

    def _after(self, name: str, ends: bool, position: int) -> int | None:
        """Where the next tag may begin: behind the text of an element that holds nothing else; None for nowhere."""
        closed = self._text[position - 2] == "/"
        if name in _FOREIGN:
            self._foreign = max(0, self._foreign + (-1 if ends else 0 if closed else 1))
            return position
        if name == "plaintext":
            return None
        if name not in _RAW or (self._foreign and (closed or name not in _RAW_IN_FOREIGN)):
            return position
        closing = _RAW[name].search(self._text, position)
        return None if closing is None else closing.start()

    def _read(self, start: int, end: int) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for each in _ATTRIBUTE.finditer(self._text, start, end):
            self._attributes += 1
            if self._attributes > MOST_ATTRIBUTES:
                self.exhausted = True
                break
            name = each["name"].lower()
            if name not in found:
                found[name] = _plain(each["double"] or each["single"] or each["plain"] or "")
        return found


def _plain(value: str) -> str:
    """A value without character references (section 13.2.5.72)."""
    value = value[:VALUE_LENGTH]
    try:
        return html.unescape(value) if "&" in value else value
    except ValueError:  # a number of thousands of digits
        return value
