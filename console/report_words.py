"""The words of the page of reports that the security team makes and sends, in both languages."""

from checks.model.text import Text

SENT = Text("Đã gửi", "Sent")
SENT_TO = Text("{count} người nhận, lần cuối {time}", "{count} recipients, last at {time}")
NOT_SENT = Text("chưa gửi", "not sent")
FILES = Text("Tệp báo cáo", "Files")
OF_ORDER = Text("Chỉ các tệp của yêu cầu {name}.", "Only the files of request {name}.")

# What was asked for.
ORDERS = Text("Yêu cầu lập, gửi báo cáo", "Requests for reports")
ORDERS_HELP = Text(
    "Tiến trình khien schedule run lập và gửi báo cáo; trang này chỉ ghi nhận yêu cầu.",
    "khien schedule run makes and sends reports; this page takes requests down.",
)
ORDERS_NONE = Text("Chưa có yêu cầu nào.", "Nothing was asked for yet.")
RESULT = Text("Kết quả", "Result")
FILES_COUNT = Text("{count} tệp", "{count} files")
MAKE_DRAFTS = Text("Lập dự thảo", "Make drafts")
ISSUE = Text("Ban hành từ số {number}, ngày {day}", "Issue from number {number}, dated {day}")
SEND = Text("Gửi", "Send")
SEND_AGAIN = Text("Gửi lại", "Send once more")
EACH_AGENCY = Text("Báo cáo từng cơ quan", "Reports of each agency")
ESTATE = Text("Báo cáo tổng hợp toàn tỉnh", "The report on the whole province")

# Asking.
MAKE_TITLE = Text("Lập hoặc ban hành báo cáo", "Make or issue reports")
MAKE_HELP = Text(
    "Để trống số và ngày thì lập dự thảo; dự thảo chỉ đội giám sát thấy đến khi gửi. Có số và ngày thì ban hành bản "
    "PDF, mỗi cơ quan một số tiếp theo. Ký số: dùng khien report --sign với đúng số và ngày đó.",
    "Without number and date they are drafts, which only the security team sees until they are sent. With both they "
    "are issued as PDF, the numbers following. To sign them, use khien report --sign with the same number and date.",
)
SEND_TITLE = Text("Gửi báo cáo qua thư điện tử", "Send reports by mail")
SEND_HELP = Text(
    "Gửi cho đầu mối hiện có của chính cơ quan trong danh mục: bản đã ban hành hoặc ký, nếu chưa có thì dự thảo. Ai đã "
    "nhận thì không nhận lại, trừ khi chọn gửi lại.",
    "They go to each agency's own contacts of today: what was issued or signed, otherwise a draft. Who has it already "
    "gets nothing, unless you choose to send it once more.",
)
ABOUT = Text("Báo cáo về", "Reports on")
LANGUAGES = Text("Ngôn ngữ", "Languages")
VIETNAMESE = Text("Tiếng Việt", "Vietnamese")
ENGLISH = Text("Tiếng Anh", "English")
FORMATS = Text("Định dạng", "Formats")
FIRST_NUMBER = Text("Số đầu tiên", "First number")
DAY = Text("Ngày ban hành", "Date of the documents")
ANOTHER_NUMBER = Text("Cấp số khác cho báo cáo đã có số", "Give another number to what has one")
AGAIN = Text("Gửi lại cả cho người đã nhận", "Send also to who has it already")
MAKE_DO = Text("Yêu cầu lập", "Ask for them")
SEND_DO = Text("Yêu cầu gửi", "Have them sent")
TAKEN = Text("Đã ghi nhận yêu cầu.", "The request was taken down.")
WITHDRAWN = Text("Đã rút yêu cầu.", "The request was withdrawn.")
WHICH_LANGUAGE = Text("Chọn ít nhất một ngôn ngữ.", "Choose one language at least.")
WHICH_FORMAT = Text("Chọn ít nhất một định dạng phù hợp.", "Choose one format at least that there is.")
WRONG_NUMBER = Text("Số phải từ 1 đến 99999, ngày như 2026-12-31.", "The number is 1 to 99999, the day as 2026-12-31.")
ONLY_PDF = Text("Báo cáo ban hành chỉ là PDF.", "What is issued is a PDF.")

# The log of deliveries.
DELIVERIES = Text("Nhật ký gửi", "What was sent")
DELIVERIES_NONE = Text("Chưa gửi báo cáo nào.", "Nothing was sent yet.")
RECIPIENT = Text("Người nhận", "Recipient")
SENT_BY = Text("Người gửi", "Sent by")
TRIES = Text("Số lần thử", "Tries")

# Reminders, on the page of deadlines.
REMINDERS = Text("Đôn đốc đã gửi cho {agency}", "Reminders that were sent about {agency}")
REMINDERS_TITLE = Text("Đôn đốc đã gửi", "Reminders that were sent")
REMINDERS_NONE = Text("Chưa gửi đôn đốc nào.", "No reminder was sent yet.")
REMINDED_OF = Text("Nội dung", "About")
NEXT_REMINDER = Text("Lần đôn đốc kế tiếp: {day}.", "The next reminder is due on {day}.")
NO_NEXT_REMINDER = Text("Không còn lần đôn đốc nào sắp tới.", "No further reminder is due.")
NO_REMINDERS = Text(
    "khien.yaml chưa có mục alerts, nên không ai được đôn đốc.",
    "There is no section alerts in khien.yaml, so nobody is reminded.",
)
