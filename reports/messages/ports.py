"""What the reason codes of checks/ports say. Placeholders are the parameters of the code."""

from collections.abc import Mapping

from checks.model.text import Text

_OPEN: Mapping[str, Text] = {
    "telnet": Text("Telnet (điều khiển từ xa không mã hóa)", "Telnet (remote terminal in cleartext)"),
    "ftp": Text("FTP (truyền tệp không mã hóa)", "FTP (file transfer in cleartext)"),
    "rsh": Text("rexec, rlogin, rsh (điều khiển từ xa không mã hóa)", "rexec, rlogin, rsh (remote shell in cleartext)"),
    "ssh": Text("SSH (quản trị từ xa)", "SSH (remote administration)"),
    "remote_desktop": Text("điều khiển màn hình từ xa (RDP, VNC, X11)", "remote desktop (RDP, VNC, X11)"),
    "management": Text("quản trị hệ thống", "system management"),
    "container": Text("quản trị container", "container management"),
    "database": Text("cơ sở dữ liệu", "databases"),
    "store": Text("kho dữ liệu, bộ nhớ đệm hoặc máy tìm kiếm", "data stores, caches and search engines"),
    "queue": Text("hàng đợi thông điệp", "message queues"),
    "smb": Text("chia sẻ tệp Windows (SMB, NetBIOS)", "Windows file sharing (SMB, NetBIOS)"),
    "nfs": Text("chia sẻ tệp qua mạng (NFS, rsync)", "network file sharing (NFS, rsync)"),
    "rpc": Text("gọi thủ tục từ xa (RPC)", "remote procedure calls (RPC)"),
    "snmp": Text("giám sát thiết bị (SNMP)", "device monitoring (SNMP)"),
    "ldap": Text("thư mục không mã hóa (LDAP)", "directory in cleartext (LDAP)"),
    "mail": Text("thư điện tử không mã hóa", "mail in cleartext"),
    "proxy": Text("máy chủ trung gian (proxy)", "proxies"),
    "printer": Text("máy in", "printers"),
}

REASONS: Mapping[str, Text] = {
    "unexpected_port": Text(
        vi="{where}: cổng {port}/tcp đang mở nhưng không được khai báo; chưa nhận diện được dịch vụ.",
        en="{where}: port {port}/tcp is open but not declared; its service was not detected.",
    ),
    "unexpected_service": Text(
        vi="{where}: cổng {port}/tcp đang mở nhưng không được khai báo; dịch vụ nhận diện được: {detected}.",
        en="{where}: port {port}/tcp is open but not declared; detected service: {detected}.",
    ),
    "no_answer": Text(
        vi="Không cổng nào trả lời (mọi cổng đã hỏi đều bị lọc: {ports}); máy chủ có thể đang tắt hoặc chặn rà quét.",
        en="No port answered (all asked for are filtered: {ports}); the host may be down, or may block scans.",
    ),
    "everything_open": Text(
        vi="{count} trong số {asked} cổng đã hỏi đều mở: có thiết bị trả lời thay cho mọi cổng, "
        "nên kết quả không cho biết dịch vụ nào thực sự hoạt động.",
        en="{count} of the {asked} ports asked for are open: some device answers for every port, "
        "so the result does not tell which services really run.",
    ),
    "ports_not_asked": Text(
        vi="Đợt rà quét chưa hỏi các cổng sau: {ports}.",
        en="The scan run did not ask for these ports: {ports}.",
    ),
    "service_unknown": Text(
        vi="Chưa nhận diện xong dịch vụ tại các cổng đang mở sau: {ports}; chưa thể loại trừ dịch vụ bị cấm.",
        en="The services at these open ports were not fully identified: {ports}; "
        "a forbidden service cannot be ruled out.",
    ),
    "cleartext_telnet": Text(
        vi="{where}: cổng {port}/tcp nhận quản trị qua Telnet, mật khẩu truyền ở dạng rõ.",
        en="{where}: port {port}/tcp takes administration over Telnet, with passwords in cleartext.",
    ),
    "cleartext_ftp": Text(
        vi="{where}: cổng {port}/tcp nhận tệp qua FTP không mã hóa, mật khẩu truyền ở dạng rõ.",
        en="{where}: port {port}/tcp takes files over FTP without TLS, with passwords in cleartext.",
    ),
    "cleartext_remote_shell": Text(
        vi="{where}: cổng {port}/tcp nhận lệnh từ xa qua rexec, rlogin hoặc rsh, không mã hóa.",
        en="{where}: port {port}/tcp takes commands over rexec, rlogin or rsh, in cleartext.",
    ),
    "cleartext_console": Text(
        vi="{where}: cổng {port}/tcp có trang quản trị qua HTTP không mã hóa ({detected}).",
        en="{where}: port {port}/tcp has an administration console over HTTP without TLS ({detected}).",
    ),
    "ssh_protocol_1": Text(
        vi="{where}: máy chủ SSH tại cổng {port}/tcp chỉ dùng giao thức SSH phiên bản 1 ({detected}).",
        en="{where}: the SSH server at port {port}/tcp speaks only version 1 of the protocol ({detected}).",
    ),
    "ssh_protocol_1_too": Text(
        vi="{where}: máy chủ SSH tại cổng {port}/tcp còn chấp nhận giao thức SSH phiên bản 1 ({detected}).",
        en="{where}: the SSH server at port {port}/tcp still speaks version 1 of the protocol, too ({detected}).",
    ),
    "ssh_protocol_unknown": Text(
        vi="Chưa biết phiên bản giao thức của máy chủ SSH tại các cổng: {ports}.",
        en="The protocol version of the SSH servers at these ports is not known: {ports}.",
    ),
    "no_ssh": Text("Không thấy máy chủ SSH nào.", "No SSH server was seen."),
    "administration_reachable": Text(
        vi="{where}: cổng quản trị {port}/tcp kết nối được từ điểm rà quét {vantage}.",
        en="{where}: port {port}/tcp, which is for administration, can be reached from the vantage {vantage}.",
    ),
    "administration_on_service_port": Text(
        vi="{where}: cổng {port}/tcp của dịch vụ cũng là cổng quản trị ({detected}); thấy từ điểm {vantage}.",
        en="{where}: the service port {port}/tcp is one of administration ({detected}); seen from {vantage}.",
    ),
    "other_vantage": Text(
        vi="Điểm rà quét {vantage} được phép thấy cổng quản trị.",
        en="The vantage {vantage} may see ports of administration.",
    ),
    "tls_missing": Text(
        vi="{where}: cổng {port}/tcp dành cho TLS nhưng không trả lời bằng TLS.",
        en="{where}: port {port}/tcp is there for TLS and does not speak it.",
    ),
    "tls_not_told": Text(
        vi="Chưa biết các cổng đang mở sau có dùng TLS không: {ports}.",
        en="It is not known whether these open ports speak TLS: {ports}.",
    ),
    "no_tls_port": Text("Không cổng nào dành cho TLS đang mở.", "None of the ports that are there for TLS is open."),
    "version_disclosed": Text(
        vi="{where}: dịch vụ tại cổng {port}/tcp cho biết phần mềm và phiên bản: {detected}.",
        en="{where}: the service at port {port}/tcp tells its software and version: {detected}.",
    ),
    "no_service_identified": Text(vi="Không nhận diện được dịch vụ nào.", en="No service was identified."),
    "newly_open": Text(
        vi="{where}: cổng {port}/tcp mới mở kể từ lần rà quét trước.",
        en="{where}: port {port}/tcp has been opened since the earlier look.",
    ),
    "no_earlier_look": Text(
        vi="Chưa có lần rà quét trước từ cùng điểm rà quét để so sánh.",
        en="There is no earlier look from the same vantage to compare with.",
    ),
    "earlier_look_unreadable": Text(
        vi="Lần rà quét trước không cho biết trạng thái cổng, nên không so sánh được.",
        en="The earlier look does not tell the state of ports, so that nothing can be compared.",
    ),
    "not_asked_before": Text(
        vi="Lần rà quét trước chưa hỏi các cổng đang mở sau: {ports}.",
        en="The earlier look did not ask for these ports, which are open now: {ports}.",
    ),
    "closed_not_filtered": Text(
        vi="{where}: {count} cổng không dùng trả lời từ chối (closed) thay vì bị tường lửa lọc: {ports}.",
        en="{where}: {count} unused ports answer with a refusal (closed) and are not filtered: {ports}.",
    ),
    "filtered_not_closed": Text(
        vi="{where}: {count} cổng không dùng bị lọc (filtered) thay vì trả lời từ chối: {ports}.",
        en="{where}: {count} unused ports are filtered and do not answer with a refusal: {ports}.",
    ),
    **{
        f"{service}_open": Text(
            vi=f"{{where}}: cổng {{port}}/tcp đang mở, thuộc nhóm dịch vụ bị cấm: {name.vi}.",
            en=f"{{where}}: port {{port}}/tcp is open; it belongs to a forbidden group of services: {name.en}.",
        )
        for service, name in _OPEN.items()
    },
}
