"""The words about the files that go with a report."""

from checks.model.text import Text

CSV = Text("Kết quả, mỗi vị trí một dòng", "Findings, one row an instance")
XLSX = Text("Kết quả và số liệu dạng bảng tính", "Findings and figures as a workbook")
JSON = Text("Toàn bộ báo cáo ở dạng máy đọc được", "The whole report for machines")
EVIDENCE = Text("Bằng chứng thu được, kèm từng lượt xem xét", "What was seen, with each look")
README = Text("Giới thiệu các tệp kèm theo", "About the files")
INTRODUCTION = Text(
    "Các tệp kèm theo báo cáo kết quả rà quét\nĐơn vị: {agency}\nĐợt rà quét: {run}\n",
    "Files that go with the report of a scan\nAgency: {agency}\nScan run: {run}\n",
)
SAFE_CSV = Text(
    "Trong tệp CSV, ô bắt đầu bằng = + - @, dấu tab hoặc ký tự về đầu dòng được thêm dấu nháy đơn ở trước để bảng tính "
    "không coi là công thức.",
    "In the CSV file a cell that begins with = + - @, a tab or a carriage return has an apostrophe before it, so that "
    "no spreadsheet takes it for a formula.",
)
NOTES = Text(
    f"{SAFE_CSV.vi}\nTrong evidence.json, mỗi quan sát được gọi bằng mã băm SHA-256 của dạng chuẩn tắc (JSON, "
    "khóa xếp theo thứ tự, không khoảng trắng, UTF-8).",
    f"{SAFE_CSV.en}\nIn evidence.json each observation is named by the SHA-256 of its "
    "canonical form (JSON, sorted keys, no spaces, UTF-8).",
)

ESTATE = Text("Các cơ quan trên địa bàn tỉnh", "The province's agencies")
ESTATE_CSV = Text("Thứ hạng và số liệu, mỗi cơ quan một dòng", "Ranking and figures, one row an agency")
ESTATE_XLSX = Text("Mọi bảng của báo cáo, không cắt bớt", "Every table of the report with all of its rows")
