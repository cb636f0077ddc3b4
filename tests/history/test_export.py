"""An export can be checked with nothing but a JSON reader and SHA-256."""

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from checks.model.target import DnsTarget, PortsTarget
from history import models
from history.errors import UnknownRun
from history.export import export_run
from history.store import Recorder
from tests.cli.command import done
from tests.history.samples import EVIDENCE, FINDINGS, START, open_run, whole_run


def sha256(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture
def exported(recorder: Recorder) -> Any:
    run = open_run(recorder, plan=[DnsTarget("a.example")])
    recorder.extend_plan(run, [PortsTarget("127.0.0.1")])
    recorder.record_all(run, EVIDENCE)
    recorder.finish(run, FINDINGS, START)
    return json.loads(json.dumps(export_run(run)))


def test_the_chain_fits(exported: Any) -> None:
    previous = ""
    for sequence, entry in enumerate(exported["chain"]):
        digest = entry.pop("digest")
        assert entry["sequence"] == sequence
        assert entry["run"] == exported["run"]
        assert entry["previous"] == previous
        assert sha256(entry) == digest
        previous = digest


def test_every_link_commits_to_a_part_of_the_export(exported: Any) -> None:
    contents: dict[str, list[str]] = {}
    for entry in exported["chain"]:
        contents.setdefault(entry["kind"], []).append(entry["content"])
    assert contents["opening"] == [sha256(exported["opening"])]
    assert contents["sighting"] == [sha256(each) for each in exported["sightings"]]
    assert contents["finding"] == [sha256(each) for each in exported["findings"]]
    assert contents["closing"] == [sha256(exported["closing"])]
    assert set(contents["plan"]) <= set(exported["blobs"])
    assert [len(exported[part]) for part in ("sightings", "findings")] == [len(EVIDENCE), len(FINDINGS)]


def test_every_stored_blob_is_named(exported: Any) -> None:
    bodies = {sha256(each) for each in exported["findings"]}
    stored = set(models.Blob.objects.values_list("digest", flat=True))
    assert stored - bodies == set(exported["blobs"])
    assert len(exported["blobs"]) == len(set(exported["blobs"]))


def test_an_open_run_has_no_closing(recorder: Recorder) -> None:
    assert export_run(open_run(recorder))["closing"] is None
    with pytest.raises(UnknownRun):
        export_run("20000101-000000-0000")


DOCUMENT = Path(__file__).parents[2] / "docs" / "history.md"


def audited(export: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """What the program that the documentation prints says of an export; it sees nothing of ours."""
    (program,) = re.findall(r"^```python\n(.*?)^```$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    file = folder / "run.json"
    file.write_text(export, encoding="utf-8")
    command = [sys.executable, "-I", "-S", "-c", program, file.name]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=30, check=False)


def test_the_documented_program_accepts_what_the_command_exports(sqlite: str, tmp_path: Path) -> None:
    recorder = Recorder()
    run = open_run(recorder, plan=[DnsTarget("a.example")])
    recorder.extend_plan(run, [PortsTarget("127.0.0.1")])
    recorder.record_all(run, EVIDENCE)
    recorder.finish(run, FINDINGS, START)
    config = tmp_path / "khien.yaml"
    config.write_text(f"database: {Path(sqlite).name}\n", encoding="utf-8")
    said = audited(done("history", "export", run, "--config", config).out, tmp_path)
    assert (said.returncode, said.stdout.strip()) == (0, recorder.run(run).head), said.stderr


CHANGES: dict[str, Callable[[Any], object]] = {
    "verdict": lambda run: run["findings"][0].update(verdict="pass"),
    "finding removed": lambda run: run["findings"].pop(),
    "finding added": lambda run: run["findings"].append(run["findings"][0]),
    "sighting": lambda run: run["sightings"][1].update(connections=0),
    "sightings swapped": lambda run: run["sightings"].reverse(),
    "opening": lambda run: run["opening"].update(vantage="elsewhere"),
    "closing": lambda run: run["closing"].update(findings=0),
    "entry removed": lambda run: run["chain"].pop(2),
    "end of the chain removed": lambda run: run["chain"].pop(),
    "entry changed": lambda run: run["chain"][2].update(subject="another"),
    "other run": lambda run: run.update(run="another"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_documented_program_refuses_what_was_altered(sqlite: str, tmp_path: Path, change: str) -> None:
    recorder = Recorder()
    exported = export_run(whole_run(recorder))
    assert audited(json.dumps(exported), tmp_path).returncode == 0
    CHANGES[change](exported)
    said = audited(json.dumps(exported), tmp_path)
    assert (said.returncode, said.stdout) == (1, "")
    assert "Traceback" not in said.stderr


def test_bodies_are_the_bytes_that_their_digests_name(recorder: Recorder) -> None:
    run_id = whole_run(recorder)
    bodies = export_run(run_id, bodies=True)["bodies"]
    assert set(bodies) == set(export_run(run_id)["blobs"])
    assert all(f"sha256:{hashlib.sha256(body.encode()).hexdigest()}" == name for name, body in bodies.items())
