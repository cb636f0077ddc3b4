"""What Khiên remembers is bytes, and a digest names them: neither may ever come out another way."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from checks.model import evidence
from checks.model.canonical import canonical, digest, dump, load, plain
from checks.model.evidence import (
    DnsObservation,
    Failure,
    Observation,
    ProbeFailure,
    load_observation,
    observation_bytes,
    observation_digest,
)
from checks.model.text import Text
from tests.factories import chain, finding, hop, http_observation, instance, ports_observation, tls_observation

OF_NOTHING = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
"""FIPS 180-4, of no bytes at all."""
SEEN: dict[str, Observation] = {
    "tls": tls_observation(certificates=(chain(b"\x00\xff"),)),
    "ports": ports_observation(22),
    "http": http_observation(),
    "dns": DnsObservation(("192.0.2.1",)),
    "failure": ProbeFailure("timed_out"),
}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@dataclass(frozen=True, slots=True)
class Held:
    """A value of a model type that holds anything."""

    value: Any


def test_canonical_bytes() -> None:
    assert canonical({"b": [1, None, True], "a": "Nghệ"}) == '{"a":"Nghệ","b":[1,null,true]}'.encode()
    assert canonical({"a": {"d": 1, "c": 2}}) == b'{"a":{"c":2,"d":1}}'
    for wrong in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="not JSON compliant"):
            canonical([wrong])


@given(JSON)
def test_canonical_bytes_are_those_of_the_standard_library(value: Any) -> None:
    """Whichever library writes them: documents say how with no word on it."""
    written = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert canonical(value) == written
    assert dump(Held(value)) == b'{"value":' + written + b"}"


def test_what_utf_8_cannot_hold_is_refused() -> None:
    for refused in ("\ud800", {"\ud800": 1}):
        with pytest.raises(ValueError, match="surrogates"):
            canonical(refused)


def test_digests() -> None:
    assert digest(b"") == OF_NOTHING
    assert observation_digest(SEEN["dns"]) == digest(dump(SEEN["dns"]))


def test_values_come_back_and_nothing_else_does() -> None:
    text = Text("chữ", "text")
    assert plain(text) == {"vi": "chữ", "en": "text"}
    assert dump(text) == '{"en":"text","vi":"chữ"}'.encode()
    assert load(Text, dump(text)) == text
    for wrong in (b'{"en":"text"}', b'{"en":"text","vi":"a","fr":"b"}', b'{"en":1,"vi":"a"}'):
        with pytest.raises(ValidationError):
            load(Text, wrong)


@pytest.mark.parametrize("kind", SEEN)
def test_observations_come_back_and_say_what_they_are(kind: str) -> None:
    data = observation_bytes(SEEN[kind])
    assert f'"kind":"{kind}"'.encode() in data
    assert b'"schema":1' in data
    assert load_observation(data) == SEEN[kind]
    with pytest.raises(ValidationError):
        load_observation(data.replace(b'"schema":1', b'"schema":99'))


def test_observations_of_an_earlier_schema_are_lifted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Step by step, and each kind by its own steps."""

    def renamed(found: dict[str, Any]) -> dict[str, Any]:
        return {**{name: value for name, value in found.items() if name != "why"}, "reason": found["why"], "schema": 0}

    steps = {("failure", -1): renamed, ("failure", 0): lambda found: {**found, "schema": 1}}
    monkeypatch.setattr(evidence, "UPCASTERS", steps)
    assert load_observation(b'{"kind":"failure","schema":-1,"why":"timed_out","detail":""}') == SEEN["failure"]
    assert load_observation(observation_bytes(SEEN["dns"])) == SEEN["dns"]
    with pytest.raises(ValidationError):
        load_observation(b'{"kind":"dns","schema":-1,"addresses":[]}')


def test_why_a_question_has_no_answer() -> None:
    failures = (Failure("groups", "timed_out"), Failure("trace", "reset"), Failure("caa", "dns_failed"))
    tls, http = tls_observation(failures=failures), http_observation(failures=failures)
    dns = DnsObservation((), failures=failures)
    assert (tls.failure("groups"), http.unanswered("trace"), dns.unanswered("caa")) == failures
    assert (tls.failure("alpn"), http.unanswered("missing_page"), dns.unanswered("aaaa")) == (None, None, None)
    assert failures[0].detail == ""


def test_values_of_a_header_in_any_case() -> None:
    sent = hop(headers=[("Set-Cookie", "a"), ("server", "b"), ("SET-COOKIE", "c")])
    assert sent.values("set-cookie") == sent.values("Set-Cookie") == ("a", "c")
    assert sent.http_version == "1.1"


def test_what_observations_say_without_being_told() -> None:
    (port,) = ports_observation(22).open
    assert (port.service, port.tls, ports_observation(22).unidentified) == (None, False, "")
    assert ProbeFailure("timed_out").detail == ""
    assert (instance().target, instance().path) == ("", "")
    assert finding("fail", instances=()).due is None
