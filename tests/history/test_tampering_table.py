"""docs/tampering.md: what becomes of every table, column and file of a bundle that somebody alters, tried one by one.

Where the table and the truth differ, KHIEN_WRITE_TABLE=1 in the environment of this test writes the table anew.
"""

import importlib.util
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Field, Model

from checks.model.act import Actor
from checks.model.alert import AlertStep
from checks.model.canonical import digest
from checks.model.checkpoint import Witness
from history import (
    acts,
    alerts,
    bundle,
    checkpoints,
    deliveries,
    issues,
    keys,
    log,
    matters,
    models,
    retention,
    stop,
    whole,
)
from history.bundle_files import write_folder
from history.statements import public_of
from history.store import Recorder
from tests.history.samples import DELIVERY, FILE, ISSUED, KEY, START, WAIVER, in_every_table, whole_run
from tests.history.tampering import execute, tampering
from tests.history.test_tampering import other

NOT_FOUND = "**not found**"
KEPT = Path(__file__).parents[2] / "docs" / "tampering.md"
SCRIPT = Path(__file__).parents[2] / "docs" / "verify_bundle.py"
ORDER = {"sequence": "sequence", "index": "index"}
"""Columns that say in which order rows come."""
LINES = {
    "a line removed": range(1, 99),
    "a line inserted": (0, *range(99)),
    "lines reordered": (1, 0, *range(2, 99)),
}
"""What becomes of the lines of a file."""
INTRODUCTION = """\
# What is found when somebody alters something

> **Tóm tắt.** Bảng này do một phép thử lập ra: từng bảng, từng cột của cơ sở dữ liệu và từng tệp của gói được sửa, xóa,
> chèn, đổi thứ tự, hoặc thay bằng bản cũ; cột bên phải là lời báo của `khien history verify` hoặc `verify_bundle.py`.

Every line was tried by a test, which fails when this table and the truth differ. `RUN`, `HEX`, `MARK` and `N` stand for
ids, digests, checkpoints and numbers; only the first line of what is told is shown. The trials are those of somebody
who owns the database and switches its triggers off.

What cannot be found from within: everything replaced at once by an older state that fits in itself, or by one that was
computed anew with the key. It is found with a checkpoint that somebody noted elsewhere (`--checkpoint`).

Tables that are no history are not among them: who may sign in to the console, sessions and tokens (`auth_*`,
`console_*`, `django_*`) change by their nature, and nothing that was seen or judged depends on them. What is done to
users, and when they sign in, is an act, and acts are.
"""


def short(text: str) -> str:
    """What is told, without what differs from run to run."""
    text = re.sub(r"\d{8}-\d{6}-[0-9a-f]{4}", "RUN", text)
    text = re.sub(r"[0-9]+(-[A-Z2-7]{4}){8}", "MARK", text)
    text = re.sub(r"(sha256:)?[0-9a-f]{64}", "HEX", text)
    text = re.sub(r"\b[0-9]{2,}\b", "N", text)
    return text.replace("|", "\\|").replace("\x00", "").replace("\x1b", "")


def told() -> str:
    """The first line of what the audit of the database says."""
    for name, problem in whole.verify():
        where = "RUN: " if name else ""
        return short(f"{where}{problem.fault}: {problem.what} {problem.detail}".strip())
    return NOT_FOUND


def everything(recorder: Recorder) -> str:
    """At least two rows in every table that has an order; the finished run."""
    run, _ = in_every_table(recorder)
    later = START + timedelta(days=8)
    matters.withdraw(WAIVER.id, "Trần Văn Mẫu", later, "Thử")
    deliveries.record(replace(DELIVERY, run=run, at=later))
    issues.archive(replace(ISSUED, run=run, number=8, at=later), FILE)
    stop.release("Trần Văn Mẫu", "", later)
    alerts.record(AlertStep("judged", later, run=run))
    acts.notice("policy.changed", "nghe-an-web", {"x": 1}, Actor("khien", "command"), later)
    checkpoints.make(KEY, later)
    when = later + timedelta(days=1)
    retention.remove(retention.due(START), "5 years", START, "Trần Văn Mẫu", when)
    keys.revoke(public_of(KEY), when, "Trần Văn Mẫu", when, "Thử")
    return run


Change = Callable[[Path], object]


def _columns(model: type[Model]) -> list["Field[Any, Any]"]:
    return [each for each in model._meta.concrete_fields if each.get_internal_type() != "BigAutoField"]


def _first(model: type[Model]) -> Model:
    if model is models.Blob:  # the others have no place of their own among them
        return models.Blob.objects.get(pk=digest(b'{"agencies":[]}'))
    order = next((name for name in ORDER if any(each.attname == name for each in _columns(model))), "pk")
    row = model._default_manager.order_by(order).first()
    assert row is not None, model
    return row


def changed(model: type[Model], field: "Field[Any, Any]") -> str:
    """One column of one row has another value."""
    row, pk = _first(model), model._meta.pk
    assert pk is not None
    with tampering():
        statement = f'UPDATE {model._meta.db_table} SET "{field.column}" = %s WHERE "{pk.column}" = %s'
        assert execute(statement, [other(getattr(row, field.attname)), row.pk]) == 1
        return told()


def removed(model: type[Model]) -> str:
    """One row is gone."""
    row, pk = _first(model), model._meta.pk
    assert pk is not None
    with tampering():
        assert execute(f'DELETE FROM {model._meta.db_table} WHERE "{pk.column}" = %s', [row.pk]) == 1
        return told()


def inserted(model: type[Model]) -> str:
    """A copy of a row, under another name or at another place."""
    row = _first(model)
    unique = {each.attname for each in _columns(model) if each.unique}
    for constraint in model._meta.constraints:
        named = [model._meta.get_field(each) for each in getattr(constraint, "fields", ())]
        unique |= {str(getattr(each, "attname", "")) for each in named[-1:]}
    fields = _columns(model)
    values = [getattr(row, each.attname) for each in fields]
    values = [other(value) if each.attname in unique else value for each, value in zip(fields, values, strict=True)]
    names = ", ".join(f'"{each.column}"' for each in fields)
    with tampering():
        marks = ", ".join(["%s"] * len(fields))
        assert execute(f"INSERT INTO {model._meta.db_table} ({names}) VALUES ({marks})", values) == 1
        return told()


def reordered(model: type[Model]) -> str:
    """Two rows that follow each other have each other's place."""
    column = next((name for name in ORDER if any(each.attname == name for each in _columns(model))), None)
    if column is None:
        return "rows have no order: each is found by its key"
    chain = {"Act": "name", "OperationStep": "subject", "ChainEntry": "run_id"}.get(model.__name__)
    first = _first(model)
    kept = model._default_manager.filter(**({chain: getattr(first, chain)} if chain else {}))
    one, two = list(kept.order_by(column)[:2])
    table, pk = model._meta.db_table, model._meta.pk.column if model._meta.pk else ""
    places = {one.pk: getattr(two, column), two.pk: getattr(one, column)}
    with tampering():
        if column == pk:
            for before, after in ((one.pk, 10**6), (two.pk, one.pk), (10**6, two.pk)):
                execute(f'UPDATE {table} SET "{column}" = %s WHERE "{column}" = %s', [after, before])
        else:
            execute(f'UPDATE {table} SET "{column}" = 1000000 WHERE "{pk}" = %s', [one.pk])
            for key in (two.pk, one.pk):
                execute(f'UPDATE {table} SET "{column}" = %s WHERE "{pk}" = %s', [places[key], key])
        return told()


def database_rows() -> Iterator[tuple[str, str, str, str]]:
    for model in sorted(apps.get_app_config("history").get_models(), key=lambda each: each.__name__):
        name = model.__name__
        for field in _columns(model):
            yield name, f"`{field.column}`", "changed", changed(model, field)
        yield name, "a row", "removed", removed(model)
        found = inserted(model)
        alone = model in (models.Blob, models.Brief) and found == NOT_FOUND
        yield name, "a row", "inserted", "nothing names it, so that it says nothing" if alone else found
        yield name, "two rows", "reordered", reordered(model)


def _kinds(folder: Path) -> dict[str, str]:
    """One file of each kind, by the kind."""
    run = min(each.name for each in (folder / "runs").iterdir())
    found = {"bundle.json": "bundle.json", "log.jsonl": "log.jsonl", "runs/RUN.jsonl": f"runs/{run}"}
    for line in (folder / "log.jsonl").read_bytes().splitlines():
        leaf = json.loads(line)
        if leaf["kind"] == "run" and leaf["subject"] != run.removesuffix(".jsonl"):
            continue  # of a run that is not in the bundle
        kind = "record of the run" if leaf["kind"] == "run" else f"act: {leaf['kind']}"
        found.setdefault(f"objects/HEX ({kind})", f"objects/{leaf['content'][7:]}")
    for line in (folder / "runs" / run).read_bytes().splitlines():
        entry = json.loads(line)
        data = (folder / "objects" / entry["content"][7:]).read_bytes()
        if data:
            found.setdefault(f"objects/HEX ({entry['kind']})", f"objects/{entry['content'][7:]}")
        if entry["kind"] == "opening":
            found["objects/HEX (inventory)"] = f"objects/{json.loads(data)['inventory'][7:]}"
            found["objects/HEX (waivers)"] = f"objects/{json.loads(data)['waivers'][7:]}"
        if entry["kind"] == "looks":
            seen = json.loads(data.splitlines()[0])["observation"]
            found["objects/HEX (observation)"] = f"objects/{seen[7:]}"
        if entry["kind"] == "closing":
            found["objects/HEX (agency)"] = f"objects/{json.loads(data)['agencies']['so-mau'][7:]}"
    return found


def bundle_rows(recorder: Recorder, run: str, work: Path) -> Iterator[tuple[str, str, str]]:
    spec = importlib.util.spec_from_file_location("verify_bundle", SCRIPT)
    assert spec is not None and spec.loader is not None
    verifier = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(verifier)

    def said(path: Path, *witnesses: tuple[int, str, str]) -> str:
        check = verifier.Check(path, quiet=True)
        check.run(list(witnesses), [])
        return short(check.faults[0]) if check.faults else NOT_FOUND

    def tried(change: Callable[[Path], object]) -> str:
        shutil.copytree(new, work / "copy", dirs_exist_ok=True)
        change(work / "copy")
        result = said(work / "copy")
        shutil.rmtree(work / "copy")
        return result

    old, new = work / "old", work / "new"
    for folder in (old, new):
        folder.mkdir()
        write_folder(folder, bundle.files([run]))
        if folder is old:
            whole_run(recorder, started=START + timedelta(days=30))
    assert said(new) == NOT_FOUND
    kinds = _kinds(new)
    for kind, name in sorted(kinds.items()):
        yield f"`{kind}`", "changed", tried(at(name, _change))
        yield f"`{kind}`", "removed", tried(at(name, Path.unlink))
        if kind.endswith(".jsonl"):
            for how, order in LINES.items():
                yield f"`{kind}`", how, tried(at(name, partial(_lines, order=order)))
    for name in ("log.jsonl", "bundle.json"):
        yield f"`{name}`", "rolled back", tried(at(name, partial(shutil.copy, old / name)))
    unknown = f"objects/{'0' * 64}"
    yield "a file of another name", "inserted", tried(lambda copy: (copy / "x").write_bytes(b""))
    yield "an object that nobody names", "inserted", tried(lambda copy: (copy / unknown).write_bytes(b""))
    yield (
        "a run that `bundle.json` does not name",
        "inserted",
        tried(lambda copy: (copy / "runs" / "x.jsonl").write_bytes(b"")),
    )
    yield "the whole bundle", "rolled back", said(old)
    head = log.head()
    yield "the whole bundle, with a later `--checkpoint`", "rolled back", said(old, (head.size, head.root, head.short))


def at(name: str, change: Change) -> Change:
    """The change of one file of a bundle."""
    return lambda folder: change(folder / name)


def _change(path: Path) -> None:
    """Another word in the first line, or another bit in the middle."""
    if path.suffix == ".jsonl":
        path.write_bytes(path.read_bytes().replace(b'"kind":"', b'"kind":"x', 1))
        return
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


def _lines(path: Path, order: Sequence[int]) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[each] for each in order if each < len(lines)))


def written(recorder: Recorder, work: Path) -> str:
    """The whole document."""
    run = everything(recorder)
    assert told() == NOT_FOUND
    lines = [INTRODUCTION, "## The database", "", "| table | what | how | told |", "|---|---|---|---|"]
    lines += [f"| {' | '.join(row)} |" for row in database_rows()]
    head = log.head()
    lines += [f"| all | an older copy | rolled back | {rolled_back(head.size, head.root)} |"]
    lines += ["", "## A bundle", "", "| file | how | told |", "|---|---|---|"]
    lines += [f"| {' | '.join(row)} |" for row in bundle_rows(recorder, run, work)]
    return "\n".join(lines) + "\n"


def rolled_back(size: int, root: str) -> str:
    """What is told of the state of before the last act, without and with what is known of the later one."""
    last = models.LogEntry.objects.order_by("-index").first()
    assert last is not None and last.kind == "key"
    with tampering():
        execute('DELETE FROM history_logentry WHERE "index" = %s', [last.index])
        execute("DELETE FROM history_keystatement WHERE sequence = %s", [int(last.subject)])
        alone = told()
        noted = [f"{problem.fault}: {problem.what}" for _, problem in whole.verify([Witness(size, root)])]
    assert alone == NOT_FOUND
    return f"{NOT_FOUND}; with a later `--checkpoint`: {short(noted[0])}"


def test_the_table_is_true(sqlite: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = count(1)  # ids by chance would decide which of two runs is told of first
    monkeypatch.setattr("history.store.new_run_id", lambda started: f"{started:%Y%m%d-%H%M%S}-{next(numbers):03d}f")
    text = written(Recorder(), tmp_path)
    if os.environ.get("KHIEN_WRITE_TABLE"):
        KEPT.write_text(text, encoding="utf-8")
    assert text == KEPT.read_text(encoding="utf-8"), "KHIEN_WRITE_TABLE=1 writes the table anew"


def test_what_is_not_found_is_only_what_cannot_be() -> None:
    missed = [line for line in KEPT.read_text(encoding="utf-8").splitlines() if NOT_FOUND in line]
    assert [line.split(" | ")[0].removeprefix("| ") for line in missed] == ["all", "the whole bundle"]
