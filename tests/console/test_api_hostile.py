"""Whatever a program sends, whether it fits the description or not: no answer is a fault of the server, and each is of
a status, a media type and a form that the description names."""

import json
from collections import Counter
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.cli.command import khien
from tests.console.conftest import ROOT, Console

EXAMPLES = 8
"""Of each operation, half of which fit the description; a minute's requests of a token are more."""
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.mark.parametrize("user", ["an-ninh", "van-thu"])
def test_no_answer_is_a_fault_of_the_server(console: Console, user: str) -> None:
    token = khien("user", "token", "add", user, "la", folder=console.folder).out.strip()
    document = json.loads((ROOT / "docs" / "schemas" / "openapi.json").read_text(encoding="utf-8"))
    schema = schemathesis.openapi.from_dict(document)
    told: Counter[int] = Counter()
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()
        cases = operation.as_strategy(GenerationMode.POSITIVE) | operation.as_strategy(GenerationMode.NEGATIVE)

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=cases)
        def send(case: Case[Any]) -> None:
            given_headers = {"Authorization": f"Bearer {token}"}
            answer = case.call_and_validate(
                base_url=f"http://127.0.0.1:{console.port}", headers=given_headers, checks=CHECKS, timeout=60
            )
            told[answer.status_code] += 1

        send()
    assert {200, 400, 404} <= told.keys() and 429 not in told, told
