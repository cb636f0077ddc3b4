"""Reports rendered by several processes at once, given back in their order.

Such a process gets one report at a time and answers with files: it knows neither the database nor the disk, so that
it can be ended at any moment and nothing half-written stays. Few reports are under way, however many there are. Not
`concurrent.futures`: up to Python 3.11.4 it hangs where a process ends while a large task is being handed to it.
"""

import os
import signal
import traceback
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait

from reports.formats.agency import Wanted, agency_files
from reports.formats.files import File
from reports.model import AgencyReport
from scanner.cli.errors import Usage

AHEAD = 2
"""Reports for each process that may be rendered before their turn: enough that none is idle, and few in memory."""
PATIENCE = 3600
"""Seconds for which every process may be busy with one report."""
Answer = list[File] | Exception


def usable_cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0))


def rendered(reports: Iterable[AgencyReport], wanted: Wanted, jobs: int) -> Generator[tuple[str, Answer], None, None]:
    """Each agency's id with the files of its report, or with why it could not be rendered; by so many processes.

    Close it to end the processes.
    """
    if jobs <= 1:
        for report in reports:
            yield report.agency.id, _answer(report, wanted)
        return
    with _processes(jobs) as idle:
        busy: dict[Connection, tuple[int, str]] = {}
        done: dict[int, tuple[str, Answer]] = {}
        turn = 0
        for place, report in enumerate(reports):
            while not idle or place >= turn + AHEAD * jobs:
                _collect(busy, done, idle)
                while turn in done:
                    yield done.pop(turn)
                    turn += 1
            end = idle.pop()
            busy[end] = place, report.agency.id
            with suppress(BrokenPipeError):  # then there is no answer either
                end.send((report, wanted))
        while busy:
            _collect(busy, done, idle)
            while turn in done:
                yield done.pop(turn)
                turn += 1


def _collect(
    busy: dict[Connection, tuple[int, str]], done: dict[int, tuple[str, Answer]], idle: list[Connection]
) -> None:
    """Wait until at least one process has answered, and take the answers. Raises Usage where none does in time."""
    answered = wait(list(busy), PATIENCE)
    if not answered:
        names = ", ".join(agency for _, agency in busy.values())
        raise Usage(f"{names}: quá {PATIENCE} giây", f"{names}: more than {PATIENCE} s")
    for end in [each for each in busy if each in answered]:
        place, agency = busy.pop(end)
        try:
            done[place] = agency, end.recv()
        except (EOFError, ConnectionResetError):
            done[place] = (
                agency,
                Usage(
                    "tiến trình lập báo cáo bị dừng (thiếu bộ nhớ?); thử lại với --jobs 1",
                    "the process that rendered it was ended (no memory?); try --jobs 1",
                ),
            )
        else:
            idle.append(end)


@contextmanager
def _processes(count: int) -> Iterator[list[Connection]]:
    """Processes that wait for reports, by the ends of their lines; they are ended with the block."""
    context = get_context("spawn")
    lines = [context.Pipe() for _ in range(count)]
    processes = [context.Process(target=serve, args=(theirs,), daemon=True) for _, theirs in lines]
    try:
        with _deaf():
            for process in processes:
                process.start()
        for _, theirs in lines:
            theirs.close()
        yield [ours for ours, _ in lines]
    finally:
        for process in processes:
            if process.pid is not None:
                process.kill()
                process.join()
        for ours, _ in lines:
            ours.close()


@contextmanager
def _deaf() -> Iterator[None]:
    """A process that is started in the block never hears Ctrl-C: that is for this one, which ends the others."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def serve(end: Connection) -> None:
    """What such a process does: answer as long as the one that started it is there."""
    with suppress(EOFError, OSError):
        while True:
            answer = _answer(*end.recv())
            if isinstance(answer, Exception):
                answer.add_note("".join(traceback.format_exception(answer)))  # the traceback itself does not cross
            end.send(answer)


def _answer(report: AgencyReport, wanted: Wanted) -> Answer:
    try:
        return agency_files(report, wanted)
    except Exception as error:  # raised again when its turn has come
        return error
