"""An export can be checked with nothing but a JSON reader and SHA-256."""

import hashlib
import json
from typing import Any

import pytest

from checks.model.target import DnsTarget, PortsTarget
from history import models
from history.errors import UnknownRun
from history.export import export_run
from history.store import Recorder
from tests.history.samples import EVIDENCE, FINDINGS, START, open_run


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
