"""The form in which a run is kept: what belongs to which asset, what is the same from run to run, and the way back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from checks.model.canonical import digest, dump
from checks.model.finding import EvidenceRef, Finding, Gap
from checks.model.target import PortsTarget
from checks.score import Counted
from history import rows, sealed
from history.sealed import Look, Packed, Part
from tests.history.samples import START, finding

FIRST, SECOND, NOBODYS = (PortsTarget(f"127.0.0.{number}") for number in (1, 2, 3))


def look(target: PortsTarget, seconds: int = 0, connections: int = 1) -> Look:
    started = START + timedelta(seconds=seconds, microseconds=7)
    return Look(
        target.key,
        dump(target).decode(),
        "internet",
        started,
        started + timedelta(milliseconds=1500),
        connections,
        '{"nmap":"7.93"}',
        "sha256:" + "0" * 64,
    )


def judged(asset: str, *targets: PortsTarget, agency: str = "so-mau", control: str = "TLS-12") -> Finding:
    refs = tuple(EvidenceRef(each.key, "sha256:" + "0" * 64) for each in targets)
    return replace(finding(control, "pass", asset=asset, agency=agency), evidence=refs)


def pack(looks: Sequence[Look], *findings: Finding) -> Packed:
    return sealed.pack(START, looks, findings)


def test_a_look_belongs_to_the_first_asset_that_refers_to_it() -> None:
    gap = replace(judged("c"), gaps=(Gap(SECOND.key, "timed_out"),))
    packed = pack([look(NOBODYS), look(SECOND), look(FIRST)], gap, judged("b", FIRST), judged("a", FIRST, agency="xa"))
    assert {
        agency: {asset: part.number for asset, part in held.items()} for agency, held in packed.agencies.items()
    } == {
        "": {"": 1},
        "xa": {"a": 1},
        "so-mau": {"b": 0, "c": 1},
    }
    assert packed.agencies[""][""].findings == packed.agencies["so-mau"]["b"].looks == ""


def test_what_did_not_change_has_the_same_digests_whenever_it_is_seen() -> None:
    """Later, with other times, recorded in another order, with another asset beside it."""
    one = pack([look(FIRST), look(SECOND, 5)], judged("a", FIRST, SECOND))
    other = pack(
        [look(NOBODYS), look(SECOND, 900, 7), look(FIRST, 901)], judged("b", agency="xa"), judged("a", FIRST, SECOND)
    )
    assert one.agencies["so-mau"] == other.agencies["so-mau"]
    assert one.contents["so-mau"] == other.contents["so-mau"]
    assert one.times != other.times


def test_every_look_comes_back_to_the_byte_and_in_order() -> None:
    looks = [look(NOBODYS, 3, 9), look(SECOND, -2, 0), look(FIRST, 1)]
    packed = pack(looks, judged("a", FIRST), judged("b", SECOND))
    held = {asset: part for each in packed.agencies.values() for asset, part in each.items()}
    lines = [
        line for asset in sorted(held) if held[asset].looks for line in sealed.lines(packed.bodies[held[asset].looks])
    ]
    times = sealed.load_times(packed.bodies[packed.times])
    back = [sealed.restored(lines[place], *times.of(number, START)) for number, place in enumerate(times.places)]
    assert back == looks
    assert [rows.look_digest(each) for each in back] == [rows.look_digest(each) for each in looks]


@pytest.mark.parametrize("text", ['{"address": "127.0.0.1"}', "no JSON", '"text"', '{"b":1,"a":2}', "1"])
def test_a_column_that_somebody_changed_is_kept_as_it_is(text: str) -> None:
    (line,) = sealed.lines(sealed.join([sealed.look_line(replace(look(FIRST), tools=text))]))
    assert sealed.unpacked(line)["tools"] == text
    assert sealed.look_key(line) == b'"ports:127.0.0.1"'


def test_findings_of_an_asset_are_lines_in_the_order_of_controls() -> None:
    told = [judged("a", control=control) for control in ("B", "A")]
    packed = pack([], *told)
    assert sealed.lines(packed.bodies[packed.agencies["so-mau"]["a"].findings]) == [dump(told[1]), dump(told[0])]
    assert sealed.load_tally(packed.tallies["so-mau"]) == {Counted("pass", "high", waived=False, announced=False): 2}
    assert all(digest(body) == name for name, body in packed.bodies.items())


def test_what_contradicts_itself_is_not_packed() -> None:
    with pytest.raises(ValueError, match="two findings a/TLS-12"):
        pack([], judged("a"), judged("a"))
    with pytest.raises(ValueError, match="two agencies"):
        pack([], judged("a"), judged("a", agency="xa", control="X"))


@pytest.mark.parametrize(
    "data",
    [
        b'{"connections":[1],"lasted":[1],"places":[1],"schema":1,"started":[1]}',
        b'{"connections":[],"lasted":[1],"places":[0],"schema":1,"started":[1]}',
        b'{"connections":[1,1],"lasted":[1,1],"places":[0,0],"schema":1,"started":[1,1]}',
        b"[]",
    ],
)
def test_times_of_other_looks_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        sealed.load_times(data)


def test_the_assets_of_an_agency_come_back() -> None:
    parts = {"a": Part("sha256:00", "", 0), "": Part("", "sha256:01", 3)}
    assert sealed.load_parts(sealed.parts_bytes(parts)) == parts
    assert sealed.parts_bytes(parts) == b'{"":["","sha256:01",3],"a":["sha256:00","",0]}'
