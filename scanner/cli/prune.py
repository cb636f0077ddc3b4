"""khien db prune: the bodies of evidence that is older than the configured rule are removed, and an act says so."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from checks.model.canonical import plain
from checks.model.retention import period
from history.lock import exclusive
from scanner.cli.actor import ByOption, actor
from scanner.cli.config import read_config
from scanner.cli.errors import Usage
from scanner.cli.language import say
from scanner.cli.memory import open_history
from scanner.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption
from scanner.cli.ui import print_json, print_line

DryOption = Annotated[
    bool,
    typer.Option("--dry-run", help=say("Chỉ cho biết sẽ xóa gì.", "Only say what would be removed.")),
]


def register(db: typer.Typer) -> None:
    """Add the command to its group."""
    db.command(
        "prune",
        help=say(
            "Xóa nội dung bằng chứng cũ hơn thời hạn history.keep_evidence trong khien.yaml. Mã băm, kết luận, chính "
            "sách và báo cáo đã phát hành luôn được giữ; việc xóa được ghi vào sổ, và lịch sử vẫn kiểm tra được.",
            "Remove the bodies of evidence that is older than history.keep_evidence in khien.yaml. Digests, findings, "
            "policies and issued reports always stay; the removal is an act in the log, and history still verifies.",
        ),
    )(prune)


def prune(
    dry: DryOption = False, by: ByOption = None, json: JsonOption = False, config: ConfigOption = DEFAULT_CONFIG
) -> int:
    """See `register`. Raises Usage without a rule, ScanInProgress while a scan runs."""
    settings = read_config(config)
    rule = settings.history.keep_evidence
    who = actor(by).who
    if rule is None:
        raise Usage(
            'khien.yaml chưa đặt thời hạn, ví dụ history: {keep_evidence: "5 years"}',
            'khien.yaml has no rule, as in history: {keep_evidence: "5 years"}',
        )
    open_history(settings)
    from history import retention

    now = datetime.now(UTC).replace(microsecond=0)
    before = period(rule).before(now)
    with exclusive("scan", 0):  # what is seen meanwhile would be kept by nobody
        bodies = retention.due(before)
        removal = retention.remove(bodies, rule, before, who, now) if bodies and not dry else None
    size = sum(bodies.values())
    if json:
        told = {"before": before.isoformat(), "bodies": len(bodies), "bytes": size, "removed": None}
        print_json({**told, "removed": None if removal is None else plain(removal)})
        return 0
    since = f"{before:%d/%m/%Y}", f"{before:%Y-%m-%d}"
    if removal is None:
        print_line(
            say(
                f"{len(bodies)} bằng chứng ({size} byte) chỉ thuộc các đợt trước {since[0]}; chưa xóa gì.",
                f"{len(bodies)} pieces of evidence ({size} bytes) are of runs before {since[1]} only; nothing removed.",
            )
        )
    else:
        print_line(
            say(
                f"Đã xóa nội dung {len(bodies)} bằng chứng ({size} byte) của các đợt trước {since[0]}.",
                f"Removed the bodies of {len(bodies)} pieces of evidence ({size} bytes) of runs before {since[1]}.",
            )
        )
    return 0
