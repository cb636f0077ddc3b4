"""Signed states of the log, and the life of the keys that sign them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from checks.model.alert import AlertStep
from checks.model.canonical import dump
from checks.model.checkpoint import Head, witness
from history import alerts, checkpoints, keys, log
from history.errors import BadKey
from history.ledger import Problem
from history.statements import Checkpoint, Keyring, KeyStatement, LoggedCheckpoint, LoggedKey, public_of, signature
from history.store import Recorder
from tests.history.samples import START, whole_run
from tests.history.tampering import execute, tampering

DAY = timedelta(days=1)
ONE, TWO, THREE = (Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in (1, 2, 3))
WHO = "Trần Văn Mẫu"


def statement(place: int, told: KeyStatement, *signers: Ed25519PrivateKey) -> LoggedKey:
    return LoggedKey(place, "", told, {public_of(each): signature(each, told) for each in signers})


def signed(size: int, root: str, private: Ed25519PrivateKey = ONE) -> LoggedCheckpoint:
    told = Checkpoint(size, root, START, public_of(private))
    return LoggedCheckpoint(0, "", told, signature(private, told))


def ring(*statements: LoggedKey) -> Keyring:
    """Keys by statements that stand at 0, 10, 20 ... in the log, and in which nothing is wrong."""
    found = Keyring()
    for number, each in enumerate(statements):
        assert list(found.take(10 * number, each)) == []
    return found


MADE = statement(0, KeyStatement("made", public_of(ONE), START, WHO), ONE)
ROTATED = statement(1, KeyStatement("rotated", public_of(TWO), START, WHO, "Hằng năm", before=public_of(ONE)), ONE, TWO)


def test_the_state_of_the_log_at_the_end_of_a_run_stays_the_same(recorder: Recorder) -> None:
    assert log.head() == Head(0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    run = whole_run(recorder)
    head = log.head_of_run(run)
    assert head == log.head() == Head(1, log.tree().root().hex())
    alerts.record(AlertStep("judged", START, run=run))
    assert log.head_of_run(run) == head == log.head(1) != log.head()


def test_a_checkpoint_is_signed_kept_and_itself_in_the_log(recorder: Recorder) -> None:
    keys.make(ONE, WHO, START)
    whole_run(recorder)
    head = log.head()
    made = checkpoints.make(ONE, START)
    assert (made.checkpoint.size, made.checkpoint.root) == (head.size, head.root) == (2, head.root)
    assert [leaf.name for leaf in log.leaves()][0::2] == ["key 0", "checkpoint 0"]
    assert list(checkpoints.checkpoints()) == [made]
    assert checkpoints.make(ONE, START).previous.startswith("sha256:")
    assert list(keys.keyring().faults(2, made, lambda size: log.tree(size).root().hex())) == []
    assert list(checkpoints.verify()) == list(keys.verify()) == []


def test_only_the_key_in_use_signs(recorder: Recorder) -> None:
    with pytest.raises(BadKey):
        checkpoints.make(ONE, START)
    keys.make(ONE, WHO, START)
    with pytest.raises(BadKey):
        checkpoints.make(TWO, START)
    with pytest.raises(BadKey, match="Another key is in use"):
        keys.make(TWO, WHO, START)
    keys.rotate(ONE, TWO, WHO, START)
    with pytest.raises(BadKey):
        checkpoints.make(ONE, START)
    assert checkpoints.make(TWO, START).checkpoint.key == public_of(TWO)
    with pytest.raises(BadKey, match="not the one in use"):
        keys.rotate(ONE, THREE, WHO, START)
    with pytest.raises(BadKey, match="known already"):
        keys.rotate(TWO, ONE, WHO, START)
    keys.revoke(public_of(TWO), START, WHO, START, "Bị lộ")
    with pytest.raises(BadKey):
        keys.revoke(public_of(TWO), START, WHO, START, "")
    with pytest.raises(BadKey):
        checkpoints.make(TWO, START)
    keys.make(THREE, WHO, START)
    assert [(each.key, each.state, each.before) for each in keys.keys()] == [
        (public_of(ONE), "replaced", ""),
        (public_of(TWO), "revoked", public_of(ONE)),
        (public_of(THREE), "in_use", ""),
    ]


def test_a_state_that_cannot_be_stamped_is_not_kept(recorder: Recorder) -> None:
    keys.make(ONE, WHO, START)

    def refuse(data: bytes) -> bytes:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        checkpoints.make(ONE, START, refuse)
    assert list(checkpoints.checkpoints()) == []


@pytest.mark.parametrize(
    ("logged", "detail"),
    [
        (replace(MADE, signatures={}), "it is signed by others than it must be"),
        (replace(MADE, signatures={public_of(ONE): "00" * 64}), "a signature does not hold"),
        (replace(MADE, statement=replace(MADE.statement, by="Ai đó")), "a signature does not hold"),
        (ROTATED, "the key before it was not in use"),
        (statement(0, replace(ROTATED.statement), TWO), "it is signed by others than it must be"),
        (statement(0, KeyStatement("revoked", public_of(ONE), START, WHO, since=START)), "there is no such key"),
    ],
)
def test_a_statement_that_cannot_be_is_named(logged: LoggedKey, detail: str) -> None:
    assert list(Keyring().take(0, logged)) == [Problem("changed", logged.name, detail)]


def test_what_is_wrong_with_a_checkpoint_is_named() -> None:
    def faults(index: int, logged: LoggedCheckpoint, keyring: Keyring) -> list[str]:
        return [each.detail for each in keyring.faults(index, logged, lambda size: f"root of {size}")]

    good = signed(4, "root of 4")
    assert faults(5, good, ring(MADE)) == []
    assert faults(3, good, ring(MADE)) == ["it speaks of leaves that were not there yet"]
    assert faults(5, signed(4, "another"), ring(MADE)) == ["the root of the first 4 leaves of the log is another one"]
    assert faults(5, replace(good, signature="zz"), ring(MADE)) == ["its signature does not hold"]
    assert faults(5, good, Keyring()) == ["nothing is known of its key"]
    assert faults(11, good, ring(MADE, ROTATED)) == ["its key was no longer in use"]
    assert faults(11, signed(4, "root of 4", TWO), ring(MADE, ROTATED)) == []
    assert faults(5, replace(good, timestamp="MAA="), ring(MADE)) == ["its time stamp: not a time stamp"]


def test_what_a_revoked_key_signed_is_believed_no_more() -> None:
    revoked = statement(1, KeyStatement("revoked", public_of(ONE), START, WHO, "Mất", since=START - DAY))
    assert ring(MADE).belief(signed(4, "r")) == "good"
    assert ring(MADE, revoked).belief(signed(4, "r")) == "revoked"
    assert ring(MADE, ROTATED).belief(signed(4, "r")) == "good"


def test_heads_are_read_in_every_form_in_which_they_are_printed() -> None:
    head = Head(142, "9f" * 32)
    assert head.short == "142-T6PZ-7H47-T6PZ-7H47-T6PZ-7H47-T6PZ-7H47"
    for text in (head.short, head.short.lower().replace("-", " "), f"142 {head.root}", f" 142:{head.root.upper()}\n"):
        assert witness(text).fits(head), text
        assert not witness(text).fits(Head(143, head.root))
        assert not witness(text).fits(Head(142, "9e" + head.root[2:]))
    for text in ("", "142", head.short[:-1], f"{head.short}A", f"142 {head.root}0", "x-" + head.short):
        with pytest.raises(ValueError):
            witness(text)


@pytest.mark.parametrize("table", ["checkpoint", "keystatement"])
def test_a_changed_row_is_named(recorder: Recorder, table: str) -> None:
    keys.make(ONE, WHO, START)
    checkpoints.make(ONE, START)
    verify, name = {"checkpoint": (checkpoints.verify, "checkpoint 0")}.get(table, (keys.verify, "key statement 0"))
    columns = {"checkpoint": ("size", "at", "body", "digest")}.get(table, ("key", "step", "at", "body", "digest"))
    for column in columns:
        with tampering():
            value = START + DAY if column == "at" else 7 if column == "size" else "x"
            execute(f"UPDATE history_{table} SET {column} = %s", [value])
            assert list(verify()) == [Problem("changed", name)]


def test_the_signed_bytes_are_the_published_ones() -> None:
    """Whoever checks them elsewhere computes the same."""
    told = Checkpoint(4, "00", START, "ab")
    assert dump(told) == (
        b'{"at":"2026-11-23T03:00:00Z","key":"ab","root":"00","schema":"khien.checkpoint/1","size":4}'
    )
