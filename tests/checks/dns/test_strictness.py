"""A stricter demand never removes a fail, and no answer of DNS makes a rule of this family stumble."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from checks.check import Check
from checks.dns import aaaa, caa, dnssec, domain
from checks.model.dns import Caa, CaaRecord, Dnssec
from checks.model.evidence import DnsObservation
from checks.model.target import DnsTarget
from tests.checks.judging import ask
from tests.factories import HOST, asset, subject

SUFFIXES = ("example", "so-mau.example", "cong.so-mau.example", "khac.example")
ISSUERS = ("ca.example", "khac.example", "ba.example")
ANSWER = st.sampled_from([True, False, None])


def some(values: Any, least: int = 0) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from(values), unique=True, min_size=least)


records = st.builds(
    CaaRecord,
    st.booleans(),
    st.sampled_from(["issue", "issuewild", "iodef"]),
    st.sampled_from([*ISSUERS, "", ";", "CA.example; x=y", "%"]) | st.text(max_size=20),
)
observations = st.builds(
    DnsObservation,
    st.just(("192.0.2.1",)),
    aaaa=st.none() | st.lists(st.ip_addresses(v=6).map(str), max_size=3).map(tuple),
    caa=st.none() | st.just(Caa(None)) | st.builds(Caa, st.just(HOST), st.lists(records, max_size=4).map(tuple)),
    dnssec=st.none()
    | st.builds(
        Dnssec,
        st.sampled_from(["validating", "passing", "deaf"]),
        st.booleans(),
        st.booleans(),
        st.booleans(),
        st.sampled_from([None, "example"]),
        ANSWER,
        ANSWER,
    ),
)


def faults(check: Check[Any, Any], seen: DnsObservation, **params: Any) -> set[str]:
    shown = subject(seen, asset=asset(address=None), target=DnsTarget(HOST))
    return {each.key for each in ask(check, shown, params).instances}


@given(observations, some(SUFFIXES, 1), some(ISSUERS, 1))
def test_fewer_domains_and_fewer_issuers(seen: DnsObservation, suffixes: list[str], issuers: list[str]) -> None:
    assert faults(domain.CHECK, seen, suffixes=suffixes) <= faults(domain.CHECK, seen, suffixes=suffixes[:1])
    listed = faults(caa.CHECK, seen, issuers=issuers)
    assert faults(caa.CHECK, seen) <= listed <= faults(caa.CHECK, seen, issuers=issuers[:1])
    assert faults(aaaa.CHECK, seen, any_address=True) <= faults(aaaa.CHECK, seen)
    faults(dnssec.CHECK, seen)
