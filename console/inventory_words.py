"""The fixed words of the inventory's pages, in both languages; see `console.words`."""

from collections.abc import Mapping
from typing import Literal

from checks.model.text import Text
from console.changes import How

INVENTORY = Text("Danh mục", "Inventory")
TITLE = Text("Danh mục tài sản", "Inventory of assets")
AGENCIES = Text("Cơ quan trong danh mục", "Agencies of the inventory")
SEE_AGENCIES = Text("Cơ quan", "Agencies")
SEE_ASSETS = Text("Tài sản", "Assets")
OWN_ASSETS = Text("Tài sản của cơ quan", "Assets of the agency")
COUNTS = Text("{agencies} cơ quan, {assets} tài sản.", "{agencies} agencies, {assets} assets.")
LAST_CHANGE = Text("Thay đổi gần nhất: {time}, {who}.", "Last change: {time}, {who}.")
NOTHING = Text("Chưa có danh mục.", "There is no inventory yet.")
NOTHING_HELP = Text("Nhập từ tệp hoặc thêm cơ quan đầu tiên.", "Import one from a file, or add the first agency.")
BY_FILE = Text(
    "Danh mục do tệp {file} quản lý; trang này cho xem như lần gần nhất một lệnh sử dụng tệp, không sửa được tại đây.",
    "The inventory is kept in the file {file}; this shows it as a command last acted on it. It is not changed here.",
)
NONE = Text("Không có tài sản nào khớp bộ lọc.", "No asset fits the filter.")
NO_AGENCIES = Text("Không có cơ quan nào khớp bộ lọc.", "No agency fits the filter.")
NO_ASSETS = Text("Cơ quan này chưa có tài sản.", "This agency has no assets.")

# Fields, by the names of columns.
ID = Text("Mã", "Id")
URL = Text("Địa chỉ web (URL)", "Web address (URL)")
LEVEL = Text("Cấp độ", "Level")
ZONE = Text("Vùng", "Zone")
TAGS = Text("Thẻ", "Tags")
STATUS = Text("Tình trạng", "Status")
AUTHORISATION = Text("Văn bản cho phép", "Authorisation")
FIELDS: Mapping[str, Text] = {
    "id": ID,
    "agency": Text("Cơ quan", "Agency"),
    "url": URL,
    "level": LEVEL,
    "zone": ZONE,
    "tags": TAGS,
    "address": Text("Địa chỉ IP cố định", "Fixed IP address"),
    "ports": Text("Cổng được phép mở", "Ports expected open"),
    "endpoints": Text("Dịch vụ khác", "More services"),
    "trust_anchors": Text("Chứng thư gốc tin cậy thêm", "Trust anchors of its own"),
    "policy": Text("Chính sách", "Policy"),
    "status": STATUS,
    "name": Text("Tên", "Name"),
    "name.vi": Text("Tên tiếng Việt", "Name in Vietnamese"),
    "name.en": Text("Tên tiếng Anh", "Name in English"),
    "parent": Text("Cơ quan cấp trên", "Agency above it"),
    "formerly": Text("Mã cũ", "Former ids"),
    "contacts": Text("Đầu mối", "Contacts"),
    "contacts.email": Text("Thư điện tử", "E-mail"),
    "contacts.role": Text("Vai trò", "Role"),
    "contacts.language": Text("Ngôn ngữ", "Language"),
    "authorisation": AUTHORISATION,
    "authorisation.document": Text("Số văn bản", "Number of the document"),
    "authorisation.valid_from": Text("Có hiệu lực từ ngày", "Valid from"),
    "authorisation.valid_until": Text("Đến hết ngày", "Valid until"),
    "authorisation.window": Text("Khung giờ", "Window"),
    "authorisation.timezone": Text("Múi giờ", "Time zone"),
    "authorisation.addresses": Text("Chỉ các mạng", "Networks only"),
    "authorisation.source": Text("Rà quét từ", "Scanned from"),
}
HELP: Mapping[str, Text] = {
    "id": Text(
        "Chữ thường không dấu, số, gạch nối; không đổi về sau.", "Lower-case letters, digits, hyphens; for good."
    ),
    "url": Text(
        "http hoặc https, ví dụ https://cong.so-mau.example/", "http or https, as https://cong.so-mau.example/"
    ),
    "level": Text("Cấp độ an toàn hệ thống thông tin, 1 đến 5.", "The level of the information system, 1 to 5."),
    "zone": Text(
        "Điểm rà quét nhìn thấy tài sản; thường là internet.", "From where it is looked at; usually internet."
    ),
    "tags": Text("Cách nhau bằng dấu chấm phẩy.", "Separated by semicolons."),
    "address": Text("Bỏ trống để hỏi DNS.", "Left empty, DNS is asked."),
    "ports": Text(
        "Cách nhau bằng dấu chấm phẩy; bỏ trống: chỉ cổng của URL và dịch vụ khác.",
        "Separated by semicolons; left empty: only those of the URL and of more services.",
    ),
    "endpoints": Text("URL, cách nhau bằng dấu chấm phẩy: smtp://...", "URLs, separated by semicolons: smtp://..."),
    "trust_anchors": Text(
        "Mã băm chứng thư đã lưu (sha256:...); chứng thư mới nhập bằng khien inventory import.",
        "Digests of kept certificates (sha256:...); new ones come by khien inventory import.",
    ),
    "formerly": Text(
        "Mã của cơ quan đã đổi tên hoặc sáp nhập vào cơ quan này; người dùng của cơ quan này xem được lịch sử đó.",
        "Ids that were renamed to it or merged into it; its users see what was found under them.",
    ),
    "authorisation.window": Text("Ví dụ 22:00-05:00; bỏ trống: mọi giờ.", "As 22:00-05:00; left empty: any time."),
    "authorisation.timezone": Text("Bỏ trống: Asia/Ho_Chi_Minh.", "Left empty: Asia/Ho_Chi_Minh."),
    "authorisation.addresses": Text(
        "CIDR, cách nhau bằng dấu chấm phẩy; nếu ghi thì không chạm tới nơi nào khác.",
        "CIDR, separated by semicolons; where given, nothing else is touched.",
    ),
    "authorisation.source": Text("Địa chỉ IP đã báo cho cơ quan.", "IP addresses that the agency was told."),
}
STATUSES: Mapping[Literal["active", "retired"], Text] = {
    "active": Text("Đang dùng", "Active"),
    "retired": Text("Đã ngừng", "Retired"),
}
CONTACT_ROLES: Mapping[str, Text] = {
    "security": Text("An toàn thông tin", "Security"),
    "owner": Text("Chủ quản", "Owner"),
    "operator": Text("Vận hành", "Operator"),
    "reader": Text("Nhận thông tin", "Reader"),
}
LANGUAGES: Mapping[str, Text] = {"vi": Text("Tiếng Việt", "Vietnamese"), "en": Text("Tiếng Anh", "English")}
UNSAID = Text("không ghi", "not said")
AGENCYS_POLICY = Text("Theo cơ quan, hoặc cấu hình chung", "That of the agency, or the configured one")
CONFIGURED_POLICY = Text("Theo cấu hình chung", "The configured one")
NO_PARENT = Text("Không có", "None")
DEFAULT_LANGUAGE = Text("Theo cấu hình chung", "The configured one")
NO_ROLE = Text("Chọn vai trò", "Choose a role")
CHOOSE = Text("Chọn", "Choose")

# One asset, one agency.
GENERAL = Text("Thông tin chung", "In general")
LOOKED_AT = Text("Phạm vi rà quét", "What is looked at")
OWN_AUTHORISATION = Text("Văn bản cho phép riêng của tài sản", "Authorisation of its own")
OWN_AUTHORISATION_HELP = Text(
    "Bỏ trống tất cả để dùng văn bản của cơ quan. Nếu ghi, văn bản này thay hoàn toàn văn bản của cơ quan.",
    "Leave all of it empty for the agency's. If given, it replaces the agency's as a whole.",
)
FROM_AGENCY = Text("theo văn bản của cơ quan", "by the agency's authorisation")
NO_AUTHORISATION = Text(
    "Chưa có văn bản cho phép: không gửi gì tới tài sản này.", "None: nothing is sent to this asset."
)
NO_AUTHORISATION_SHORT = Text("chưa có", "none")
NOT_IN_FORCE = Text("không có hiệu lực hôm nay", "not in force today")
UNTIL = Text("đến {day}", "until {day}")
NO_PORTS = Text("không cổng nào", "none")
ANY_TIME = Text("mọi giờ", "any time")
ITS_FINDINGS = Text("Kết luận của đợt rà quét gần nhất", "Findings of the latest scan")
FINDINGS_NONE = Text(
    "Đợt rà quét gần nhất không có kết luận về tài sản này.", "The latest scan has none of this asset."
)
CARD = Text("Phiếu kết quả của cơ quan", "Report card of the agency")
HISTORY = Text("Lịch sử thay đổi", "History of changes")
HISTORY_NONE = Text("Chưa ghi nhận thay đổi nào.", "No change is on record.")
WHEN = Text("Lúc", "When")
WHO = Text("Ai", "Who")
WHAT = Text("Thay đổi", "Change")
FIELD = Text("Mục", "Field")
BEFORE = Text("Trước", "Before")
AFTER = Text("Sau", "After")
REASON = Text("Lý do (không bắt buộc)", "Reason (optional)")
EMPTY = Text("(trống)", "(empty)")

# Changing.
CHANGE_ASSET = Text("Sửa tài sản {name}", "Change asset {name}")
CHANGE_AGENCY = Text("Sửa cơ quan {name}", "Change agency {name}")
ADD_ASSET = Text("Thêm tài sản", "Add an asset")
ADD_AGENCY = Text("Thêm cơ quan", "Add an agency")
CHANGE = Text("Sửa", "Change")
RETIRE = Text("Ngừng sử dụng", "Retire")
REACTIVATE = Text("Dùng lại", "Reactivate")
RETIRE_ALL = Text("Ngừng mọi tài sản", "Retire all its assets")
REACTIVATE_ALL = Text("Dùng lại mọi tài sản", "Reactivate all its assets")
RETIRE_HELP = Text(
    "Tài sản đã ngừng không bị rà quét, lịch sử vẫn giữ.", "What is retired is not scanned; its history stays."
)
PREVIEW = Text("Xem trước thay đổi", "Preview the change")
FAULTS = Text("Chưa lưu: có {count} lỗi.", "Nothing was stored. Faults: {count}.")
FAULT_AT = Text("Nơi", "Place")
FAULT = Text("Lỗi", "Fault")
FAULTS_MORE = Text("Và {count} lỗi khác.", "And {count} more.")
SAME = Text("Không có gì thay đổi so với danh mục hiện tại.", "Nothing is otherwise than it is in the inventory.")
IMPORT = Text("Nhập từ tệp", "Import from a file")
IMPORT_HELP = Text(
    "Tệp chứa toàn bộ danh mục và thay thế danh mục hiện tại: những gì không có trong tệp sẽ bị xóa khỏi danh mục. "
    "Một tệp .yaml hoặc .xlsx, hoặc cả hai tệp agencies.csv và assets.csv; tối đa {size} KiB.",
    "The file holds the whole inventory and takes its place: what it has not is removed. One .yaml or .xlsx file, or "
    "both agencies.csv and assets.csv; {size} KiB at most.",
)
FILES = Text("Tệp", "Files")
CHECK_FILES = Text("Kiểm tra và xem trước", "Check and preview")
NO_FILE = Text("Chưa chọn tệp nào.", "No file was chosen.")
EXPORT = Text("Xuất danh mục", "Export the inventory")
EXPORT_YAML = Text("Toàn bộ (YAML)", "All of it (YAML)")
EXPORT_XLSX = Text("Toàn bộ (XLSX)", "All of it (XLSX)")

# The preview.
PREVIEW_TITLE = Text("Xem trước thay đổi danh mục", "Preview of the change")
PREVIEW_HELP = Text(
    "Chưa có gì được lưu. Những gì hiện ở đây sẽ được lưu đúng như vậy.",
    "Nothing is stored yet. What is shown here is what will be stored.",
)
STORE = Text("Lưu vào danh mục", "Store it")
DISCARD = Text("Bỏ, về danh mục", "Discard it, back to the inventory")
STORED = Text("Đã lưu thay đổi danh mục.", "The change was stored.")
PREVIEW_ONLY = Text(
    "Danh mục do tệp {file} quản lý nên không lưu tại đây. Dùng khien inventory import để thay tệp.",
    "The inventory is kept in the file {file}, so it is not stored here. khien inventory import replaces the file.",
)
REMOVES = Text(
    "Có mục bị xóa khỏi danh mục. Tài sản không còn dùng nên chuyển sang Đã ngừng thay vì xóa.",
    "Something is removed from the inventory. What is no longer in use should be retired and not removed.",
)
MORE_CHANGES = Text(
    "Chỉ hiện {shown} thay đổi đầu; tất cả có trong bảng CSV.", "The first {shown} are shown; the CSV has them all."
)
CHANGES_TABLE = Text("Các thay đổi", "The changes")
HOWS: Mapping[How, Text] = {
    "added": Text("Thêm mới", "Added"),
    "changed": Text("Thay đổi", "Changed"),
    "moved": Text("Chuyển cơ quan", "Moved"),
    "retired": Text("Ngừng sử dụng", "Retired"),
    "reactivated": Text("Dùng lại", "Reactivated"),
    "removed": Text("Xóa khỏi danh mục", "Removed"),
}
KINDS: Mapping[str, Text] = {"agencies": Text("Cơ quan", "Agency"), "assets": Text("Tài sản", "Asset")}
