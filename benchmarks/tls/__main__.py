"""`python -m benchmarks.tls [PART ...]`: measure, print tables in Markdown, and write JSON where it is asked for."""

import argparse
import json
import os
import platform
import ssl
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.printing import table
from benchmarks.tls import delay, hosts, many, never_slower
from benchmarks.tls.figures import Row
from benchmarks.tls.looker import versions
from benchmarks.tls.part import Asked
from demo.nginx import find_nginx

Part = tuple[str, Callable[[Asked], list[Row]], Callable[[Sequence[Row]], str]]
PARTS: dict[str, Part] = {
    "hosts": ("One host", hosts.measure, hosts.show),
    "many": ("Many hosts", many.measure, many.show),
    "delay": ("Far hosts", delay.measure, delay.show),
    "never_slower": ("Every server of the lab", never_slower.measure, never_slower.show),
}
FULL_RUNS = 5
FULL_SPEND = 60.0
FULL_SECONDS = 600.0


def main() -> None:
    """Measure the parts asked for, in order."""
    options = _options()
    asked = Asked(
        full=options.full,
        runs=options.runs or (FULL_RUNS if options.full else Asked().runs),
        spend=FULL_SPEND if options.full else Asked().spend,
        seconds=options.seconds or (FULL_SECONDS if options.full else Asked().seconds),
        policy=options.policy,
        cryptolyzer=options.cryptolyzer,
        kinds=tuple(options.servers.split(",")) if options.servers else (),
    )
    facts = _facts(asked)
    print(table(("", ""), list(facts.items())), flush=True)
    found: dict[str, list[Row]] = {}
    for name in options.parts or PARTS:
        title, measure, show = PARTS[name]
        started = time.monotonic()
        found[name] = measure(asked if name != "never_slower" else replace(asked, kinds=()))
        print(f"\n## {title}\n\n{show(found[name])}\n\n({time.monotonic() - started:.0f} s)", flush=True)
    if options.json is not None:
        parts = {name: [row.as_json() for row in rows] for name, rows in found.items()}
        options.json.write_text(json.dumps({"facts": facts, "parts": parts}, indent=1, ensure_ascii=False) + "\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m benchmarks.tls", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"all of them, or some of: {', '.join(PARTS)}")
    parser.add_argument("--full", action="store_true", help="every tool, size, limit and round trip: about an hour")
    parser.add_argument("--runs", type=int, help="runs after the warm-up, of which the median is shown")
    parser.add_argument("--seconds", type=float, help="a run is stopped after so long")
    parser.add_argument("--servers", metavar="KIND,KIND", help="only these kinds of servers")
    parser.add_argument("--policy", default=Asked().policy, help="what a quick verdict is asked for")
    parser.add_argument("--cryptolyzer", metavar="FILE", help="its command, in a virtual environment of its own")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything measured to a file")
    options = parser.parse_args()
    if unknown := set(options.parts) - PARTS.keys():
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    return options


def _facts(asked: Asked) -> dict[str, str]:
    """The machine, and what is measured."""
    nginx = subprocess.run([find_nginx(), "-v"], capture_output=True, text=True, timeout=10).stderr.strip()
    return {
        "cores, shared by clients and servers": str(len(os.sched_getaffinity(0))),
        "load before": f"{os.getloadavg()[0]:.1f} (anything else that runs makes walls longer; ratios suffer less)",
        "Python": platform.python_version(),
        "OpenSSL of the clients' Python": ssl.OPENSSL_VERSION,
        "nginx": nginx.rpartition("/")[2],
        **versions(asked.cryptolyzer),
        "quick verdict": f"under {asked.policy}, with one HTTPS exchange",
        "runs": f"median of at most {asked.runs}, after a warm-up; no more of them once they took {asked.spend:g} s",
    }


if __name__ == "__main__":
    main()
