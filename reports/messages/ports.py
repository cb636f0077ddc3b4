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
    **{
        f"{service}_open": Text(
            vi=f"{{where}}: cổng {{port}}/tcp đang mở, thuộc nhóm dịch vụ bị cấm: {name.vi}.",
            en=f"{{where}}: port {{port}}/tcp is open; it belongs to a forbidden group of services: {name.en}.",
        )
        for service, name in _OPEN.items()
    },
}
