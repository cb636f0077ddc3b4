"""An estate with a history, as `khien report` finds it: a configuration, and a database in which finished runs are.

    python -m benchmarks.reports.recorded FOLDER [--agencies 50] [--assets 12] [--runs 3]

Each run judges every agency by the real rules under the default policy. From run to run some assets are repaired and
others break, so that every report has a trend and a ledger of changes.
"""

import argparse
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import history
from benchmarks.estate import NOW, Estate
from checks.compare import with_ages
from checks.evaluate import evaluate
from checks.model.asset import Agency, Asset, Authorisation
from checks.model.evidence import Evidence
from checks.model.finding import Finding
from checks.model.inventory import Inventory, inventory_bytes
from checks.model.policy import Policy
from checks.model.text import Text
from policies.loader import PolicyLibrary
from scanner.cli.looking import VERSION, rule_versions

POLICY = "nghe-an-web"
BETWEEN = timedelta(days=30)
"""From one run to the next."""
CONFIGURATION = """\
database: khien.sqlite3
report:
  parent: {vi: Ủy ban nhân dân tỉnh Mẫu, en: People's Committee of Sample Province}
  issuer: {vi: Trung tâm Giám sát Mẫu, en: Sample Monitoring Centre}
"""


def record(folder: Path, agencies: int, assets: int, runs: int) -> Path:
    """Make such an estate in an empty folder; its configuration."""
    config = folder / "khien.yaml"
    config.write_text(CONFIGURATION, encoding="utf-8")
    history.setup(str(folder / "khien.sqlite3"))
    history.migrate()
    policy = PolicyLibrary().get(POLICY)
    estate = Estate(assets, policy)
    for back in reversed(range(runs)):
        _record_run(estate, policy, agencies, back)
    history.close()
    return config


def _record_run(estate: Estate, policy: Policy, agencies: int, back: int) -> None:
    """The run so many runs before the last."""
    from history.store import Recorder

    recorder, at = Recorder(), NOW - back * BETWEEN
    inventory = _inventory(estate, policy, agencies)
    run = recorder.open_run(
        vantage="internet",
        as_of=at,
        started=at,
        inventory=inventory_bytes(inventory),
        plan=(),
        policies={policy.id: policy},
        policy_sources={policy.id: {}},
        waivers=(),
        rule_versions=rule_versions(),
        data_versions=estate.data().versions,
        tools={"khien": VERSION},
    )
    findings: list[Finding] = []
    for owned, seen in _agencies(estate, policy, agencies, back):
        recorder.record_all(run, seen.values())
        judged = evaluate(policy, owned, seen, (), at, estate.data())
        ages = recorder.first_seen(run, [each.id for each in owned])
        findings += with_ages(judged, policy, ages, at.date())
    recorder.finish(run, findings, at + timedelta(hours=1))


def _agencies(
    estate: Estate, policy: Policy, count: int, back: int
) -> Iterator[tuple[tuple[Asset, ...], dict[str, Evidence]]]:
    """Each agency as it stood then: one asset that is good now had faults before, and one was good before."""
    for number in range(count):

        def good(n: int, number: int = number) -> bool:
            return (n % 2 == 0) != (back > 0 and (n + number + back) % 6 == 0)

        yield estate.agency(number, good)


def _inventory(estate: Estate, policy: Policy, count: int) -> Inventory:
    permitted = Authorisation("01/QĐ-MAU", date(2026, 1, 1), date(2027, 12, 31))
    agencies, assets = [], []
    for number in range(count):
        owned, _ = estate.agency(number)
        name = Text(f"Sở Mẫu {number}", f"Department {number}")
        agencies.append(Agency(owned[0].agency, name, authorisation=permitted))
        assets += [replace(each, policy=policy.id) for each in owned]
    return Inventory(tuple(agencies), tuple(assets))


def main() -> None:
    """Record one, and say where."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--agencies", type=int, default=50)
    parser.add_argument("--assets", type=int, default=12)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True)
    print(record(asked.folder, asked.agencies, asked.assets, asked.runs))


if __name__ == "__main__":
    main()
