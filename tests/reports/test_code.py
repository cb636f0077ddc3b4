"""A broken line can still be pasted: a shell reads the same words, and a broken word is owned up to."""

import shlex
import subprocess

from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfbase.pdfmetrics import stringWidth

from reports.pdf.code import wrapped
from reports.pdf.fonts import load

FONT, SIZE, WIDTH = load().mono, 8, 200.0


def read_by_a_shell(lines: tuple[str, ...]) -> list[str]:
    """The words after the first two of a printf command, as the shell sees them."""
    done = subprocess.run(["sh", "-c", "\n".join(lines)], check=True, capture_output=True, timeout=10)
    return done.stdout.decode().split("\0")[:-1]


@settings(max_examples=50)
@given(st.lists(st.text(alphabet="ab '\"\\$&|<", min_size=1, max_size=12), min_size=1, max_size=20))
def test_a_shell_reads_the_same_words_from_the_broken_command(arguments: list[str]) -> None:
    broken = wrapped(shlex.join(["printf", "%s\\0", *arguments]), FONT, SIZE, 2 * WIDTH, shell=True)
    assert all(stringWidth(line, FONT, SIZE) <= 2 * WIDTH for line in broken.lines)
    assert not broken.harmed
    assert read_by_a_shell(broken.lines) == arguments


def test_a_command_is_broken_at_spaces_with_a_mark_that_it_goes_on() -> None:
    names = ["cong.so-mau.example", "127.0.0.1:443", "-servername", "-showcerts"] * 3
    broken = wrapped(shlex.join(["printf", "%s\\0", *names]) + " </dev/null", FONT, SIZE, WIDTH, shell=True)
    assert len(broken.lines) > 1
    assert all(line.endswith(" \\") for line in broken.lines[:-1])
    assert read_by_a_shell(broken.lines) == names


def test_a_quoted_argument_is_not_broken_at_its_spaces() -> None:
    broken = wrapped("curl -H '" + "a b " * 30 + "' https://a.example/", FONT, SIZE, WIDTH, shell=True)
    assert broken.harmed


def test_a_long_word_is_broken_after_a_joint_and_says_so() -> None:
    line = "ssl_ciphers " + ":".join(["ECDHE-RSA-AES128-GCM-SHA256"] * 5) + ";"
    broken = wrapped(line, FONT, SIZE, WIDTH)
    assert broken.harmed
    assert all(each.endswith((":", ";", "ssl_ciphers")) for each in broken.lines)
    assert "".join(each.strip() for each in broken.lines) == line.replace(" ", "")


def test_a_short_line_keeps_its_indent() -> None:
    assert wrapped("    Header always set A", FONT, SIZE, WIDTH).lines == ("    Header always set A",)
    assert wrapped("", FONT, SIZE, WIDTH).lines == (" ",)
