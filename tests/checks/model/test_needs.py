"""What a policy needs of a TLS endpoint: one form whatever the order, and unions that lose nothing."""

from hypothesis import given
from hypothesis import strategies as st

from checks.model.canonical import dump, load
from checks.model.needs import TlsNeeds
from checks.model.target import TlsTarget
from checks.model.versions import PROTOCOLS

NAMES = st.lists(st.sampled_from(["a", "b", "c"])).map(tuple)
VERSIONS = st.lists(st.sampled_from(PROTOCOLS)).map(tuple)
NEEDS = st.builds(
    TlsNeeds,
    protocols=VERSIONS,
    suites=st.dictionaries(st.sampled_from(PROTOCOLS), NAMES),
    groups=NAMES,
    dh_bits=st.booleans(),
    server_preference=VERSIONS,
    certificates=st.booleans(),
    vulnerabilities=NAMES,
    features=NAMES,
)


def test_one_form_whatever_the_order() -> None:
    one = TlsNeeds(("tls1_2", "ssl2", "tls1_2"), {"tls1_3": ("b", "a", "b"), "ssl3": ("c",), "tls1_0": ()}, ("y", "x"))
    two = TlsNeeds(("ssl2", "tls1_2"), {"ssl3": ("c",), "tls1_3": ("a", "b")}, ("x", "y"))
    assert one == two
    assert hash(one) == hash(two)
    assert dump(one) == dump(two)
    assert one.suites == {"ssl3": ("c",), "tls1_3": ("a", "b")}


@given(NEEDS, NEEDS, NEEDS)
def test_a_union_holds_both(one: TlsNeeds, two: TlsNeeds, three: TlsNeeds) -> None:
    both = one | two
    assert both == two | one
    assert both | three == one | (two | three)
    assert one | one == one == one | TlsNeeds()
    for each in (one, two):
        assert both | each == both


@given(NEEDS)
def test_needs_travel_with_their_target_and_do_not_name_it(needs: TlsNeeds) -> None:
    target = TlsTarget("192.0.2.1", 443, "cong.so-mau.example", needs=needs)
    assert load(TlsTarget, dump(target)) == target
    assert target.key == TlsTarget("192.0.2.1", 443, "cong.so-mau.example").key
    assert {target}


def test_every_question_is_asked_that_either_asks() -> None:
    whole = TlsNeeds(dh_bits=True, certificates=True, alpn=True)
    nothing = TlsNeeds()
    assert (nothing.dh_bits, nothing.certificates, nothing.alpn) == (False, False, False)
    assert nothing | nothing == nothing
    assert whole | nothing == nothing | whole == whole | whole == whole
