"""Khiên and its peers behind one seam: look at these addresses now, and say what it took."""

import json
import re
import select
import shutil
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import asdict
from importlib.metadata import version

from benchmarks.processes import CommandFailed, OutOfTime, Watch, end, run
from benchmarks.tls.child import Options, Tool, Work
from benchmarks.tls.figures import BASE, Run


class Absent(Exception):
    """Raised where a tool is not there; the text says what is missing."""


class Looker(ABC):
    """One tool, ready to look."""

    stays: bool = False
    """Its process lives on from look to look."""
    peak: int | None = None
    """Bytes of resident memory at the highest, of all its processes together."""

    @abstractmethod
    def look(self, work: Work, seconds: float) -> Run:
        """One look. Raises OutOfTime or CommandFailed; the tool may be of no more use then."""

    def close(self) -> None:  # noqa: B027  (most leave nothing behind)
        """End what is running."""


class InProcess(Looker):
    """A tool with a Python API, in a process that lives through all its looks."""

    stays = True

    def __init__(self, options: Options) -> None:
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None
        self._watch: Watch | None = None

    def look(self, work: Work, seconds: float) -> Run:
        process = self._process or self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(asdict(work)).encode() + b"\n")
        process.stdin.flush()
        if not select.select([process.stdout], [], [], seconds)[0]:
            self.close()
            raise OutOfTime(f"{seconds:g} s")
        line = process.stdout.readline()
        if not line:
            said = b"".join(process.stderr or ()).decode(errors="replace").strip().splitlines()
            self.close()
            raise CommandFailed(said[-1] if said else "no word")
        return Run(**json.loads(line))

    def close(self) -> None:
        if self._process is not None and self._watch is not None:
            self._watch.__exit__()
            self.peak = self._watch.peak
            end(self._process)
            self._process = self._watch = None

    def _start(self) -> "subprocess.Popen[bytes]":
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.tls.child", json.dumps(asdict(self._options))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        self._watch = Watch(self._process.pid).__enter__()
        return self._process


class Command(Looker):
    """A tool with a command line, started anew for every look at one address; its start-up is part of its cost.

    Such tools end with all sorts of statuses for what they find, so that a look is known by what it prints.
    """

    def __init__(self, command: Callable[[str, int, str], Sequence[str]], proof: str, counts: bool = True) -> None:
        """`proof` is a pattern that is in every complete output; where it `counts`, once for each suite accepted."""
        self._command = command
        self._proof = proof
        self._counts = counts

    def look(self, work: Work, seconds: float) -> Run:
        [address] = work.addresses
        done = run(self._command(address, work.port, work.server_name or address), seconds)
        self.peak = max(self.peak or 0, done.cost.peak)
        output = done.output.decode(errors="replace")
        found = len(re.findall(self._proof, output))
        if not found:
            last = (output + done.error.decode(errors="replace")).strip()[-80:]
            raise CommandFailed(f"it ended with {done.status}: {' '.join(last.split())}")
        return Run(done.cost.wall, done.cost.cpu, None, f"{found} suites" if self._counts else "")


KHIEN = "Khiên, complete"
QUICK = "Khiên, quick verdict"
PROCESSES = "sslyze (Python API, processes)"
IN_PROCESS: dict[str, Tool] = {KHIEN: "khien", QUICK: "khien-quick", BASE: "sslyze", PROCESSES: "sslyze-processes"}
SSLYZE_COMMAND = "sslyze (command)"
NMAP = "nmap ssl-enum-ciphers"
SSLSCAN = "sslscan"
TESTSSL = "testssl.sh"
CRYPTOLYZER = "cryptolyzer"
COMMANDS = (SSLYZE_COMMAND, NMAP, SSLSCAN)
SLOW_COMMANDS = (TESTSSL, CRYPTOLYZER)
"""They take from seconds to minutes a server."""


def looker(tool: str, policy: str, per_address: int | None = None, cryptolyzer: str | None = None) -> Looker:
    """A tool by its name; `policy` is for the quick verdict. Raises Absent."""
    if tool in IN_PROCESS:
        return InProcess(Options(IN_PROCESS[tool], policy, per_address))
    program = cryptolyzer if tool == CRYPTOLYZER else _program(tool)
    if program is None:
        raise Absent("--cryptolyzer was not given")
    return {
        SSLYZE_COMMAND: Command(lambda *at: _sslyze(program, *at), r"SCANS COMPLETED", counts=False),
        NMAP: Command(lambda *at: _nmap(program, *at), r"\| +(?:TLS|SSL\d?)_\w+"),
        SSLSCAN: Command(lambda *at: _sslscan(program, *at), r"(?m)^(?:Accepted|Preferred) "),
        TESTSSL: Command(lambda *at: _testssl(program, *at), r"Done 20\d\d-", counts=False),
        CRYPTOLYZER: Command(lambda *at: _cryptolyzer(program, *at), r'"cipher_suites": ', counts=False),
    }[tool]


def versions(cryptolyzer: str | None = None) -> dict[str, str]:
    """Every tool with its version, or with the reason why it is absent."""
    found = {"Khiên": version("khien"), "sslyze": version("sslyze"), "nassl": version("nassl")}
    for tool, option, pattern in (
        (NMAP, "--version", r"Nmap version (\S+)"),
        (SSLSCAN, "--version", r"(?m)^\s*(\d+\.\d\S*)"),
        (TESTSSL, "--version", r"testssl(?:\.sh)? +(?:version +)?(\d\S*)"),
    ):
        try:
            done = subprocess.run([_program(tool), option], capture_output=True, timeout=30, text=True)
        except Absent as reason:
            found[tool] = f"absent: {reason}"
            continue
        told = re.search(pattern, re.sub(r"\x1b\[[\d;]*m", "", done.stdout + done.stderr))
        found[tool] = told[1] if told else "unknown version"
    found[CRYPTOLYZER] = "at the path given" if cryptolyzer else "absent: --cryptolyzer was not given"
    return found


def attempt(tool: Looker, work: Work, seconds: float) -> tuple[Run | None, str]:
    """A run, or the reason why there is none."""
    try:
        return tool.look(work, seconds), ""
    except OutOfTime:
        return None, f"stopped after {seconds:.0f} s"
    except CommandFailed as error:
        return None, str(error)


_PROGRAMS = {SSLYZE_COMMAND: ("sslyze",), NMAP: ("nmap",), SSLSCAN: ("sslscan",), TESTSSL: ("testssl", "testssl.sh")}


def _program(tool: str) -> str:
    """Where a tool is; sslyze's command stands beside this interpreter."""
    beside = sys.executable.rpartition("/")[0]
    for name in _PROGRAMS[tool]:
        found = shutil.which(name) or shutil.which(name, path=beside)
        if found is not None:
            return found
    raise Absent(f"{_PROGRAMS[tool][0]} is not installed")


def _sslyze(program: str, address: str, port: int, name: str) -> list[str]:
    return [program, "--sni", name, f"{address}:{port}"]


def _nmap(program: str, address: str, port: int, name: str) -> list[str]:
    return [program, "-Pn", "-n", "-sT", "-p", str(port), "--script", "+ssl-enum-ciphers", address]


def _sslscan(program: str, address: str, port: int, name: str) -> list[str]:
    return [program, "--no-colour", f"--sni-name={name}", f"{address}:{port}"]


def _testssl(program: str, address: str, port: int, name: str) -> list[str]:
    return [program, "--quiet", "--color", "0", "--warnings", "off", "--ip", address, f"{name}:{port}"]


def _cryptolyzer(program: str, address: str, port: int, name: str) -> list[str]:
    return [program, "--output-format", "json", "tls", "all", f"{address}:{port}"]
