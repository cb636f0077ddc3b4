"""The recorded files: what was seen and what was said, with versions and the day."""

import json
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from checks.model.canonical import canonical, plain
from checks.model.evidence import Observation, load_observation

FOLDER = Path(__file__).with_name("recorded")


@dataclass(frozen=True)
class Recording:
    """One file: `tls` or `sites`."""

    day: str
    """The day of recording (ISO 8601)."""
    versions: Mapping[str, str]
    """Of the peers, and of what the servers are made of."""
    cases: Mapping[str, Mapping[str, Any]]
    """By server or site: "seen" (observations by their role), what each peer said, and under "trusts" the root that
    all were told to trust (DER in base 64)."""

    @property
    def at(self) -> datetime:
        """The time that stands for the looks of that day."""
        return datetime.combine(datetime.fromisoformat(self.day), time(12), UTC)

    def seen(self, case: str) -> dict[str, Observation]:
        """The observations of a case, by role."""
        return {role: load_observation(canonical(each)) for role, each in self.cases[case]["seen"].items()}

    def trusts(self, case: str) -> tuple[bytes, ...]:
        """The roots (DER) that everybody was told to trust beside the public ones."""
        root = self.cases[case].get("trusts")
        return () if root is None else (b64decode(root),)


def write(name: str, recording: Recording) -> None:
    """Keep a recording: sorted, one case a line, so that a change is seen where it is."""
    head = json.dumps({"day": recording.day, "versions": recording.versions}, indent=1, sort_keys=True)
    lines = [
        f"{json.dumps(case)}: {json.dumps(each, sort_keys=True, ensure_ascii=True, separators=(',', ':'))}"
        for case, each in recording.cases.items()
    ]
    text = head.removesuffix("\n}") + ',\n "cases": {\n' + ",\n".join(lines) + "\n }\n}\n"
    (FOLDER / f"{name}.json").write_text(text)


def read(name: str) -> Recording:
    """A recording that was kept."""
    return Recording(**json.loads((FOLDER / f"{name}.json").read_text()))


def kept(observation: Observation) -> Any:
    """An observation as it is recorded."""
    return plain(observation)


def today() -> str:
    """The day of recording."""
    return datetime.now(UTC).date().isoformat()
