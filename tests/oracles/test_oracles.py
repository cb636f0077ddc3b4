"""Today's verdicts on recorded observations, beside the recorded verdicts of peers: every difference is explained."""

import re
from collections import Counter
from dataclasses import replace
from fnmatch import fnmatchcase

import pytest

from tests.oracles import npm
from tests.oracles.disagreement import Disagreement
from tests.oracles.disagreements import DISAGREEMENTS
from tests.oracles.document import DOCUMENT, text
from tests.oracles.nothing import nothing_there
from tests.oracles.peers import PEERS, UNASKED, Peer, findings
from tests.oracles.questions import QUESTIONS, Compared, compared
from tests.oracles.recording import FOLDER, read
from tests.oracles.sites import SITES
from tests.oracles.tls_servers import ASKED_OF_TESTSSL, SERVERS

Key = tuple[Peer, str, str, str, str]


def key(each: Compared) -> Key:
    """A difference as the table names it."""
    return each.question.peer, each.question.id, each.case, each.ours, each.theirs


def explained() -> Counter[Key]:
    """Every difference that the table has, with how often."""
    return Counter(
        (each.peer, question, case, each.ours, each.theirs)
        for each in DISAGREEMENTS
        for question in each.questions
        for case in each.cases
    )


def test_every_difference_is_explained_and_nothing_else() -> None:
    differ = {key(each) for each in compared() if not each.agree}
    assert differ - set(explained()) == set()
    assert set(explained()) - differ == set()


def entry(each: Compared) -> Disagreement:
    """The entry of a difference. Raises StopIteration where there is none."""
    return next(
        entry
        for entry in DISAGREEMENTS
        if (entry.peer, entry.ours, entry.theirs) == (each.question.peer, each.ours, each.theirs)
        and each.question.id in entry.questions
        and each.case in entry.cases
    )


def test_every_difference_is_of_the_faults_that_its_entry_names() -> None:
    other = [(key(each), each.because) for each in compared() if not each.agree and not entry(each).explains(each)]
    assert other == []


def test_another_fault_in_a_case_that_is_explained_is_not() -> None:
    for each in (each for each in compared() if not each.agree):
        for planted in (each.because | {"planted:fault"}, frozenset({"planted:fault"}), frozenset[str]()):
            assert not entry(each).explains(replace(each, because=planted)), key(each)


def test_what_is_there_is_not_passed_over_as_not_applicable() -> None:
    """A verdict "not applicable" in place of any pass or fail of ours would be a difference."""
    recordings = {name: read(name) for name in ("tls", "sites")}
    reasons: dict[str, set[str]] = {}
    for each in compared():
        if each.ours == "not_applicable":
            reasons.setdefault(each.question.id, set()).update(each.because)
    for each in compared():
        if each.ours in ("pass", "fail"):
            for reason in reasons.get(each.question.id, ()):
                seen = recordings[each.question.recording].cases[each.case]["seen"]
                assert not nothing_there(seen, each.question.controls, frozenset({reason})), key(each)


def test_no_difference_is_explained_twice() -> None:
    assert [each for each, count in explained().items() if count > 1] == []
    assert all(each.why and each.source for each in DISAGREEMENTS)


@pytest.mark.parametrize(("peer", "cases"), [(PEERS[0], 60), (PEERS[1], 10), (PEERS[2], 100), (PEERS[3], 60)])
def test_enough_is_compared(peer: Peer, cases: int) -> None:
    answers = [each for each in compared() if each.question.peer == peer]
    assert len({each.case for each in answers}) >= cases
    assert {each.question.id for each in answers} == {each.id for each in QUESTIONS if each.peer == peer}


def test_both_verdicts_come_of_every_peer_and_of_us() -> None:
    for peer in PEERS:
        answers = [each for each in compared() if each.question.peer == peer]
        assert {"pass", "fail"} <= {each.ours for each in answers}
        assert {"pass", "fail"} == {each.theirs for each in answers}


def test_whatever_a_peer_finds_is_asked_about_or_said_not_to_be() -> None:
    for peer in PEERS:
        found = {
            name for kept in ("tls", "sites") for case in read(kept).cases.values() for name in findings(peer, case)
        }
        rest = found - {name for each in QUESTIONS if each.peer == peer for name in each.reads}
        named = {pattern: {each for each in rest if fnmatchcase(each, pattern)} for pattern in UNASKED[peer]}
        assert rest - set().union(*named.values()) == set()
        assert [pattern for pattern, names in named.items() if not names] == []


def test_questions_have_names_of_their_own() -> None:
    assert len({(each.peer, each.id) for each in QUESTIONS}) == len(QUESTIONS)


def test_what_is_recorded_is_what_would_be_looked_at_today() -> None:
    tls, sites = read("tls"), read("sites")
    assert set(tls.cases) == {each.id for each in SERVERS}
    assert {name for name, case in tls.cases.items() if case.get("testssl")} == set(ASKED_OF_TESTSSL)
    assert set(sites.cases) == {each.id for each in SITES}
    assert sites.versions == npm.PACKAGES


def test_recordings_are_small_and_say_nothing_of_a_machine() -> None:
    files = list(FOLDER.glob("*.json"))
    assert sum(each.stat().st_size for each in files) < 2_000_000
    for file in files:
        recorded = file.read_text()
        assert not re.search(r"/(?:tmp|home|root|work|var|usr)/", recorded)
        assert not re.search(r":\d{4,5}/", recorded)  # a port of that run
        for host in re.findall(r"https?://([a-z0-9.-]+)", recorded):
            assert host.endswith((".test", ".example", ".invalid", ".example.org")), host


def test_the_document_is_written_from_the_table() -> None:
    assert DOCUMENT.read_text() == text(), "run python -m tests.oracles.document"
