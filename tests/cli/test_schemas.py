"""The schemas kept under docs/schemas are those of the types."""

import json
from pathlib import Path

from scanner.cli.probe import schema

KEPT = Path(__file__).parents[2] / "docs" / "schemas" / "probe.json"


def test_the_schema_of_evidence_is_up_to_date() -> None:
    """Renew it with `khien probe tls --schema > docs/schemas/probe.json`."""
    assert json.loads(KEPT.read_text(encoding="utf-8")) == schema()
