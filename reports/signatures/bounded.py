"""`verify` in a process of its own: a file may be made so that a parser never comes to its end, or eats the memory.

As a program it reads a question from standard input and writes what was found to standard output.
"""

import resource
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from asn1crypto.x509 import Certificate

from checks.model.canonical import STRICT, dump, load
from reports.signatures.verify import Checked, verify

LARGEST = 64 * 1024 * 1024
"""Bytes of a file; a larger one is not read."""
MEMORY = 2 * 1024 * 1024 * 1024
"""Bytes of address space of the process."""
SECONDS = 60.0
"""For one file."""


@dataclass(frozen=True, slots=True)
class Question:
    """What `verify` is asked."""

    __pydantic_config__ = STRICT

    document: bytes
    at: datetime
    anchors: tuple[bytes, ...]
    """Certificates in DER."""


def verify_apart(
    document: bytes, at: datetime, anchors: Sequence[Certificate] = (), seconds: float = SECONDS
) -> Checked:
    """As `reports.signatures.verify.verify`, but over in time: a file that is not is unreadable."""
    if len(document) > LARGEST:
        return Checked(unreadable="too_large", detail=f"more than {LARGEST} bytes")
    question = Question(document, at, tuple(each.dump() for each in anchors))
    try:
        ended = subprocess.run(  # noqa: S603  (this Python, and a module of ours)
            [sys.executable, "-P", "-m", __name__],
            input=dump(question),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Checked(unreadable="too_long", detail=f"not read within {seconds:g} seconds")
    if ended.returncode:
        return Checked(unreadable="process", detail=f"the process that read it ended with {ended.returncode}")
    return load(Checked, ended.stdout)


def main() -> None:
    """Answer one question."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    question = load(Question, sys.stdin.buffer.read())
    found = verify(question.document, question.at, [Certificate.load(each) for each in question.anchors])
    sys.stdout.buffer.write(dump(found))


if __name__ == "__main__":
    main()
