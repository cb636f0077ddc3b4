"""The report on the estate as one JSON file: every figure of the PDF, with all agencies, causes and certificates."""

from typing import Any

from checks.model.text import Language
from reports.estate.formats.json_content import document
from reports.estate.formats.json_document import EstateDocument
from reports.estate.model import EstateReport
from reports.formats.json import document_bytes, schema_of


class EstateJson:
    """The estate as JSON."""

    name = "json"
    suffix = ".json"

    def render(self, report: EstateReport, language: Language) -> bytes:
        """The file; it is the same in every language."""
        return document_bytes(document(report))


def estate_schema() -> dict[str, Any]:
    """The JSON Schema of the report on the estate."""
    return schema_of(EstateDocument)
