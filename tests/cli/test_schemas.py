"""The schemas kept under docs/schemas are those of the types."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scanner.cli import differing, faults, probe, scores

KEPT = Path(__file__).parents[2] / "docs" / "schemas"


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        ("probe", probe.schema),
        ("history-diff", differing.schema),
        ("history-findings", faults.schema),
        ("history-score", scores.schema),
        ("history-score-as-of", scores.as_of_schema),
        ("history-statistics", faults.statistics_schema),
    ],
)
def test_a_schema_is_up_to_date(name: str, schema: Callable[[], dict[str, Any]]) -> None:
    """Renew it with `khien probe tls --schema` or `khien history ... --schema`, into docs/schemas/NAME.json."""
    assert json.loads((KEPT / f"{name}.json").read_text(encoding="utf-8")) == schema()
