"""What judgement costs: synthetic evidence of many assets under the default policy, on one core.

    python -m benchmarks.judge [--assets 100000] [--each 1000] [--policy nghe-an-web]

Assets come in agencies of `--each`, one after the other; each agency is judged and forgotten, as in a scan of an
agency at a time. Every asset of an agency has certificates of its own, so that no memory of what was read before
helps from one asset to the next. Time is the processor time of `evaluate` alone; making the evidence is not counted.
"""

import argparse
import gc
import resource
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.estate import NOW, Estate
from checks.evaluate import evaluate
from checks.model.asset import Asset
from checks.model.evidence import (
    Evidence,
)
from policies.loader import PolicyLibrary


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured."""

    assets: int
    controls: int
    seconds: float
    verdicts: Counter[str]
    early: int
    """Bytes of resident memory after the first tenth of the agencies."""
    late: int
    """And after the last."""

    @property
    def rate(self) -> float:
        """Controls judged in a second."""
        return self.assets * self.controls / self.seconds


def measure(assets: int, each: int, policy_id: str) -> Figures:
    """Judge so many assets, agencies of `each` at a time."""
    policy = PolicyLibrary().get(policy_id)
    estate = Estate(each, policy)
    data, agencies = estate.data(), max(1, assets // each)
    seconds, early, verdicts = 0.0, 0, Counter[str]()
    for number, (owned, seen) in enumerate(_agencies(estate, agencies)):
        before = time.process_time()
        findings = evaluate(policy, owned, seen, (), NOW, data)
        seconds += time.process_time() - before
        verdicts.update(each.verdict for each in findings)
        if number == agencies // 10:
            early = _resident()
    gc.collect()
    return Figures(agencies * each, len(policy.controls), seconds, verdicts, early, _resident())


def _agencies(estate: Estate, count: int) -> Iterator[tuple[tuple[Asset, ...], dict[str, Evidence]]]:
    for number in range(count):
        yield estate.agency(number)


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()


def main() -> None:
    """Measure and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--assets", type=int, default=100_000)
    parser.add_argument("--each", type=int, default=1_000, help="assets of one agency")
    parser.add_argument("--policy", default="nghe-an-web")
    asked = parser.parse_args()
    found = measure(asked.assets, asked.each, asked.policy)
    print("| assets | controls | CPU s | controls/s | memory MB after a tenth | at the end |")
    print("|---|---|---|---|---|---|")
    print(
        f"| {found.assets} | {found.controls} | {found.seconds:.1f} | {found.rate:.0f} "
        f"| {found.early / 2**20:.0f} | {found.late / 2**20:.0f} |"
    )
    print()
    print(", ".join(f"{name} {count}" for name, count in sorted(found.verdicts.items())))


if __name__ == "__main__":
    main()
