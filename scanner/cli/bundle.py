"""khien history export and verify of bundles: what an auditor takes away and checks where there is no database."""

import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import history
from checks.model.checkpoint import Witness
from history.database import use
from reports.atomic import replacing
from scanner.cli.errors import Usage
from scanner.cli.language import say
from scanner.cli.ledger_words import checkpoint_words, problem_words
from scanner.cli.ui import note, print_line

if TYPE_CHECKING:
    from history.bundle_audit import Bundle
    from history.store import Recorder

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
EVERYTHING = 1_000_000
"""More runs than any database has."""


def chosen_runs(
    recorder: "Recorder", runs: Sequence[str], agencies: Sequence[str], begin: datetime | None, end: datetime | None
) -> list[str]:
    """The runs that have ended, of those named, or of those that started from one day to another and judged one of the
    agencies. Raises Usage where there is none, or where a named one has not ended; UnknownRun, Damaged."""
    if runs:
        unfinished = [each for each in runs if recorder.run(each).state == "open"]
        if unfinished:
            names = ", ".join(unfinished)
            raise Usage(f"đợt chưa kết thúc: {names}", f"not ended: {names}")
        return list(dict.fromkeys(runs))
    found = []
    for row in recorder.runs(EVERYTHING):
        day = row.started.astimezone(LOCAL).date()
        in_time = (begin is None or begin.date() <= day) and (end is None or day <= end.date())
        about = not agencies or not recorder.agencies(row.id).isdisjoint(agencies)
        if row.state != "open" and in_time and about:
            found.append(row.id)
    if not found:
        raise Usage("không có đợt nào như vậy", "there is no such run")
    return found


def write(path: Path, runs: Sequence[str], agencies: Sequence[str]) -> None:
    """Write a bundle: a ZIP archive where the name ends so, otherwise a folder that is not there yet or is empty.

    Raises Usage, UnknownRun, Damaged, OSError.
    """
    from history import bundle
    from history.bundle_files import write_archive, write_folder

    files = bundle.files(runs, agencies)
    if path.suffix.lower() == ".zip":
        with replacing(path) as file:
            count = write_archive(file, files)
    else:
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise Usage(f"{path}: đã có, không ghi đè", f"{path} is there already; nothing is overwritten")
        path.mkdir(parents=True, exist_ok=True)
        count = write_folder(path, files)
    print_line(path)
    note(say(f"{len(runs)} đợt, {count} tệp", f"{len(runs)} runs, {count} files"))


def verify(path: Path, witnesses: Sequence[Witness], keys: Sequence[str], judging: bool) -> tuple[list[str], bool]:
    """Check a bundle and tell what was checked: what is wrong, in words, and whether what was given vouches for all.

    Where nothing is wrong and it has whole runs, they are judged again in a database of its own, which is thrown away.
    Raises BadBundle, OSError.
    """
    with tempfile.TemporaryDirectory(prefix="khien-") as scratch:
        apart = str(Path(scratch) / "bundle.sqlite3")
        history.setup(apart)
        use(apart)  # whatever the environment names
        from history import bundle_audit
        from history.bundle_files import BundleFiles

        bundle = bundle_audit.audit(BundleFiles(path), witnesses)
        faults = [problem_words("", each) for each in bundle.problems]
        unknown = [key for key in keys if key not in bundle.keyring.keys]
        faults += [
            say(f"khóa {key}: sổ không biết khóa này", f"key {key}: the log does not know it") for key in unknown
        ]
        _tell(bundle)
        vouched = bundle.vouched(witnesses, keys)
        covered = bundle.covered(vouched)
        if vouched and not covered:
            note(
                say(
                    f"Mốc hoặc khóa đã cho chỉ xác nhận {vouched} lá đầu trong {bundle.tree.size} lá của sổ.",
                    f"What you gave vouches for the first {vouched} of {bundle.tree.size} leaves of the log only.",
                )
            )
        if not faults and judging and not bundle.agencies:
            faults += _judge(bundle)
        elif not faults and bundle.agencies:
            note(
                say(
                    "Gói của một số cơ quan không đánh giá lại được: quy tắc xét cả tài sản lân cận.",
                    "A bundle on some agencies is not judged again: rules look at the neighbours of assets too.",
                )
            )
        history.close()
    return faults, covered


def _tell(bundle: "Bundle") -> None:
    entries = sum(map(len, bundle.runs.values()))
    print_line(
        say(
            f"Sổ: {bundle.tree.size} lá, gốc {bundle.tree.root().hex()}",
            f"Log: {bundle.tree.size} leaves, root {bundle.tree.root().hex()}",
        )
    )
    print_line(
        say(
            f"{len(bundle.runs)} đợt, {entries} mục, {bundle.findings} phát hiện",
            f"{len(bundle.runs)} runs, {entries} entries, {bundle.findings} findings",
        )
    )
    for logged, belief in bundle.checkpoints:
        print_line(checkpoint_words(logged, belief))


def _judge(bundle: "Bundle") -> list[str]:
    """Judge every finished run again; what does not follow, in words."""
    history.migrate()
    from history import unbundled
    from history.store import Recorder
    from scanner.cli.rejudge import rejudge

    unbundled.fill(bundle)
    recorder, faults = Recorder(), []
    for run_id in sorted(bundle.runs):
        if recorder.run(run_id).state != "finished":
            continue
        if run_id in bundle.bodiless:
            print_line(
                say(
                    f"{run_id}: không đánh giá lại được, bằng chứng đã xóa theo quy định lưu giữ",
                    f"{run_id}: not judged again, the bytes of its evidence were removed by rule",
                )
            )
            continue
        found = rejudge(recorder, run_id)
        print_line(
            say(
                f"{run_id}: đánh giá lại {found.same} phát hiện giống từng byte, {found.newer} khác vì quy tắc hoặc dữ "
                f"liệu mới hơn, {found.earlier} cần đợt trước",
                f"{run_id}: judged again: {found.same} findings equal to the byte, {found.newer} differ by a newer "
                f"rule or newer data, {found.earlier} need an earlier run",
            )
        )
        if found.changed:
            names = ", ".join(found.changed)
            note(say(f"đã đổi từ đợt đó: {names}", f"changed since that run: {names}"))
        faults += [problem_words(run_id, each) for each in found.problems]
    return faults
