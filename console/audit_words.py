"""The words of the pages on the past and its proof: any date, what changed, who did what, proofs, bundles."""

from datetime import date

from checks.model.text import Text
from reports.messages.figures import day as shown_day

# Any date.
NO_DAY = Text(
    "Cần một ngày không ở tương lai, viết như 2026-05-01.",
    "A day is needed that is not to come, written as 2026-05-01.",
)
AS_OF = Text("Xem vào một ngày khác", "See it on another day")
AS_OF_DAY = Text("Ngày", "Day")
AS_OF_SEE = Text("Xem", "See")
AS_OF_SHOWN = Text("Tình trạng vào cuối ngày {day}.", "This is how it stood at the end of {day}.")
AS_OF_BACK = Text("Về hiện tại", "Back to the present")
AS_OF_NONE = Text("Đến hết ngày {day} chưa có đợt rà quét nào kết thúc.", "No scan was finished by the end of {day}.")


def none_by(day: date) -> Text:
    """That there was no scan by a day."""
    return Text(*(AS_OF_NONE.in_(each).format(day=shown_day(day, each)) for each in ("vi", "en")))


# Lists page by page.
PREVIOUS = Text("Trang trước", "Previous")
NEXT = Text("Trang sau", "Next")
PAGE_OF = Text("Trang {number}/{pages}", "Page {number} of {pages}")

# What changed.
DIFFERENCES = Text("Thay đổi", "Differences")
DIFFERENCES_NONE = Text("Không có thay đổi nào khớp bộ lọc.", "Nothing changed within the filter.")
COMPARED = Text("Từ đợt lúc {before} đến đợt lúc {after}", "From the run of {before} to the run of {after}")
COMPARE = Text("So sánh", "Compare")
BY_DAYS = Text("So sánh hai ngày", "Compare two days")
BY_RUNS = Text("So sánh hai đợt", "Compare two runs")
COMPARE_DAYS = Text("So sánh hai ngày", "Compare days")
COMPARE_RUNS = Text("So sánh hai đợt", "Compare runs")
FROM_DAY = Text("Cuối ngày", "End of")
TO_DAY = Text("với cuối ngày (bỏ trống: hiện tại)", "with the end of (left out: now)")
FROM_RUN = Text("Đợt trước", "Earlier run")
TO_RUN = Text("Đợt sau", "Later run")
BECAME = Text("Thay đổi", "What became of it")
BECAUSE = Text("Lý do", "Why")
BEFORE = Text("Trước", "Before")
AFTER = Text("Sau", "After")
FAULTS = Text("Từng lỗi", "Single faults")
NO_TWO = Text("Chưa có hai đợt rà quét để so sánh.", "There are no two runs to compare yet.")
WRONG_ORDER = Text("Đợt trước phải bắt đầu trước đợt sau.", "The earlier run must have begun before the later one.")
NOT_FINISHED = Text("Chỉ so sánh được các đợt đã kết thúc.", "Only finished runs can be compared.")
