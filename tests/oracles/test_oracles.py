"""Today's verdicts on recorded observations, beside the recorded verdicts of peers: every difference is explained."""

import re
from collections import Counter

import pytest

from tests.oracles import npm
from tests.oracles.disagreements import DISAGREEMENTS
from tests.oracles.document import DOCUMENT, text
from tests.oracles.questions import PEERS, QUESTIONS, Compared, Peer, compared
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


def test_questions_have_names_of_their_own() -> None:
    assert len({(each.peer, each.id) for each in QUESTIONS}) == len(QUESTIONS)


def test_what_is_recorded_is_what_would_be_looked_at_today() -> None:
    tls, sites = read("tls"), read("sites")
    assert set(tls.cases) == {each.id for each in SERVERS}
    assert {name for name, case in tls.cases.items() if "testssl" in case} == set(ASKED_OF_TESTSSL)
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
