"""Schedules as khien.yaml would give them."""

from typing import Any

from policies.strict_yaml import read_text
from scanner.schedule.model import Schedule
from scanner.schedule.written import ScheduleRow


def schedule(every: str, **more: Any) -> Schedule:
    """A schedule of the whole estate."""
    lines = [f"name: {more.pop('name', 'dem')}", "what: {estate: true}", f"every: {every}"]
    lines += [f"{key}: {value}" for key, value in more.items()]
    return read_text("\n".join(lines), "khien.yaml").validated(ScheduleRow).schedule(())
