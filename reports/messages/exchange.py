"""The words of the files for other programs: SARIF and OSCAL."""

from checks.model.text import Text

TITLE = Text("Kết quả rà quét {run}: {agency}", "Results of scan run {run}: {agency}")
RESULTS = Text(
    "Kết quả đối chiếu các tài sản của {agency} với chính sách {policy} {version}, theo những gì thấy được "
    "từ {vantage}.",
    "The assets of {agency} held against policy {policy} {version}, by what could be seen from {vantage}.",
)
PLAN = Text(
    "Không có kế hoạch đánh giá dạng OSCAL; đợt rà quét theo chính sách được dẫn và văn bản cho phép: {authorisation}.",
    "There is no assessment plan in OSCAL; the run followed the policy that is referred to and the authorisation: "
    "{authorisation}.",
)
ISSUER = Text("Đơn vị rà quét", "Scanning unit")
RECIPIENT = Text("Cơ quan được rà quét", "Agency whose assets were scanned")
AT = Text("{control} tại {asset}: {verdict}", "{control} at {asset}: {verdict}")
LOOKED_AT = Text("Lượt xem xét {where} từ {vantage}", "A look at {where} from {vantage}")
SAW = Text(
    "Nội dung thấy được, gọi bằng mã băm của dạng chuẩn tắc", "What was seen, by the digest of its canonical form"
)
COULD_NOT_LOOK = Text("Không xem xét được: {reason}", "Nothing could be seen: {reason}")
NOT_SCANNED = Text("Tài sản không rà quét: {reason}", "An asset that was not scanned: {reason}")
VANTAGE = Text("Điểm rà quét: {vantage}", "Vantage point: {vantage}")
TOOL = Text("Công cụ rà quét", "Scanning tool")
FIX_OF = Text("Cách khắc phục {control}", "The fix for {control}")
