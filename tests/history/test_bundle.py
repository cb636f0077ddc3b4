"""A bundle is the same twice, two programs that share nothing find it good, and no change in any file goes unseen."""

import hashlib
import importlib.util
import io
import json
import os
import random
import shutil
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import pytest
from asn1crypto import cms, core, tsp

from checks.model.canonical import canonical, digest, dump, load
from checks.model.checkpoint import Head, Witness
from history import bundle, bundle_audit, checkpoints, keys, merkle, retention, sealed
from history.bundle_files import BundleFiles, write_archive, write_folder
from history.errors import BadBundle
from history.ledger import Leaf
from history.statements import public_of
from history.store import Recorder
from tests.history.samples import KEY, OBSERVATIONS, START, in_every_table, whole_run

SCRIPT = Path(__file__).parents[2] / "docs" / "verify_bundle.py"
Change = Callable[[Path], object]


@pytest.fixture(scope="module")
def verifier() -> ModuleType:
    """The independent program."""
    spec = importlib.util.spec_from_file_location("verify_bundle", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def runs(recorder: Recorder) -> tuple[str, str]:
    """A whole run and what goes with it, and another one whose log has grown since."""
    first, _ = in_every_table(recorder)
    return first, whole_run(recorder, started=START + timedelta(days=7))


@pytest.fixture
def folder(runs: tuple[str, str], tmp_path: Path) -> Path:
    checkpoints.make(KEY, START)
    made = tmp_path / "bundle"
    made.mkdir()
    write_folder(made, bundle.files(runs))
    return made


def checked(path: Path, verifier: ModuleType, *more: str) -> int:
    """The status of the independent program; where ours does not agree about faults, the test fails."""
    status: int = verifier.main([str(path), "--quiet", *more])
    try:
        faults = bool(bundle_audit.audit(BundleFiles(path)).problems)
    except BadBundle:
        faults = True
    if not more:
        assert faults == (status in (1, 2)), status
    return status


def test_the_same_is_the_same_twice(runs: tuple[str, str]) -> None:
    first, second = io.BytesIO(), io.BytesIO()
    for file in (first, second):
        write_archive(file, bundle.files(runs))
    assert first.getvalue() == second.getvalue()


def test_what_vouches_for_it_decides(folder: Path, verifier: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    head = json.loads((folder / "bundle.json").read_bytes())
    assert checked(folder, verifier) == 3
    assert checked(folder, verifier, "--key", public_of(KEY)) == 0
    assert checked(folder, verifier, "--checkpoint", Head(head["size"], head["root"]).short) == 0
    assert checked(folder, verifier, "--checkpoint", f"{head['size']} {head['root']}") == 0
    assert checked(folder, verifier, "--checkpoint", f"3 {head['root']}") == 1
    assert checked(folder, verifier, "--checkpoint", f"{head['size'] + 1} {head['root']}") == 1
    assert checked(folder, verifier, "--key", "ab" * 32) == 1
    assert checked(folder, verifier, "--checkpoint", "mốc") == 2
    assert capsys.readouterr().out.count("later ones are missing") == 1


def test_a_file_of_a_checkpoint_vouches_too(folder: Path, verifier: ModuleType, tmp_path: Path) -> None:
    file = tmp_path / "moc.json"
    for status in (0, 1):  # the second one is over a leaf that the bundle has not
        file.write_bytes(dump(checkpoints.make(KEY, START)))
        assert checked(folder, verifier, "--checkpoint", str(file)) == status


def test_ours_says_the_same(folder: Path, runs: tuple[str, str]) -> None:
    found = bundle_audit.audit(BundleFiles(folder))
    assert found.problems == []
    assert set(found.runs) == set(runs)
    assert found.findings == 6
    assert found.vouched([], []) == 0
    assert found.vouched([], [public_of(KEY)]) == found.tree.size - 1
    assert found.vouched([Witness(3, found.tree.root(3).hex())], []) == 3
    assert found.covered(found.tree.size - 1) and not found.covered(found.tree.size - 2)


def test_a_revoked_key_vouches_for_nothing(
    folder: Path, runs: tuple[str, str], verifier: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keys.revoke(public_of(KEY), START, "Trần Văn Mẫu", START, "Bị lộ")
    later = tmp_path / "later"
    later.mkdir()
    write_folder(later, bundle.files(runs))
    assert verifier.main([str(later), "--key", public_of(KEY)]) == 3
    assert "NOT BELIEVED" in capsys.readouterr().out
    assert bundle_audit.audit(BundleFiles(later)).vouched([], [public_of(KEY)]) == 0


def test_an_agency_gets_its_own_with_proofs(runs: tuple[str, str], verifier: ModuleType, tmp_path: Path) -> None:
    part = tmp_path / "part"
    part.mkdir()
    write_folder(part, bundle.files(runs[:1], ["xa-mau"]))
    assert checked(part, verifier) == 3
    lines = [json.loads(each) for each in (part / "runs" / f"{runs[0]}.jsonl").read_bytes().splitlines()]
    assert [each["subject"] for each in lines if each["kind"] == "findings"] == ["trang-xa"]
    everything = b"".join(each.read_bytes() for each in (part / "objects").iterdir())
    assert b'"agency":"xa-mau"' in everything and b'"agency":"so-mau"' not in everything
    lines[0]["index"] += 1
    (part / "runs" / f"{runs[0]}.jsonl").write_bytes(b"".join(canonical(each) + b"\n" for each in lines))
    assert checked(part, verifier) == 1


def _stamp_of_a_thief(data: bytes) -> bytes:
    """A token of long ago that no authority signed."""
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": hashlib.sha256(data).digest()}
    when = START - timedelta(days=30)
    told = tsp.TSTInfo(
        {"version": "v1", "policy": "1.2.3", "message_imprint": imprint, "serial_number": 1, "gen_time": when}
    )
    content = {"content_type": "tst_info", "content": core.ParsableOctetString(told.dump())}
    signed = {"version": "v3", "digest_algorithms": [], "encap_content_info": content, "signer_infos": []}
    token: bytes = cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed)}).dump()
    return token


def test_a_time_stamp_alone_makes_no_revoked_key_believed(
    runs: tuple[str, str], verifier: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    checkpoints.make(KEY, START, _stamp_of_a_thief)
    keys.revoke(public_of(KEY), START - timedelta(days=1), "Trần Văn Mẫu", START, "Bị lộ")
    made = tmp_path / "bundle"
    made.mkdir()
    write_folder(made, bundle.files(runs))
    assert verifier.main([str(made), "--key", public_of(KEY)]) == 3
    assert "unless the authority of its time stamp vouches for it" in capsys.readouterr().out
    found = bundle_audit.audit(BundleFiles(made))
    assert "stamped" in {belief for _, belief in found.checkpoints}
    assert found.vouched([], [public_of(KEY)]) == 0


def test_of_an_agency_nothing_can_be_left_out(runs: tuple[str, str], verifier: ModuleType, tmp_path: Path) -> None:
    part = tmp_path / "part"
    part.mkdir()
    write_folder(part, bundle.files(runs[:1], ["xa-mau"]))
    file = part / "runs" / f"{runs[0]}.jsonl"
    lines = file.read_bytes().splitlines(keepends=True)
    kinds = [json.loads(each)["kind"] for each in lines]
    assert {"opening", "policy", "plan", "looks", "findings", "times", "closing"} <= set(kinds)
    for number, kind in enumerate(kinds):
        file.write_bytes(b"".join(lines[:number] + lines[number + 1 :]))
        content = part / "objects" / json.loads(lines[number])["content"][7:]
        kept = content.read_bytes()
        content.unlink()
        assert checked(part, verifier) == 1, kind
        content.write_bytes(kept)
    file.write_bytes(b"".join(lines + lines[-1:]))
    assert checked(part, verifier) == 1


def _append(folder: Path, leaf: dict[str, str]) -> None:
    """Add a leaf, as whoever has the database but no key could."""
    data = (folder / "log.jsonl").read_bytes() + canonical(leaf) + b"\n"
    head = json.loads((folder / "bundle.json").read_bytes())
    head |= {"size": head["size"] + 1, "root": merkle.root(data.splitlines()).hex()}
    (folder / "log.jsonl").write_bytes(data)
    (folder / "bundle.json").write_bytes(canonical(head))


@pytest.mark.parametrize("kind", ["run", "alert"])
def test_what_is_in_the_log_twice_is_found(
    folder: Path, verifier: ModuleType, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    """Otherwise an old leaf, and every signature over it, would stand, and a later one would be read in its place."""
    leaves = [json.loads(each) for each in (folder / "log.jsonl").read_bytes().splitlines()]
    first = next(each for each in leaves if each["kind"] == kind)
    _append(folder, first)
    assert checked(folder, verifier) == 1
    assert f"is of the same {kind} {first['subject']}" in capsys.readouterr().out


def test_acts_behind_the_last_signature_are_not_vouched_for(
    folder: Path, verifier: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    size = json.loads((folder / "bundle.json").read_bytes())["size"]
    assert checked(folder, verifier, "--key", public_of(KEY)) == 0
    body = canonical({"sequence": 99})
    (folder / "objects" / digest(body)[7:]).write_bytes(body)
    _append(folder, {"content": digest(body), "kind": "alert", "subject": "99"})
    assert checked(folder, verifier, "--key", public_of(KEY)) == 3
    assert f"vouches for the first {size - 1} of {size + 1} leaves only" in capsys.readouterr().out
    found = bundle_audit.audit(BundleFiles(folder))
    assert found.problems == [] and not found.covered(found.vouched([], [public_of(KEY)]))


@pytest.mark.parametrize("name", ["runs", "agencies", "acts", "size", "root"])
def test_a_head_of_any_other_form_is_told(folder: Path, verifier: ModuleType, name: str) -> None:
    head = json.loads((folder / "bundle.json").read_bytes())
    oddities: tuple[object, ...] = (None, 5, "x", [1, "a"], {"a": 1}, [[]])
    for odd in oddities:
        (folder / "bundle.json").write_bytes(canonical({**head, name: odd}))
        assert checked(folder, verifier) in (1, 2), odd


@pytest.mark.parametrize("odd", ['{"root":"","size":3}', '{"root":"ab","size":3}', "[]", '{"checkpoint":5}'])
def test_a_file_that_is_no_checkpoint_vouches_for_nothing(
    folder: Path, verifier: ModuleType, tmp_path: Path, odd: str
) -> None:
    (tmp_path / "moc.json").write_text(odd)
    assert checked(folder, verifier, "--checkpoint", str(tmp_path / "moc.json")) == 2


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes() or b" ")
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


def _swap(path: Path) -> None:
    first, second, *rest = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join((second, first, *rest)))


def _cut(path: Path) -> None:
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))


def test_every_file_changed_or_removed_is_found(folder: Path, verifier: ModuleType, tmp_path: Path) -> None:
    names = [each.relative_to(folder) for each in folder.rglob("*") if each.is_file()]
    assert len(names) > 30
    for name in names:
        for change in (_flip, Path.unlink):
            copy = tmp_path / "copy"
            shutil.copytree(folder, copy, copy_function=os.link)
            kept = (copy / name).read_bytes()
            (copy / name).unlink()  # it is linked to the good one
            (copy / name).write_bytes(kept)
            change(copy / name)
            assert checked(copy, verifier) in (1, 2), (name, change)
            shutil.rmtree(copy)


@pytest.mark.parametrize("change", [_swap, _cut])
def test_lines_out_of_order_or_cut_off_are_found(
    folder: Path, runs: tuple[str, str], verifier: ModuleType, change: Change
) -> None:
    for name in ("log.jsonl", f"runs/{runs[0]}.jsonl"):
        kept = (folder / name).read_bytes()
        change(folder / name)
        assert checked(folder, verifier) == 1, name
        (folder / name).write_bytes(kept)
    assert checked(folder, verifier) == 3


@pytest.mark.parametrize(
    "name",
    ["x", "objects/x", f"objects/{'0' * 64}", "runs/x.jsonl", "runs/../x", "deep/er/file", "objects/" + "a" * 63],
)
def test_a_file_too_many_is_found(folder: Path, verifier: ModuleType, name: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(b"")
    assert checked(folder, verifier) == 1


def test_an_object_with_the_right_name_that_nobody_names_is_found(folder: Path, verifier: ModuleType) -> None:
    (folder / "objects" / digest(b"x")[7:]).write_bytes(b"x")
    assert checked(folder, verifier) == 1


def test_a_link_is_no_file_of_a_bundle(folder: Path, verifier: ModuleType) -> None:
    (folder / "objects" / ("0" * 64)).symlink_to("/etc/hostname")
    assert checked(folder, verifier) == 1


def _zipped(path: Path, files: dict[str, bytes], twice: str = "") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
        if twice:
            archive.writestr(twice, b"{}")
    return path


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_archives_that_mean_harm(folder: Path, verifier: ModuleType, tmp_path: Path) -> None:
    files = {str(each.relative_to(folder)): each.read_bytes() for each in folder.rglob("*") if each.is_file()}
    good = _zipped(tmp_path / "good.zip", files)
    assert checked(good, verifier) == 3
    for strange in ("../escaped", "/escaped", "objects/../../escaped", "a\\b"):
        assert checked(_zipped(tmp_path / "strange.zip", {**files, strange: b""}), verifier) == 1
    assert not (tmp_path / "escaped").exists()
    assert checked(_zipped(tmp_path / "twice.zip", files, twice="bundle.json"), verifier) == 1
    (tmp_path / "cut.zip").write_bytes(good.read_bytes()[:-50])
    assert checked(tmp_path / "cut.zip", verifier) == 2
    (tmp_path / "no.zip").write_bytes(b"no archive")
    assert checked(tmp_path / "no.zip", verifier) == 2
    deep = {**files, "log.jsonl": b"[" * 50_000 + b"\n"}
    assert checked(_zipped(tmp_path / "deep.zip", deep), verifier) in (1, 2)
    for odd in (b'{"a":1,"a":2}\n', b'{"kind":1e9}\n', b"\xff\n", b"null\n", b'{"content":"","kind":"","subject":1}\n'):
        assert checked(_zipped(tmp_path / "odd.zip", {**files, "log.jsonl": odd}), verifier) in (1, 2)


def test_a_bomb_is_not_unpacked(
    folder: Path, verifier: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifier, "OBJECT_LIMIT", 1 << 20)
    monkeypatch.setattr("history.bundle_files.LARGEST_OBJECT", 1 << 20)
    files = {str(each.relative_to(folder)): each.read_bytes() for each in folder.rglob("*") if each.is_file()}
    bomb = _zipped(tmp_path / "bomb.zip", {**files, f"objects/{'0' * 64}": bytes(2 << 20)})
    assert checked(bomb, verifier) == 2
    head = _zipped(tmp_path / "head.zip", {**files, "bundle.json": b"[" + b"[]," * (2 << 20) + b"[]]"})
    assert checked(head, verifier) == 2
    monkeypatch.setattr(verifier, "TOTAL_LIMIT", 1 << 10)
    monkeypatch.setattr("history.bundle_files.LARGEST", 1 << 10)
    assert checked(folder, verifier) == 2


def test_a_rewritten_run_breaks_on_the_log(folder: Path, runs: tuple[str, str], verifier: ModuleType) -> None:
    """A forger who keeps object, entry, root and record in agreement meets the log, and then the signature."""
    objects, lines = folder / "objects", (folder / "runs" / f"{runs[0]}.jsonl").read_bytes().splitlines()
    entries = [json.loads(each) for each in lines]
    entry = next(each for each in entries if each["kind"] == "findings" and each["subject"] == "trang-xa")
    forged = (objects / entry["content"][7:]).read_bytes().replace(b'"severity":"high"', b'"severity":"info"')
    (objects / entry["content"][7:]).unlink(missing_ok=True)
    entry["content"] = digest(forged)
    (objects / digest(forged)[7:]).write_bytes(forged)
    (folder / "runs" / f"{runs[0]}.jsonl").write_bytes(b"".join(canonical(each) + b"\n" for each in entries))
    assert checked(folder, verifier) == 1
    leaves = [json.loads(each) for each in (folder / "log.jsonl").read_bytes().splitlines()]
    leaf = next(each for each in leaves if each["subject"] == runs[0])
    old = load(sealed.Record, (objects / leaf["content"][7:]).read_bytes())
    record = dump(sealed.record(old.run, [Leaf(each["kind"], each["subject"], each["content"]) for each in entries]))
    (objects / leaf["content"][7:]).unlink()
    leaf["content"] = digest(record)
    (objects / digest(record)[7:]).write_bytes(record)
    log = b"".join(canonical(each) + b"\n" for each in leaves)
    (folder / "log.jsonl").write_bytes(log)
    head = json.loads((folder / "bundle.json").read_bytes())
    head["root"] = merkle.root(log.splitlines()).hex()
    (folder / "bundle.json").write_bytes(canonical(head))
    faults = [each.what for each in bundle_audit.audit(BundleFiles(folder)).problems]
    assert set(faults) >= {"checkpoint 0", "checkpoint 1"}
    assert checked(folder, verifier) == 1


def test_evidence_that_an_act_removed_is_said_and_no_fault(
    recorder: Recorder, verifier: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = whole_run(recorder)
    when = START + timedelta(days=1)
    retention.remove(retention.due(when), "1 day", when, "Trần Văn Mẫu", when)
    made = tmp_path / "bundle"
    made.mkdir()
    write_folder(made, bundle.files([run]))
    assert verifier.main([str(made)]) == 3
    assert f"run {run}: an act has removed the bytes of {len(OBSERVATIONS)} observations" in capsys.readouterr().out
    found = bundle_audit.audit(BundleFiles(made))
    assert (found.problems, found.bodiless) == ([], {run})
    leaf = next(each for each in found.leaves if each.kind == "retention")
    (made / "objects" / leaf.content[7:]).unlink()
    assert checked(made, verifier) == 1


def test_nothing_in_a_bundle_speaks_to_the_terminal(
    folder: Path, verifier: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "\x1b[31mđỏ").write_bytes(b"")
    line = canonical({"content": "sha256:00", "kind": "checkpoint", "subject": "\x1b[2J\u202e\n"})
    (folder / "log.jsonl").write_bytes((folder / "log.jsonl").read_bytes() + line + b"\n")
    assert verifier.main([str(folder)]) == 1
    told = capsys.readouterr().out
    assert "đỏ" in told and "\\u001b[2J" in told
    assert all(each.isprintable() for each in told.replace("\n", ""))


def test_no_damage_of_an_archive_goes_unseen_or_ends_a_program(
    folder: Path, verifier: ModuleType, tmp_path: Path
) -> None:
    files = {str(each.relative_to(folder)): each.read_bytes() for each in folder.rglob("*") if each.is_file()}
    good = _zipped(tmp_path / "good.zip", files).read_bytes()
    chance = random.Random(7)
    for _ in range(60):
        data = bytearray(good)
        for _ in range(chance.randint(1, 4)):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        (tmp_path / "bad.zip").write_bytes(bytes(data))
        assert checked(tmp_path / "bad.zip", verifier) in (1, 2, 3)  # 3: in a date, or a field that nobody reads
