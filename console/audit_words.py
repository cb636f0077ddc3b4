"""The words of the pages on the past and its proof: any date, what changed, who did what, proofs, bundles."""

from checks.model.text import Text

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
