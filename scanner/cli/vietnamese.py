"""The words of Typer's own in Vietnamese: headings of help, and how its errors begin. It has no catalogue of them."""

from collections.abc import Mapping

import typer.rich_utils
from rich.text import Text

BEGINNINGS: Mapping[str, str] = {
    "Usage: ": "Cách dùng: ",
    "Show this message and exit.": "In hướng dẫn này rồi dừng.",
    "Invalid value for ": "Giá trị không hợp lệ của ",
    "Invalid value: ": "Giá trị không hợp lệ: ",
    "Missing option ": "Thiếu tùy chọn ",
    "Missing argument ": "Thiếu tham số ",
    "Missing command.": "Thiếu tên lệnh.",
    "No such option: ": "Không có tùy chọn: ",
    "No such command ": "Không có lệnh ",
}


class _Words(typer.rich_utils.OptionHighlighter):
    """Every text of Typer passes here to be coloured, and is put into Vietnamese on the way."""

    highlights = [*typer.rich_utils.OptionHighlighter.highlights, r"(?P<usage>Cách dùng: )"]  # noqa: RUF012  (as its base)

    def __call__(self, text: str | Text) -> Text:
        found = Text(text) if isinstance(text, str) else text.copy()
        for english, vietnamese in BEGINNINGS.items():
            if found.plain.startswith(english):
                found.plain = vietnamese + found.plain.removeprefix(english)
        return super().__call__(found)


def speak() -> None:
    """Let help and errors of this process be in Vietnamese."""
    words = typer.rich_utils
    words.ARGUMENTS_PANEL_TITLE = "Tham số"
    words.OPTIONS_PANEL_TITLE = "Tùy chọn"
    words.COMMANDS_PANEL_TITLE = "Lệnh"
    words.ERRORS_PANEL_TITLE = "Lỗi"
    words.DEFAULT_STRING = "[mặc định: {}]"
    words.ENVVAR_STRING = "[biến môi trường: {}]"
    words.REQUIRED_LONG_STRING = "[bắt buộc]"
    words.RICH_HELP = "Xem thêm: [blue]{command_path} {help_option}[/]"
    words.highlighter = _Words()
