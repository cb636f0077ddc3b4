"""The report as one JSON file: every code, value and figure of the PDF, and the sentences in both languages."""

import json
from typing import Any

from checks.model.canonical import adapter, plain
from checks.model.text import Language
from reports.formats.json_content import document
from reports.formats.json_document import ReportDocument
from reports.model import AgencyReport


class Json:
    """An agency's report as JSON."""

    name = "json"
    suffix = ".json"

    def render(self, report: AgencyReport, language: Language) -> bytes:
        """The file; it is the same in every language."""
        return report_bytes(report)


def report_bytes(report: AgencyReport) -> bytes:
    """The JSON report in UTF-8, indented, with sorted keys: equal reports give equal bytes."""
    return document_bytes(document(report))


def document_bytes(made: object) -> bytes:
    """A document of one of the JSON reports as it is written."""
    text = json.dumps(plain(made), ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False)
    # A lone surrogate from a damaged header has no UTF-8 form; it is shown escaped.
    return (text + "\n").encode("utf-8", "backslashreplace")


def schema() -> dict[str, Any]:
    """The JSON Schema of the report."""
    return schema_of(ReportDocument)


def schema_of(kind: type) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a document, made of its types."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **adapter(kind).json_schema(mode="serialization"),
    }


def schema_bytes(kind: type = ReportDocument) -> bytes:
    """The schema of a document as it is kept under docs/schemas."""
    return (json.dumps(schema_of(kind), ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()
