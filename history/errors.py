"""What can go wrong with what is remembered. Every error says so in both languages; only the command line prints.

HistoryError
├── DatabaseUnusable    the database is named wrongly, cannot be reached, or lacks its driver or its schema
├── NotStored           the database refused to write: disk full, connection lost; nothing of the step was kept
├── AppendOnly          somebody tried to change or remove what is only ever added to
├── UnknownRun          no run has that id
├── RunEnded            the run is finished or abandoned, and takes nothing more
├── BadAct              a waiver or dispute does not allow that step, or not by that person
├── Overtaken           what was to be changed has been changed by somebody else since it was looked at
├── BadKey              a key of the log cannot be made, take another's place or be revoked as was asked
├── NumberTaken         another document has that number in that year
├── UnknownFile         no file was archived under that number
├── NotSeen             there is no such thing, or whoever asks may not see it
├── Damaged             stored bytes are missing, or are not those that their digest names
│   └── BodyRemoved     they were removed because they are old, and an act says so
├── BadBundle           a bundle from elsewhere cannot be read
├── BackupFailed        a copy of the database could not be written, read or put in its place
└── LockHeld            another process does on this database what only one may do at a time
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from checks.model.issued import IssuedFile
from checks.model.text import Text


class HistoryError(Exception):
    """The root; `text` is the message in both languages, `str()` gives the English one."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


class DatabaseUnusable(HistoryError):
    """The database is named wrongly, cannot be reached, or lacks its driver or its schema."""


class NotStored(HistoryError):
    """The database refused to write; the step was rolled back as a whole."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(
            Text(
                vi=f"Không ghi được vào cơ sở dữ liệu: {cause}",
                en=f"The database could not be written to: {cause}",
            )
        )


class AppendOnly(HistoryError):
    """What is remembered is only ever added to."""

    def __init__(self, what: str) -> None:
        super().__init__(
            Text(
                vi=f"Lịch sử chỉ được ghi thêm, không được sửa hoặc xóa: {what}",
                en=f"History is append-only, nothing is changed or removed: {what}",
            )
        )


class UnknownRun(HistoryError):
    """No run has that id."""

    def __init__(self, run_id: str) -> None:
        super().__init__(Text(vi=f"Không có đợt rà quét {run_id!r}", en=f"There is no run {run_id!r}"))


class RunEnded(HistoryError):
    """The run takes nothing more."""

    def __init__(self, run_id: str) -> None:
        super().__init__(Text(vi=f"Lượt quét {run_id} đã kết thúc", en=f"Run {run_id} has already ended"))


class BadAct(HistoryError):
    """A waiver or dispute does not allow that step, or not by that person."""


class Overtaken(HistoryError):
    """What was to be changed has been changed by somebody else since it was looked at; nothing was kept."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                vi="Danh mục đã được thay đổi từ lúc bạn xem trước; chưa lưu gì. Hãy làm lại trên danh mục mới.",
                en="The inventory has changed since you looked at it; nothing was stored. Begin from what it is now.",
            )
        )


class BadKey(HistoryError):
    """A key of the log cannot be made, take another's place, be revoked or sign as was asked."""


class NumberTaken(HistoryError):
    """Another document has that number in that year."""

    def __init__(self, file: IssuedFile) -> None:
        super().__init__(
            Text(
                vi=f"Số {file.document} đã cấp cho báo cáo ngày {file.day} về {file.agency or 'toàn tỉnh'}, "
                f"đợt {file.run}; mỗi số chỉ cấp một lần trong năm.",
                en=f"The number {file.document} was given to the report of {file.day} on "
                f"{file.agency or 'the estate'}, run {file.run}; a number is given once a year.",
            )
        )


class UnknownFile(HistoryError):
    """No file was archived under that number."""

    def __init__(self, sequence: int) -> None:
        super().__init__(
            Text(vi=f"Không có bản lưu số {sequence}", en=f"There is no archived file with the id {sequence}")
        )


class NotSeen(HistoryError):
    """There is no such thing, or whoever asks may not see it: an answer does not tell which."""

    def __init__(self, what: str) -> None:
        super().__init__(Text(vi=f"Không tìm thấy {what!r}", en=f"There is no {what!r}"))


class Damaged(HistoryError):
    """Stored bytes are missing, or are not those that their digest names."""

    def __init__(self, digest: str) -> None:
        self.name = digest
        super().__init__(
            Text(
                vi=f"Dữ liệu lưu trữ bị thiếu hoặc bị hỏng: {digest}",
                en=f"Stored data is missing or damaged: {digest}",
            )
        )


class BadBundle(HistoryError):
    """A bundle from elsewhere cannot be read."""


class BodyRemoved(Damaged):
    """The bytes of a piece of evidence were removed because it is old (`history.retention`)."""

    def __init__(self, digest: str, act: int, at: datetime) -> None:
        super().__init__(digest)
        self.text = Text(
            vi=f"Nội dung bằng chứng {digest} đã được xóa theo thời hạn lưu giữ ngày {at:%d/%m/%Y}, lần xóa số {act}",
            en=f"The body of {digest} was removed by retention on {at:%Y-%m-%d}, act {act}",
        )
        self.args = (self.text.en,)


class BackupFailed(HistoryError):
    """A copy of the database could not be written, read or put in its place."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lock, as far as it can be told."""

    pid: int | None = None
    started: datetime | None = None
    """When the lock was taken, in UTC."""
    run: str = ""
    """The run that is worked on; empty where there is none, or none yet."""


LockName = Literal["scan", "upgrade", "schedule", "alerts", "reports"]
AT_WORK: Mapping[LockName, Text] = {
    "scan": Text("Một đợt rà quét khác đang chạy trên cơ sở dữ liệu này", "Another scan is running on this database"),
    "upgrade": Text("Tiến trình khác đang nâng cấp cơ sở dữ liệu này", "Another process upgrades this database"),
    "schedule": Text(
        "khien schedule run đang làm việc trên cơ sở dữ liệu này", "khien schedule run is at work on this database"
    ),
    "alerts": Text(
        "Tiến trình khác đang gửi cảnh báo từ cơ sở dữ liệu này", "Another process sends alerts from this database"
    ),
    "reports": Text(
        "Tiến trình khác đang lập báo cáo từ cơ sở dữ liệu này", "Another process makes reports from this database"
    ),
}


class LockHeld(HistoryError):
    """Another process does what only one may do at a time: it scans, runs schedules, upgrades or sends alerts."""

    def __init__(self, name: LockName, holder: Holder) -> None:
        self.holder = holder
        pid = "?" if holder.pid is None else holder.pid
        since = "?" if holder.started is None else f"{holder.started:%Y-%m-%d %H:%M:%S} UTC"
        doing = AT_WORK[name]
        super().__init__(
            Text(f"{doing.vi} (tiến trình {pid}, từ {since})", f"{doing.en} (process {pid}, since {since})")
        )
