"""tls.certificate_shared_key: which assets hold one key, seen through the index of an estate's keys."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.evaluate import evaluate
from checks.model.asset import Asset
from checks.model.evidence import CertificateChain, Evidence
from checks.model.finding import Finding
from checks.model.keys import Holder, Holders, Others
from checks.model.target import HttpTarget, TlsTarget
from checks.tls import certificate_shared_key
from checks.tls.keys import key_digest
from tests.certificates import intermediate, key, leaf, root
from tests.checks.tls.asking import ask, short
from tests.checks.tls.key_holders import ELSEWHERE, FIRST, FOREIGN, OWN, THIRD, certificate, serving, site
from tests.factories import (
    ADDRESS,
    HOST,
    NOW,
    asset,
    by_key,
    chain,
    control,
    evidence,
    failure_evidence,
    policy,
    reference_data,
    tls_observation,
    tls_target,
)

CHECK = certificate_shared_key.CHECK


def judged(
    assets: Sequence[Asset], seen: Sequence[Evidence], params: Any = None, neighbours: Sequence[Asset] = ()
) -> dict[str, Finding]:
    demanded = policy(control("KEY", CHECK.id, params=params or {}))
    found = evaluate(demanded, assets, by_key(*seen), (), NOW, reference_data([root().der]), neighbours)
    return {each.asset: each for each in found}


def verdict(other: Asset, *ders: bytes, **params: Any) -> str:
    """Of the first asset beside another that serves these certificates."""
    return judged([FIRST, other], [serving(FIRST), serving(other, *ders)], params)[FIRST.id].verdict


@pytest.mark.parametrize(
    ("other", "params", "expected"),
    [
        (site("b", "b.example"), {}, "fail"),
        (site("b", "b.example", ADDRESS), {}, "pass"),  # one server with two names
        (site("b", "b.example", ADDRESS), {"same_address": False}, "fail"),
        (site("b", HOST), {}, "pass"),  # one name
        (asset("b", url=f"https://{HOST}:8443/"), {"same_address": False}, "pass"),
        (site("b", "b.example"), {"same_agency": True}, "pass"),
        (site("b", "b.example", agency="khac"), {"same_agency": True}, "fail"),
        (site("b", "b.example", agency="khac"), {}, "fail"),
        (site("b", "b.example", ADDRESS, agency="khac"), {"same_agency": True, "same_address": False}, "fail"),
        (site("b", "b.example", status="retired"), {}, "pass"),
    ],
)
def test_who_may_share(other: Asset, params: Any, expected: str) -> None:
    assert verdict(other, **params) == expected


def test_another_key_is_not_the_same() -> None:
    assert verdict(site("b", "b.example"), certificate(FOREIGN)) == "pass"
    assert verdict(site("b", "b.example"), certificate(FOREIGN), certificate()) == "fail"
    renewed = leaf(root(), "b.example", private=OWN)
    assert verdict(site("b", "b.example"), renewed) == "fail"  # another certificate of the same key


def test_both_sides_learn_of_it_and_of_each_other() -> None:
    other = site("b", "b.example")
    found = judged([FIRST, other], [serving(FIRST), serving(other)])
    for asset_id, partner in ((FIRST.id, "b"), ("b", FIRST.id)):
        [instance] = found[asset_id].instances
        assert (instance.params["assets"], instance.params["total"]) == ((partner,), 1)
    assert found[FIRST.id].instances[0].key == f"{ADDRESS}:443/ec/key_shared"


def test_assets_of_other_agencies_are_counted_and_never_named() -> None:
    """What one agency has is not told to another."""
    other = site("bi-mat", "bi-mat.example", agency="khac")
    found = judged([FIRST, other], [serving(FIRST), serving(other)])
    for asset_id, unnamed in ((FIRST.id, "bi-mat"), ("bi-mat", FIRST.id)):
        [instance] = found[asset_id].instances
        assert (instance.reason, instance.key.rpartition("/")[2]) == ("key_shared_outside",) * 2
        assert instance.params["total"] == 1
        assert unnamed not in repr(found[asset_id])


def test_some_of_the_own_agency_and_some_of_others() -> None:
    """Two faults: the one is mended at home, the other together with somebody else."""
    estate = [FIRST, site("b", "b.example"), site("c", "c.example", THIRD, agency="khac")]
    estate.append(site("d", "d.example", "192.0.2.4", agency="ba"))
    found = judged(estate, [serving(each) for each in estate])[FIRST.id].instances
    assert [(each.reason, each.params["total"]) for each in found] == [("key_shared", 1), ("key_shared_outside", 2)]
    alone = judged(estate, [serving(each) for each in estate], {"same_agency": True})[FIRST.id].instances
    assert [each.reason for each in alone] == ["key_shared_outside"]


def test_many_are_counted_and_some_are_named() -> None:
    others = [site(f"b-{number}", f"b{number}.example", f"198.51.100.{number}") for number in range(8)]
    found = judged([FIRST, *others], [serving(each) for each in (FIRST, *others)])[FIRST.id].instances[0]
    assert found.params["assets"] == ("b-0", "b-1", "b-2", "b-3", "b-4")
    assert found.params["total"] == 8


def test_assets_under_other_policies_are_compared_as_well() -> None:
    other = site("b", "b.example")
    found = judged([FIRST], [serving(FIRST), serving(other)], neighbours=[other])
    assert list(found) == [FIRST.id]
    assert found[FIRST.id].verdict == "fail"


@given(st.lists(st.booleans(), min_size=6, max_size=6), st.booleans())
def test_who_is_judged_together_means_nothing(chosen: list[bool], same_agency: bool) -> None:
    """An agency judged by itself is judged on all that the run saw, as long as the other assets are told."""
    estate = [site(f"b-{n}", f"b{n}.example", f"198.51.100.{n % 4}", agency=f"so-{n % 2}") for n in range(6)]
    seen = [serving(each, certificate(OWN if n % 3 else FOREIGN)) for n, each in enumerate(estate)]
    params = {"same_agency": same_agency}
    whole = judged(estate, seen, params)
    some = [each for each, wanted in zip(estate, chosen, strict=True) if wanted]
    rest = [each for each in estate if each not in some]
    assert judged(some, seen, params, neighbours=rest) == {each.id: whole[each.id] for each in some}


def beside(own: tuple[str, str, str], *others: tuple[str, str, str], same_address: bool = True) -> tuple[int, int]:
    """How many of the own agency and of others hold a key too: id, agency, hosts at addresses ("b.example@::1")."""
    places = {id: [each.split("@") for each in where.split()] for id, _, where in (own, *others)}
    made = [
        Holder(id, agency, *(frozenset(each) for each in zip(*places[id], strict=True)))
        for id, agency, _ in (own, *others)
    ]
    found = Holders(made).beside(made[0], same_address=same_address, names=5)
    return found.within, found.outside


def test_an_asset_with_two_addresses_is_one_server_at_both() -> None:
    """Two names that both stand at an IPv4 and an IPv6 address, or at one of both."""
    own = ("a", "so", "a.example@192.0.2.1 a.example@2001:db8::1")
    for where in ("b.example@192.0.2.1 b.example@2001:db8::1", "b.example@2001:db8::1 b.example@192.0.2.7"):
        assert beside(own, ("b", "so", where)) == (0, 0)
        assert beside(own, ("b", "so", where), same_address=False) == (1, 0)
    elsewhere = ("b", "so", "b.example@192.0.2.7")
    assert beside(own, elsewhere, ("c", "khac", "c.example@2001:db8::1")) == (1, 0)


def test_an_asset_with_two_names_may_have_one_of_its_own() -> None:
    """One host is the other's too: that is one site at two assets, at whatever address, for both of them."""
    one, two = ("a", "so", "a.example@192.0.2.1 thu.example@192.0.2.2"), ("b", "khac", "thu.example@192.0.2.3")
    for same in (True, False):
        assert beside(one, two, same_address=same) == (0, 0)
        assert beside(two, one, same_address=same) == (0, 0)
        assert beside(two, ("c", "khac", "c.example@192.0.2.4"), one, same_address=same) == (1, 0)


def test_what_shares_an_address_and_a_host_is_left_out_once() -> None:
    own = ("a", "so", "a.example@192.0.2.1 thu.example@192.0.2.1")
    alike = ("b", "so", "a.example@192.0.2.1 thu.example@192.0.2.2")
    assert beside(own, alike, ("c", "so", "c.example@192.0.2.3"), ("d", "khac", "d.example@192.0.2.1")) == (1, 0)
    assert beside(own, alike, ("d", "khac", "d.example@192.0.2.1"), same_address=False) == (0, 1)


def test_who_holds_no_key_may_ask_too() -> None:
    """An asset that is in use no more is looked at and is no holder; its own place is left out all the same."""
    held = Holders([Holder("b", "so", frozenset({"b.example"}), frozenset({ELSEWHERE}))])
    own = Holder("a", "so", frozenset({"a.example"}), frozenset({ADDRESS}))
    assert held.beside(own, same_address=True, names=5) == Others(1, ("b",), 0)
    assert held.beside(replace(own, agency="khac"), same_address=True, names=5) == Others(0, (), 1)
    assert held.beside(replace(own, addresses=frozenset({ELSEWHERE})), same_address=True, names=5) == Others(0, (), 0)


def test_a_holder_is_asked_for_by_one_of_its_places_and_known_by_all() -> None:
    """The rule sees one target at a time."""
    whole = Holder("a", "so", frozenset({"a.example", "thu.example"}), frozenset({ADDRESS, ELSEWHERE}))
    others = [Holder("b", "so", frozenset({"thu.example"}), frozenset({THIRD}))]
    others += [Holder("c", "so", frozenset({"c.example"}), frozenset({ELSEWHERE}))]
    seen = Holder("a", "so", frozenset({"a.example"}), frozenset({ADDRESS}))
    held = Holders([whole, *others])
    assert held.beside(seen, same_address=True, names=5) == Others(0, (), 0)
    assert held.beside(seen, same_address=False, names=5) == Others(1, ("c",), 0)


def test_a_key_that_no_asset_in_use_holds_is_shared_with_none() -> None:
    seen = tls_observation(certificates=(chain(certificate()),))
    assert short(ask(CHECK, seen)) == "pass"


def test_both_faults_have_words() -> None:
    holders = Holders(
        Holder(id, agency, frozenset({f"{id}.example"}), frozenset({place}))
        for id, agency, place in (("b", "so-mau", ELSEWHERE), ("c", "khac", THIRD))
    )
    seen = tls_observation(certificates=(chain(certificate()),))
    found = ask(CHECK, seen, keys={key_digest(certificate()): holders})
    assert short(found) == "fail key_shared key_shared_outside"
    assert short(ask(CHECK, tls_observation())) == "not_assessable certificate_not_seen"


def test_names_are_sorted_whatever_they_stand_at() -> None:
    made = [
        Holder(id, "so", frozenset({f"{id}.example"}), frozenset({place}))
        for id, place in (("a", ADDRESS), ("b", ELSEWHERE), ("c", THIRD), ("d", ELSEWHERE))
    ]
    assert Holders(made).beside(made[0], same_address=True, names=5) == Others(3, ("b", "c", "d"), 0)


HOSTS, PLACES = ("a.example", "b.example", "c.example"), ("192.0.2.1", "192.0.2.2", "192.0.2.3")


@given(
    st.lists(
        st.tuples(
            st.sampled_from(("so", "khac")),
            st.frozensets(st.sampled_from(HOSTS), min_size=1),
            st.frozensets(st.sampled_from(PLACES), min_size=1),
        ),
        min_size=1,
        max_size=8,
    ),
    st.booleans(),
)
def test_others_are_those_that_share_nothing(drawn: list[Any], same_address: bool) -> None:
    """Beside the definition, asset by asset."""
    made = [Holder(f"a{number}", *each) for number, each in enumerate(drawn)]
    found = Holders(made)
    for own in made:
        apart = [
            each
            for each in made
            if own.hosts.isdisjoint(each.hosts) and not (same_address and not own.addresses.isdisjoint(each.addresses))
        ]
        within = [each.asset for each in apart if each.agency == own.agency]
        told = found.beside(own, same_address=same_address, names=2)
        assert (told.within, told.outside) == (len(within), len(apart) - len(within))
        assert len(told.named) == min(2, len(within))
        assert set(told.named) <= set(within)
        assert list(told.named) == sorted(told.named)


@pytest.mark.parametrize("same_address", [True, False])
@pytest.mark.parametrize("address", [ADDRESS, "10.0.{}.{}"])
def test_a_key_that_thousands_hold_costs_in_proportion(address: str, same_address: bool) -> None:
    """At one address or each at its own: counted in instructions, not in seconds."""

    def steps(count: int) -> int:
        made = [
            Holder(f"a{n}", "so", frozenset({f"h{n}.example"}), frozenset({address.format(n // 250, n % 250)}))
            for n in range(count)
        ]
        found, counted, previous = Holders(made), 0, sys.gettrace()

        def tick(frame: Any, event: str, argument: Any) -> Any:
            nonlocal counted
            frame.f_trace_opcodes = True
            counted += 1
            return tick

        sys.settrace(tick)
        try:
            for each in made:
                found.beside(each, same_address=same_address, names=5)
        finally:
            sys.settrace(previous)
        return counted

    assert steps(400) < 5 * steps(100)


def test_one_authority_is_no_shared_key() -> None:
    """The chains end in the same intermediate; what counts is the server's own certificate."""
    other = site("b", "b.example")
    seen = []
    for owner, private in ((FIRST, OWN), (other, FOREIGN)):
        whole = (CertificateChain((certificate(private), intermediate().der)),)
        seen.append(evidence(TlsTarget(owner.address or "", 443, owner.host), tls_observation(certificates=whole)))
    assert judged([FIRST, other], seen)[FIRST.id].verdict == "pass"


def test_a_literal_address_is_its_own_host() -> None:
    holders = Holders([Holder("b", "so-mau", frozenset({ADDRESS}), frozenset({ELSEWHERE}))])
    seen = tls_observation(certificates=(chain(certificate()),))
    keys = {key_digest(certificate()): holders}
    assert short(ask(CHECK, seen, keys=keys, target=tls_target(server_name=None))) == "pass"
    assert short(ask(CHECK, seen, keys=keys)) == "fail key_shared"


def test_each_chain_is_judged() -> None:
    rsa, other = certificate(key("rsa", 2048)), site("b", "b.example")
    found = judged([FIRST, other], [serving(FIRST, certificate(FOREIGN), rsa), serving(other, rsa)])[FIRST.id]
    assert [each.key for each in found.instances] == [f"{ADDRESS}:443/rsa/key_shared"]


def test_without_other_evidence_nothing_is_shared() -> None:
    other = site("b", "b.example")
    failed = failure_evidence(TlsTarget(ELSEWHERE, 443, "b.example"))
    assert judged([FIRST, other], [serving(FIRST), failed])[FIRST.id].verdict == "pass"
    assert judged([FIRST, other], [serving(FIRST)])[FIRST.id].verdict == "pass"
    assert judged([FIRST, other], [serving(other)])[FIRST.id].verdict == "not_assessable"
    assert verdict(other, b"not a certificate") == "pass"


def test_keys_belong_to_endpoints() -> None:
    with pytest.raises(TypeError):
        ask(CHECK, tls_observation(), target=HttpTarget(ADDRESS, f"https://{HOST}/"))


def test_only_rules_that_compare_keys_are_given_them() -> None:
    """The index reads every certificate; nobody else pays for it."""
    other, seen = site("b", "b.example"), [serving(FIRST), serving(site("b", "b.example"))]
    both = policy(control("KEY", CHECK.id), control("TLS", "tls.served"))
    found = evaluate(both, [FIRST, other], by_key(*seen), (), NOW, reference_data())
    assert {(each.control, each.verdict) for each in found} == {("KEY", "fail"), ("TLS", "pass")}


@given(st.permutations(range(6)), st.permutations(range(6)))
def test_order_means_nothing(assets: list[int], looks: list[int]) -> None:
    estate = [site(f"b-{number}", f"b{number}.example", f"198.51.100.{number % 4}") for number in range(6)]
    seen = [serving(each, certificate(OWN if number % 3 else FOREIGN)) for number, each in enumerate(estate)]
    whole = judged(estate, seen)
    assert judged([estate[each] for each in assets], [seen[each] for each in looks]) == whole
