"""The words of the appendix on certificates and open ports, and of the ages of faults."""

from checks.model.text import Text

TITLE = Text("Chứng thư số và cổng mở", "Certificates and open ports")
CERTIFICATES_HEADING = Text("1. Chứng thư số", "1. Certificates")
CERTIFICATES_NOTE = Text(
    "Mọi chứng thư số máy chủ đã thấy, hết hạn trước đứng trước. Mới cấp: có hiệu lực từ sau đợt rà quét trước.",
    "Every server certificate that was seen; what ends first comes first. Newly issued: valid since after the run "
    "before.",
)
CERTIFICATES_NONE = Text("Không thấy chứng thư số nào.", "No certificate was seen.")
SUBJECT = Text("Cấp cho", "Issued to")
ISSUER = Text("Bên cấp", "Issuer")
BEGINS = Text("Từ ngày", "From")
ENDS = Text("Đến ngày", "Until")
DAYS_LEFT = Text("Còn (ngày)", "Days left")
FINGERPRINT = Text("SHA-256", "SHA-256")
NEWLY_ISSUED = Text("mới cấp", "newly issued")
EXPIRED = Text("đã hết hạn", "expired")
ISSUERS = Text("Theo bên cấp: {issuers}.", "By issuer: {issuers}.")
ISSUER_COUNT = Text("{issuer}: {count}", "{issuer}: {count}")
PORTS_HEADING = Text("2. Cổng TCP đang mở", "2. Open TCP ports")
PORTS_NOTE = Text(
    "Cổng mở tại các địa chỉ của tài sản, cùng dịch vụ nếu nhận biết được. Khai báo: danh mục tài sản có nêu cổng đó.",
    "Ports that are open at the assets' addresses, with the service where it could be told. Declared: the inventory "
    "names the port.",
)
PORTS_NONE = Text("Không thấy cổng nào mở.", "No open port was seen.")
ADDRESS = Text("Địa chỉ", "Address")
PORT = Text("Cổng", "Port")
SERVICE = Text("Dịch vụ", "Service")
DECLARED = Text("Khai báo", "Declared")
YES = Text("có", "yes")
NO = Text("không", "no")
NEWLY_OPEN = Text("mới mở", "newly open")
MORE = Text(
    "… và {count} dòng khác; xem đầy đủ trong findings.xlsx đính kèm.",
    "… and {count} more rows; all of them are in findings.xlsx, enclosed.",
)

AGES_HEADING = Text("1. Tuổi của các lỗi chưa khắc phục", "1. Age of the open faults")
AGE_UNTIL = Text("Đến {days} ngày", "Up to {days} days")
AGE_FROM_TO = Text("{first}–{last} ngày", "{first} to {last} days")
AGE_OVER = Text("Trên {days} ngày", "Over {days} days")
FIXED = Text(
    "Đã khắc phục từ đợt trước: {count} lỗi; trung vị {days} ngày kể từ khi phát hiện lần đầu.",
    "Fixed since the run before: {count}; median {days} days since they were first seen.",
)
FIXED_NONE = Text("Từ đợt trước chưa có lỗi nào được khắc phục.", "No fault was fixed since the run before.")
CHANGES_HEADING = Text("2. Thay đổi so với đợt trước", "2. What has changed since the run before")
