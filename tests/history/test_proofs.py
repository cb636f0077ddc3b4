"""What shows that a run, a finding or a file is what was committed; and that nothing shows it once it is not."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace

import pytest

from checks.model.canonical import canonical, digest, dump
from checks.model.evidence import observation_digest
from checks.model.finding import EvidenceRef
from checks.model.target import TlsTarget
from history import checkpoints, issues, keys, models, proofs, records
from history.errors import UnknownFile, UnknownRun
from history.proofs import Inclusion, Proof
from history.statements import holds
from history.store import Recorder
from tests.history.samples import FILE, ISSUED, KEY, START, TLS, finding, open_run, whole_run
from tests.history.tampering import execute, tampering

SEEN = EvidenceRef(TlsTarget("127.0.0.11", 443, "cong.so-mau.example").key, observation_digest(TLS))


@pytest.fixture
def run(recorder: Recorder) -> str:
    """A run, a file of it that was issued, and a signed state over both."""
    made = whole_run(recorder, [replace(finding(), evidence=(SEEN,)), finding("HDR-A", "pass")])
    issues.archive(replace(ISSUED, run=made), FILE)
    keys.make(KEY, "Trần Văn Mẫu", START)
    checkpoints.make(KEY, START)
    return made


def computed(told: Inclusion) -> str:
    """The root that leaf and path give, by nothing but the RFC."""
    found, place, last = hashlib.sha256(b"\0" + told.leaf.encode()).digest(), told.index, told.size - 1
    for each in map(bytes.fromhex, told.path):
        if place % 2 or place == last:
            found = hashlib.sha256(b"\1" + each + found).digest()
            while place and not place % 2:
                place, last = place // 2, last // 2
        else:
            found = hashlib.sha256(b"\1" + found + each).digest()
        place, last = place // 2, last // 2
    return found.hex()


def test_what_is_whole_is_shown_down_to_the_signature(run: str) -> None:
    for proof in (proofs.of_run(run), proofs.of_finding(run, "cong-so-mau", "TLS-12"), proofs.of_file(0)):
        assert proof.problems == () and proof.number > 0
        assert proof.leaf is not None and proof.leaf.holds and proof.signed is not None
        told = proof.signed.logged.checkpoint
        assert computed(proof.leaf) == proof.leaf.root == told.root and proof.leaf.size == told.size
        assert holds(told.key, proof.signed.logged.signature, told) and proof.signed.belief == "good"


def test_a_finding_is_led_from_its_own_bytes(run: str, recorder: Recorder) -> None:
    proof = proofs.of_finding(run, "cong-so-mau", "TLS-12")
    assert proof.entry is not None and computed(proof.entry) == recorder.run(run).head
    line = dump(recorder.findings(run, asset="cong-so-mau")[1]) + b"\n"
    whole = b"".join(dump(each) + b"\n" for each in recorder.findings(run, asset="cong-so-mau"))
    assert line in whole and digest(whole) in proof.entry.leaf
    assert proof.observations == ((observation_digest(TLS), True),)


def test_before_anything_is_signed_the_root_is_that_of_now(recorder: Recorder) -> None:
    made = whole_run(recorder, [replace(finding(), evidence=(SEEN,))])
    proof = proofs.of_run(made)
    assert proof.problems == () and proof.signed is None and proof.leaf is not None
    assert computed(proof.leaf) == proof.leaf.root == proof.head.root


def test_what_was_not_seen_is_named(recorder: Recorder) -> None:
    made = whole_run(recorder, [finding()])  # rests on a look at another target
    [problem] = proofs.of_finding(made, "cong-so-mau", "TLS-12").problems
    assert problem.fault == "changed" and "did not see" in problem.detail


def _blob(run: str, kind: str) -> str:
    return next(each.content for each in records.entries(run) if each.kind == kind)


def _altered(run: str) -> Iterator[tuple[str, str, list[object]]]:
    """What is altered, by which statement."""
    forged = canonical({"forged": True})
    change = "UPDATE history_blob SET body = %s WHERE digest = %s"
    yield "findings", change, [forged, _blob(run, "findings")]
    yield "closing", change, [forged, _blob(run, "closing")]
    yield "observation", change, [forged, SEEN.observation]
    yield "leaf", "UPDATE history_logentry SET content = %s WHERE kind = 'run'", [SEEN.observation]
    yield "leaf gone", "DELETE FROM history_logentry WHERE kind = 'run'", []
    yield "record", "UPDATE history_runend SET record_id = %s", [_blob(run, "opening")]
    yield "parts", "UPDATE history_agencyrecord SET content_id = %s WHERE agency = 'so-mau'", [_blob(run, "opening")]


def test_whatever_is_altered_is_named_in_the_proofs_of_run_and_finding(run: str) -> None:
    silent = []
    for name, statement, parameters in list(_altered(run)):
        with tampering():
            assert execute(statement, parameters) == 1, name
            told: list[Proof] = [proofs.of_run(run), proofs.of_finding(run, "cong-so-mau", "TLS-12")]
            silent += [name for proof in told if not proof.problems]
    assert silent == []
    assert proofs.of_run(run).problems == ()


def test_a_file_that_was_altered_is_named(run: str) -> None:
    for statement, parameters in (
        ("UPDATE history_blob SET body = %s WHERE digest = %s", [b"other", ISSUED.digest]),
        ("UPDATE history_issuedfile SET number = %s", [8]),
        ("UPDATE history_logentry SET content = %s WHERE kind = 'file'", [SEEN.observation]),
    ):
        with tampering():
            assert execute(statement, parameters) == 1
            assert proofs.of_file(0).problems, statement


def test_a_signature_that_does_not_hold_covers_nothing(run: str) -> None:
    with tampering():
        forged = models.Checkpoint.objects.get().body.replace('"size":', '"size":1')
        assert execute("UPDATE history_checkpoint SET body = %s", [forged]) == 1
        assert proofs.of_run(run).signed is None


def test_what_is_not_there_has_no_proof(run: str, recorder: Recorder) -> None:
    still_open = open_run(recorder, started=START)
    for unknown in ("20000101-000000-0000", still_open):
        with pytest.raises(UnknownRun):
            proofs.of_run(unknown)
    with pytest.raises(UnknownFile):
        proofs.of_file(99)
    assert proofs.of_finding(run, "cong-so-mau", "NONE").problems
