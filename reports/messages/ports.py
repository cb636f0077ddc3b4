"""What the reason codes of checks/ports say. Placeholders are the parameters of the code."""

from collections.abc import Mapping

from checks.model.text import Text

REASONS: Mapping[str, Text] = {}
