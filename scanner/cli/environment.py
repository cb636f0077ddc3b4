"""Secrets out of the environment; khien.yaml names the variables and holds no secret."""

import os

from scanner.cli.errors import Usage


def secret(name: str) -> str:
    """The value of an environment variable. Raises Usage where it is not set."""
    found = os.environ.get(name, "")
    if not found:
        raise Usage(f"biến môi trường {name} chưa được đặt", f"the environment variable {name} is not set")
    return found
