"""khien history export and verify of bundles: taken away, checked without Khiên, and judged again."""

import json
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import cryptography
import pytest

from checks.model.canonical import canonical, digest, dump
from history import merkle
from history.ledger import Leaf
from history.sealed import record
from tests.cli.command import khien
from tests.cli.conftest import POLICY, Scanned

SCRIPT = Path(__file__).parents[2] / "docs" / "verify_bundle.py"


@pytest.fixture(scope="module")
def exported(scanned: Scanned, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both runs, in a folder and in an archive."""
    folder = tmp_path_factory.mktemp("exported")
    for name in ("whole/", "whole.zip", "again.zip"):
        ended = khien("history", "export", f"{folder}/{name}", folder=scanned.folder)
        assert ended.status == 0, ended.err
    assert ended.err.startswith("2 runs, ")
    return folder


def test_a_bundle_is_judged_again(exported: Path, scanned: Scanned, tmp_path: Path) -> None:
    ended = khien("history", "verify", exported / "whole.zip", folder=tmp_path)
    assert ended.status == 3, ended.out + ended.err
    assert f"{scanned.run}: judged again: {2 * len(POLICY)} findings equal to the byte, 0 differ" in ended.out
    assert "Intact in itself" in ended.out
    mark = khien("history", "checkpoint", folder=scanned.folder).out.splitlines()[0]
    vouched = khien("history", "verify", exported / "whole", "--checkpoint", mark, "--no-judge", folder=tmp_path)
    assert (vouched.status, "vouched for" in vouched.out, "judged again" in vouched.out) == (0, True, False)
    unknown = khien("history", "verify", exported / "whole", "--key", "ab" * 32, "--no-judge", folder=tmp_path)
    assert (unknown.status, "the log does not know it" in unknown.err) == (1, True)
    with zipfile.ZipFile(exported / "whole.zip") as archive:
        first = archive.read("log.jsonl").splitlines()[:1]
    early = khien(
        "history", "verify", exported / "whole", "--checkpoint", f"1 {merkle.root(first).hex()}", folder=tmp_path
    )
    assert (early.status, "vouches for the first 1 of " in early.err) == (3, True), early.out + early.err


def test_the_same_data_gives_the_same_bytes(exported: Path) -> None:
    assert (exported / "whole.zip").read_bytes() == (exported / "again.zip").read_bytes()
    with zipfile.ZipFile(exported / "whole.zip") as archive:
        for name in archive.namelist():
            assert archive.read(name) == (exported / "whole" / name).read_bytes()


def test_runs_are_chosen(exported: Path, scanned: Scanned, tmp_path: Path) -> None:
    def runs(*options: str) -> object:
        ended = khien("history", "export", tmp_path / "part.zip", *options, folder=scanned.folder)
        assert ended.status == 0, ended.err
        with zipfile.ZipFile(tmp_path / "part.zip") as archive:
            return json.loads(archive.read("bundle.json"))["runs"]

    second = scanned.second.json()["run"]
    assert runs("--run", second) == [second]
    assert runs("--from", "2020-01-01", "--to", "2099-12-31") == sorted([scanned.run, second])
    assert runs("--agency", "so-mau") == sorted([scanned.run, second])
    part = khien("history", "verify", tmp_path / "part.zip", folder=tmp_path)
    assert part.status == 3 and "is not judged again" in part.err
    for wrong in (["--from", "2099-01-01"], ["--agency", "khac"], ["--run", "gone"], ["--bodies"]):
        assert khien("history", "export", tmp_path / "x.zip", *wrong, folder=scanned.folder).status == 2, wrong
        assert not (tmp_path / "x.zip").exists()
    assert khien("history", "export", scanned.run, "--agency", "so-mau", folder=scanned.folder).status == 2
    assert "is there already" in khien("history", "export", f"{exported}/whole/", folder=scanned.folder).err


def _forged(bundle: Path, run: str) -> None:
    """A verdict turned to pass by somebody who computes everything anew, up to the log, where nothing is signed."""

    def put(data: bytes) -> str:
        (bundle / "objects" / digest(data)[7:]).write_bytes(data)
        return digest(data)

    entries = [json.loads(each) for each in (bundle / "runs" / f"{run}.jsonl").read_bytes().splitlines()]
    by_kind = {(each["kind"], each["subject"]): each for each in entries}
    entry = by_kind["findings", "cong"]
    told = [json.loads(each) for each in (bundle / "objects" / entry["content"][7:]).read_bytes().splitlines()]
    for finding in told:
        if finding["control"] == "CERT-TRUST":
            assert finding["verdict"] == "fail"
            finding.update(verdict="pass", reason="met", instances=[])
    (bundle / "objects" / entry["content"][7:]).unlink()
    old, entry["content"] = entry["content"], put(b"".join(canonical(each) + b"\n" for each in told))
    closing = json.loads((bundle / "objects" / by_kind["closing", ""]["content"][7:]).read_bytes())
    parts = (bundle / "objects" / closing["agencies"]["so-mau"][7:]).read_bytes()
    (bundle / "objects" / closing["agencies"]["so-mau"][7:]).unlink()
    closing["agencies"]["so-mau"] = put(parts.replace(old.encode(), entry["content"].encode()))
    (bundle / "objects" / by_kind["closing", ""]["content"][7:]).unlink()
    by_kind["closing", ""]["content"] = put(canonical(closing))
    (bundle / "runs" / f"{run}.jsonl").write_bytes(b"".join(canonical(each) + b"\n" for each in entries))
    made = record(run, [Leaf(each["kind"], each["subject"], each["content"]) for each in entries])
    leaves = [json.loads(each) for each in (bundle / "log.jsonl").read_bytes().splitlines()]
    leaf = next(each for each in leaves if each["subject"] == run)
    (bundle / "objects" / leaf["content"][7:]).unlink()
    leaf["content"] = put(dump(made))
    log = [canonical(each) for each in leaves]
    (bundle / "log.jsonl").write_bytes(b"".join(each + b"\n" for each in log))
    head = json.loads((bundle / "bundle.json").read_bytes())
    (bundle / "bundle.json").write_bytes(canonical({**head, "root": merkle.root(log).hex()}))


def test_a_verdict_that_does_not_follow_is_found_even_where_every_digest_fits(
    exported: Path, scanned: Scanned, tmp_path: Path
) -> None:
    shutil.copytree(exported / "whole", tmp_path / "forged")
    _forged(tmp_path / "forged", scanned.run)
    ended = khien("history", "verify", tmp_path / "forged", folder=tmp_path)
    assert ended.status == 1
    assert f"{scanned.run}: changed: finding cong/CERT-TRUST it says pass, evidence and policy give fail" in ended.err
    mark = khien("history", "checkpoint", folder=scanned.folder).out.splitlines()[0]
    assert (
        f"changed: checkpoint of {mark.split('-')[0]} leaves"
        in khien("history", "verify", tmp_path / "forged", "--checkpoint", mark, folder=tmp_path).err
    )


def test_what_is_no_bundle_is_said(tmp_path: Path, scanned: Scanned) -> None:
    (tmp_path / "no.zip").write_bytes(b"x")
    ended = khien("history", "verify", tmp_path / "no.zip", folder=tmp_path)
    assert (ended.status, "is no ZIP archive" in ended.err) == (2, True)
    assert khien("history", "verify", tmp_path, folder=scanned.folder).status == 2
    assert khien("history", "verify", "--checkpoint", "x", folder=scanned.folder).status == 2
    assert khien("history", "verify", scanned.run, "--key", "ab", folder=scanned.folder).status == 2


def test_the_verifier_needs_nothing_of_khien(exported: Path, scanned: Scanned, tmp_path: Path) -> None:
    """In a virtual environment with `cryptography` and what that needs, and nothing else."""
    venv.create(tmp_path / "bare", symlinks=True)
    python = tmp_path / "bare" / "bin" / "python"
    asked = "import sysconfig; print(sysconfig.get_path('purelib'))"
    bare = Path(subprocess.run([python, "-c", asked], check=True, capture_output=True, text=True).stdout.strip())
    installed = Path(cryptography.__file__).parents[1]
    for name in ("cryptography", "cffi", "pycparser"):
        if (installed / name).is_dir():
            (bare / name).symlink_to(installed / name)
    for backend in installed.glob("_cffi_backend*"):
        (bare / backend.name).symlink_to(backend)
    absent = subprocess.run([python, "-c", "import django"], capture_output=True, cwd=tmp_path)
    assert b"ModuleNotFoundError" in absent.stderr
    shutil.copy(SCRIPT, tmp_path / "verify.py")
    mark = khien("history", "checkpoint", folder=scanned.folder).out.splitlines()[0]
    command: list[str | Path] = [python, "-I", tmp_path / "verify.py", exported / "whole.zip", "--checkpoint", mark]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=120)
    assert (ended.returncode, ended.stderr) == (0, ""), ended.stdout
    assert ended.stdout.splitlines()[-1] == "INTACT"
    assert "entries" in ended.stdout and sys.prefix not in str(bare)
