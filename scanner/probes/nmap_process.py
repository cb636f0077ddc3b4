"""The nmap processes of one probe: none outlives the look, the probe, or this process.

python-nmap starts nmap and waits; whoever ends the scan then leaves an nmap behind that goes on sending.
"""

import os
import shlex
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import Any, Final

import nmap

from scanner.probes.interface import ProbeError

_LAUNCHER: Final = (
    "import ctypes, os, signal, sys\n"
    "failed = ctypes.CDLL(None).prctl(1, signal.SIGKILL)\n"
    "signal.signal(signal.SIGPIPE, signal.SIG_DFL)\n"
    "if failed == 0 and os.getppid() == int(sys.argv[1]):\n"
    "    os.execv(sys.argv[2], sys.argv[2:])\n"
)
"""Becomes the program of its arguments, once the kernel is told to kill it when the thread that started it ends
(PR_SET_PDEATHSIG, prctl(2)), and if that has not happened already. Nothing of Python lives on in it."""


class Processes:
    """Starts nmap, waits for it, and ends what is running when it is closed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._closed = False

    @property
    def closed(self) -> bool:
        """Whether nothing may run any more."""
        return self._closed

    def run(self, command: Sequence[str], seconds: float) -> tuple[bytes, bytes]:
        """What a program says on its two outputs. Raises ProbeError at the bound and when this is closed."""
        with self._start(command) as process:
            try:
                said = process.communicate(timeout=seconds)
            except subprocess.TimeoutExpired:
                raise ProbeError("deadline", "nmap was ended at the bound") from None
            finally:
                process.kill()  # nothing, where it has ended
                with self._lock:
                    self._running.discard(process)
        if self._closed:
            raise _closed()
        return said

    def close(self) -> None:
        """Kill every nmap; the threads that wait for one go on at once, and fail."""
        with self._lock:
            self._closed = True
            for process in self._running:
                process.kill()

    def _start(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        launcher = [sys.executable, "-I", "-S", "-c", _LAUNCHER, str(os.getpid())]
        with self._lock:
            if self._closed:
                raise _closed()
            process = subprocess.Popen(  # noqa: S603  (nmap's path, options of ours, literal addresses)
                [*launcher, *command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
            self._running.add(process)
        return process


class Scanner(nmap.PortScanner):  # type: ignore[misc]  # python-nmap has no types
    """python-nmap's scanner, but for the process, which is one of `processes`."""

    def __init__(self, path: str, processes: Processes) -> None:
        super().__init__(nmap_search_path=(path,))
        self._path = path
        self._processes = processes

    def scan(self, hosts: str, ports: str, arguments: str, timeout: float) -> Any:
        """One nmap. Raises ProbeError, and what python-nmap raises where the output is not what it expects."""
        command = [self._path, "-oX", "-", *shlex.split(hosts), "-p", ports, *shlex.split(arguments)]
        self._nmap_last_output, errors = self._processes.run(command, timeout)
        return self.analyse_nmap_xml_scan(nmap_err=errors.decode(errors="replace"))


def _closed() -> ProbeError:
    return ProbeError("tool_failed", "the probe is closed")
