"""A wheel installed in another folder finds its policies, templates, migrations and words by itself."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BOUND_SECONDS = 240


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the unpacked wheel and nothing of the source tree."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps"]
    pip += ["--no-build-isolation"]  # what the build needs is installed with what tests need
    source = folder / "source"
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, timeout=60).stdout
    for name in filter(None, tracked.decode().split("\0")):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    subprocess.run([*pip, "--wheel-dir", folder, source], check=True, timeout=BOUND_SECONDS)
    (wheel,) = folder.glob("khien-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def khien(installed: Path, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(installed), "KHIEN_LANG": "en"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    words = [sys.executable, "-P", "-m", "scanner.cli", *arguments]
    return subprocess.run(words, cwd=home, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_the_wheel_works_by_itself(installed: Path, tmp_path: Path) -> None:
    doctor = khien(installed, tmp_path, "doctor")
    assert doctor.returncode == 0, doctor.stdout + doctor.stderr
    assert "10 built in" in doctor.stdout
    assert khien(installed, tmp_path, "init").returncode == 0
    assert "Valid: 1 agencies, 1 assets" in khien(installed, tmp_path, "inventory", "check").stdout
    upgraded = khien(installed, tmp_path, "db", "upgrade")
    assert upgraded.returncode == 0, upgraded.stderr
    assert (tmp_path / "khien.sqlite3").exists()
    shown = khien(installed, tmp_path, "policy", "show", "nghe-an-web")
    assert "TLS-LEGACY" in shown.stdout


def test_the_wheel_holds_every_package_and_nothing_else(installed: Path) -> None:
    rooms = {"checks", "policies", "scanner", "history", "reports", "console", "demo"}
    found = {each.name for each in installed.iterdir() if not each.name.endswith(".dist-info")}
    assert found == rooms
    ours = {path.relative_to(ROOT) for room in rooms for path in (ROOT / room).rglob("*.py")}
    assert {path.relative_to(installed) for path in installed.rglob("*.py")} == ours


def test_the_wheel_holds_the_pages_of_the_console(installed: Path) -> None:
    shown = {path.relative_to(ROOT) for name in ("jinja2", "static") for path in (ROOT / "console" / name).iterdir()}
    assert len(shown) > 10
    assert [path for path in sorted(shown) if not (installed / path).is_file()] == []
