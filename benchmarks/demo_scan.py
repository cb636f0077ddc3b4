"""What one scan of the demo estate costs: wall time, CPU time, peak memory, connections a host.

`make bench` starts the estate, scans it once with `khien scan` as a user would, and prints a table in Markdown. The
servers of the estate are not counted; everything that the scan starts (nmap, workers) is.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demo.estate import running_estate

POLL_SECONDS = 0.05
BOUND_SECONDS = 600
KHIEN = (sys.executable, "-m", "scanner.cli")


@dataclass(frozen=True, slots=True)
class Cost:
    """What one command took."""

    wall: float
    cpu: float
    """Seconds of user and system time, of the command and all that it started."""
    peak: int
    """Bytes of resident memory of the whole tree of processes at its highest, sampled."""


def measured(command: list[str]) -> Cost:
    """Run a command to its end. Raises CalledProcessError where it fails, TimeoutExpired where it hangs."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    peak = 0
    while process.poll() is None:
        peak = max(peak, _resident(process.pid))
        if time.monotonic() - started > BOUND_SECONDS:
            process.kill()
            raise subprocess.TimeoutExpired(command, BOUND_SECONDS)
        time.sleep(POLL_SECONDS)
    wall = time.monotonic() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Cost(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, peak)


def _resident(root: int) -> int:
    """Resident bytes of a process and its descendants, from /proc."""
    parents: dict[int, int] = {}
    pages: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                stat = (entry / "stat").read_text().rpartition(")")[2].split()
                pages[int(entry.name)] = int((entry / "statm").read_text().split()[1])
            except OSError:
                continue
            parents[int(entry.name)] = int(stat[1])
    tree = {root}
    while grown := {pid for pid, parent in parents.items() if parent in tree} - tree:
        tree |= grown
    return sum(pages.get(pid, 0) for pid in tree) * os.sysconf("SC_PAGE_SIZE")


def connections(export: dict[str, Any]) -> dict[str, Counter[str]]:
    """Connections by address and kind of look."""
    found: dict[str, Counter[str]] = {}
    for sighting in export["sightings"]:
        target = sighting["target"]
        kind = "ports" if "ports" in target else "http" if "url" in target else "tls"
        if "address" in target:
            found.setdefault(target["address"], Counter())[kind] += sighting["connections"]
    return found


def main() -> None:
    """Measure, and print."""
    with tempfile.TemporaryDirectory() as folder:
        config = f"--config={folder}/khien.yaml"
        with running_estate(Path(folder)):
            scan = measured([*KHIEN, "scan", config])
        reports = measured([*KHIEN, "report", config, "--format", "pdf,json"])
        runs = _json("history", "list", "--json", config)
        found = connections(_json("history", "export", runs[0]["id"], config))
    print("| | wall s | CPU s | peak memory MB |\n|---|---|---|---|")
    for name, cost in (("scan", scan), ("reports (PDF and JSON, one language)", reports)):
        print(f"| {name} | {cost.wall:.1f} | {cost.cpu:.1f} | {cost.peak / 1e6:.0f} |")
    print(f"\n{len(found)} addresses. Connections a host:\n\n| | median | most |\n|---|---|---|")
    for kind in ("tls", "http", "ports"):
        counts = sorted(each[kind] for each in found.values())
        print(f"| {kind} | {counts[len(counts) // 2]} | {counts[-1]} |")


def _json(*arguments: str) -> Any:
    done = subprocess.run([*KHIEN, *arguments], check=True, capture_output=True, timeout=BOUND_SECONDS)
    return json.loads(done.stdout)


if __name__ == "__main__":
    main()
