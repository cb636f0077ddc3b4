"""One scan at a time on one database; the lock dies with its holder."""

import os
import signal
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection

from history.errors import AT_WORK, Holder, LockHeld
from history.lock import exclusive, scan_lock
from tests.history.test_crash import WAIT, said, start_child


def test_a_second_scan_is_refused_with_the_name_of_the_first(database: str) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    with start_child(database) as child:
        said(child, 2)
        with pytest.raises(LockHeld) as refused, scan_lock():
            pass
        child.kill()
    holder = refused.value.holder
    assert holder.pid == child.pid
    assert holder.started is not None
    assert before <= holder.started <= datetime.now(UTC)
    assert str(child.pid) in refused.value.text.vi
    assert str(child.pid) in refused.value.text.en


def test_a_waiting_scan_gets_the_lock_of_a_killed_one(database: str) -> None:
    with start_child(database) as child:
        said(child, 2)
        child.kill()
        with scan_lock(WAIT):
            pass


def test_a_lock_is_free_again_after_use_and_after_an_error(database: str) -> None:
    with scan_lock():
        pass
    with pytest.raises(ZeroDivisionError), scan_lock():
        raise ZeroDivisionError
    with scan_lock():
        pass


def test_this_very_process_cannot_hold_it_twice(database: str) -> None:
    with scan_lock():
        with pytest.raises(LockHeld), scan_lock():
            pass
        with pytest.raises(LockHeld), scan_lock(0.3):
            pass


def test_locks_of_other_names_do_not_meet(database: str) -> None:
    with scan_lock(), exclusive("upgrade", 0):
        pass


def test_each_lock_says_what_its_holder_does(database: str) -> None:
    said = set()
    for name in AT_WORK:
        with exclusive(name, 0), pytest.raises(LockHeld) as refused, exclusive(name, 0):
            pass
        assert str(os.getpid()) in refused.value.text.en
        said |= {refused.value.text.en, refused.value.text.vi}
    assert len(said) == 2 * len(AT_WORK)


def test_a_waiter_is_let_in_when_the_holder_is_done(database: str) -> None:
    waiting, entered = threading.Event(), threading.Event()

    def wait() -> None:
        waiting.set()
        with scan_lock(WAIT):
            entered.set()
        connection.close()

    thread = threading.Thread(target=wait)
    with scan_lock():
        thread.start()
        assert waiting.wait(WAIT)
        assert not entered.is_set()
    assert entered.wait(WAIT)
    thread.join(WAIT)


def test_a_forked_child_does_not_keep_the_lock(sqlite: str) -> None:
    reading, writing = os.pipe()
    with scan_lock():
        child = os.fork()
        if child == 0:
            os.write(writing, b"x")
            signal.pause()
            os._exit(0)
        assert os.read(reading, 1) == b"x"
    try:
        with scan_lock():
            pass
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(reading)
        os.close(writing)


@pytest.mark.parametrize("written", [b"", b"{", b"[]", b'{"pid":"x"}', b'{"pid":1,"since":1e99}', b"\xff", b"null"])
def test_a_lock_file_may_say_anything(sqlite: str, written: bytes) -> None:
    with scan_lock():
        Path(f"{sqlite}.scan.lock").write_bytes(written)
        with pytest.raises(LockHeld) as refused, scan_lock():
            pass
    assert refused.value.holder == Holder()
