"""An export names everything that a run commits to, and everything that is stored of it."""

import hashlib
import json
from typing import Any

import pytest

from checks.model.target import DnsTarget, PortsTarget
from history import merkle, models
from history.errors import UnknownRun
from history.export import export_run
from history.store import Recorder
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


def test_the_record_is_that_of_the_entries(exported: Any) -> None:
    leaves = [
        json.dumps(each, sort_keys=True, separators=(",", ":"), ensure_ascii=False) for each in exported["entries"]
    ]
    root = merkle.root(leaf.encode() for leaf in leaves).hex()
    assert exported["record"] == {"run": exported["run"], "size": len(leaves), "root": root, "schema": 1}


def test_every_entry_commits_to_a_part_of_the_export(exported: Any) -> None:
    contents: dict[str, list[str]] = {}
    for entry in exported["entries"]:
        contents.setdefault(entry["kind"], []).append(entry["content"])
    assert list(contents) == ["opening", "policy", "text", "plan", "looks", "findings", "times", "closing"]
    assert contents["opening"] == [sha256(exported["opening"])]
    assert contents["closing"] == [sha256(exported["closing"])]
    assert contents["times"] == [exported["closing"]["times"]]
    assert contents["policy"] == [each for _, each in sorted(exported["opening"]["policies"].items())]
    assert contents["plan"] == [exported["opening"]["plan"], *exported["closing"]["plan"]]
    assert {each for named in contents.values() for each in named} <= set(exported["blobs"])
    assert [len(exported[part]) for part in ("sightings", "findings")] == [len(EVIDENCE), len(FINDINGS)]


def test_every_stored_blob_is_named_but_what_is_told_in_brief_of_them(exported: Any) -> None:
    brief = set(models.Brief.objects.values_list("told_id", flat=True))  # made again from the others
    assert brief and set(models.Blob.objects.values_list("digest", flat=True)) - brief == set(exported["blobs"])
    assert len(exported["blobs"]) == len(set(exported["blobs"]))


def test_an_open_run_has_no_closing(recorder: Recorder) -> None:
    exported = export_run(open_run(recorder))
    assert (exported["closing"], exported["record"]) == (None, None)
    assert [each["kind"] for each in exported["entries"]] == ["opening"]
    with pytest.raises(UnknownRun):
        export_run("20000101-000000-0000")


def test_bodies_are_the_bytes_that_their_digests_name(recorder: Recorder) -> None:
    run_id = whole_run(recorder)
    bodies = export_run(run_id, bodies=True)["bodies"]
    assert set(bodies) == set(export_run(run_id)["blobs"])
    assert all(f"sha256:{hashlib.sha256(body.encode()).hexdigest()}" == name for name, body in bodies.items())
