"""What the reason codes of checks/tls say. Placeholders are the parameters of the code."""

from collections.abc import Mapping

from checks.model.text import Text
from reports.messages import certificates

_PROTOCOLS: Mapping[str, Text] = {
    "no_tls_version": Text(
        vi="{where} có trả lời nhưng không chấp nhận phiên bản SSL/TLS nào.",
        en="{where} answers, but accepts no version of SSL or TLS.",
    ),
    "answers_without_tls": Text(
        vi="{where} trả lời không mã hóa: cổng này không phục vụ TLS.",
        en="{where} answers without encryption: TLS is not served at this port.",
    ),
    "cleartext_only": Text(
        vi="{where} từ chối kết nối TLS, trong khi trang web vẫn trả lời qua HTTP không mã hóa.",
        en="{where} refuses TLS connections, while the site answers over plain HTTP.",
    ),
    "tls_unknown": Text(
        vi="Chưa xác định được {where} có phục vụ TLS hay không.",
        en="It could not be told whether {where} serves TLS.",
    ),
    "forbidden_protocol": Text(
        vi="{where} vẫn chấp nhận giao thức {protocol}.",
        en="{where} still accepts the protocol {protocol}.",
    ),
    "required_protocol": Text(
        vi="{where} không hỗ trợ giao thức {protocol}.",
        en="{where} does not support the protocol {protocol}.",
    ),
    "protocol_unknown": Text(
        vi="Chưa xác định được máy chủ có hỗ trợ các giao thức sau hay không: {protocols}.",
        en="It could not be told whether the server supports these protocols: {protocols}.",
    ),
}


def _suite(vi: str, en: str) -> Text:
    """A suite that is accepted, and what is wrong with it."""
    return Text(
        vi=f"{{where}} chấp nhận bộ mật mã {{suite}} ({{protocol}}) {vi}.",
        en=f"{{where}} accepts the cipher suite {{suite}} ({{protocol}}), {en}.",
    )


_SUITES: Mapping[str, Text] = {
    "suite_null": _suite("không mã hóa dữ liệu", "which does not encrypt"),
    "suite_anonymous": _suite("không xác thực máy chủ", "which does not authenticate the server"),
    "suite_export": _suite("dùng khóa ngắn loại xuất khẩu", "with short export-grade keys"),
    "suite_rc4": _suite("dùng thuật toán RC4 đã bị phá", "with the broken cipher RC4"),
    "suite_des": _suite("dùng thuật toán DES khóa 56 bit", "with DES and its key of 56 bits"),
    "suite_3des": _suite("dùng thuật toán 3DES khối 64 bit", "with 3DES and its blocks of 64 bits"),
    "suite_rc2": _suite("dùng thuật toán RC2 đã lỗi thời", "with the obsolete cipher RC2"),
    "suite_idea": _suite("dùng thuật toán IDEA đã lỗi thời", "with the obsolete cipher IDEA"),
    "suite_md5": _suite("dùng hàm băm MD5", "with the hash function MD5"),
    "suite_cbc": _suite("dùng chế độ CBC", "in CBC mode"),
    "suite_sha1": _suite("dùng hàm băm SHA-1", "with the hash function SHA-1"),
    "suite_no_forward_secrecy": _suite("không bảo đảm bí mật chuyển tiếp", "without forward secrecy"),
    "suite_no_aead": _suite("không dùng mã hóa có xác thực (AEAD)", "without authenticated encryption (AEAD)"),
    "suite_forbidden": _suite("thuộc danh sách bị cấm", "which is on the list of forbidden ones"),
    "suite_not_allowed": _suite("nằm ngoài danh sách được phép", "which is not on the list of allowed ones"),
    "suites_unfinished": Text(
        vi="{where}: chưa liệt kê được hết bộ mật mã của {protocols}; phần đã thấy không có bộ mật mã bị cấm.",
        en="{where}: the cipher suites of {protocols} could not all be listed; none that was seen is forbidden.",
    ),
    "suites_unknown": Text(
        vi="{where} chấp nhận bộ mật mã mà Khiên không nhận ra tên: {suites}.",
        en="{where} accepts cipher suites whose names Khiên does not know: {suites}.",
    ),
    "versions_not_supported": Text(
        vi="Máy chủ không hỗ trợ phiên bản nào trong số được xét: {protocols}.",
        en="The server supports none of the versions in question: {protocols}.",
    ),
    "group_not_allowed": Text(
        vi="{where} chấp nhận nhóm trao đổi khóa {group} nằm ngoài danh sách được phép.",
        en="{where} accepts the key exchange group {group}, which is not on the list of allowed ones.",
    ),
    "dh_too_small": Text(
        vi="{where} trao đổi khóa Diffie-Hellman với {bits} bit ({group}), ít hơn mức tối thiểu {min_bits} bit.",
        en="{where} uses Diffie-Hellman of {bits} bits ({group}), fewer than the minimum of {min_bits}.",
    ),
    "groups_unknown": Text(
        vi="Chưa xác định được hết các nhóm trao đổi khóa của {where}.",
        en="The key exchange groups of {where} could not all be told.",
    ),
    "dh_bits_unknown": Text(
        vi="Chưa đo được độ dài tham số Diffie-Hellman của {where}.",
        en="The size of the Diffie-Hellman parameters of {where} could not be measured.",
    ),
    "post_quantum_missing": Text(
        vi="{where} không hỗ trợ nhóm trao đổi khóa hậu lượng tử nào trong số: {groups}.",
        en="{where} supports none of these groups for post-quantum key exchange: {groups}.",
    ),
    "post_quantum_unknown": Text(
        vi="Chưa xác định được {where} có hỗ trợ nhóm trao đổi khóa hậu lượng tử hay không.",
        en="It could not be told whether {where} supports a group for post-quantum key exchange.",
    ),
    "client_chooses_suite": Text(
        vi="{where} chọn bộ mật mã của {protocol} theo thứ tự của máy khách, không theo thứ tự của máy chủ.",
        en="{where} chooses the cipher suite of {protocol} by the client's order and not by its own.",
    ),
    "server_preference_unknown": Text(
        vi="Chưa xác định được {where} có chọn bộ mật mã theo thứ tự của máy chủ hay không: {protocols}.",
        en="It could not be told whether {where} chooses cipher suites by its own order: {protocols}.",
    ),
    "no_choice_of_suites": Text(
        vi="Máy chủ không có từ hai bộ mật mã trở lên ở phiên bản nào trong số được xét: {protocols}.",
        en="The server has two cipher suites or more in none of the versions in question: {protocols}.",
    ),
    "no_groups": Text(
        vi="Máy chủ không dùng nhóm trao đổi khóa có tên nào.",
        en="The server uses no named group for key exchange.",
    ),
    "no_finite_field_dh": Text(
        vi="Máy chủ không trao đổi khóa Diffie-Hellman trên trường hữu hạn.",
        en="The server uses no finite-field Diffie-Hellman key exchange.",
    ),
}

_FEATURES: Mapping[str, Text] = {
    "heartbleed": Text(
        vi="{where} mắc lỗ hổng Heartbleed (CVE-2014-0160): bộ nhớ máy chủ, kể cả khóa bí mật, có thể bị đọc từ xa.",
        en="{where} has the vulnerability Heartbleed (CVE-2014-0160): its memory, private keys included, can be read.",
    ),
    "ccs_injection": Text(
        vi="{where} mắc lỗ hổng CCS Injection (CVE-2014-0224): kết nối có thể bị giải mã trên đường truyền.",
        en="{where} has the vulnerability CCS Injection (CVE-2014-0224): connections can be decrypted on their way.",
    ),
    "robot": Text(
        vi="{where} mắc lỗ hổng ROBOT (CVE-2017-13099): kết nối dùng trao đổi khóa RSA có thể bị giải mã.",
        en="{where} has the vulnerability ROBOT (CVE-2017-13099): connections with RSA key exchange can be decrypted.",
    ),
    "vulnerabilities_unknown": Text(
        vi="Chưa xác định được {where} có mắc các lỗ hổng sau hay không: {vulnerabilities}.",
        en="It could not be told whether {where} has these vulnerabilities: {vulnerabilities}.",
    ),
    "compression_on": Text(
        vi="{where} bật nén TLS (nguy cơ tấn công CRIME).",
        en="{where} has TLS compression switched on (open to CRIME).",
    ),
    "compression_missing": Text(
        vi="{where} không hỗ trợ nén TLS.",
        en="{where} does not support TLS compression.",
    ),
    "secure_renegotiation_on": Text(
        vi="{where} hỗ trợ đàm phán lại an toàn (RFC 5746).",
        en="{where} supports secure renegotiation (RFC 5746).",
    ),
    "secure_renegotiation_missing": Text(
        vi="{where} không hỗ trợ đàm phán lại an toàn (RFC 5746).",
        en="{where} does not support secure renegotiation (RFC 5746).",
    ),
    "client_renegotiation_on": Text(
        vi="{where} cho phép máy khách tự khởi tạo đàm phán lại (nguy cơ tấn công từ chối dịch vụ).",
        en="{where} lets clients start a renegotiation (open to denial of service).",
    ),
    "client_renegotiation_missing": Text(
        vi="{where} không cho phép máy khách khởi tạo đàm phán lại.",
        en="{where} does not let clients start a renegotiation.",
    ),
    "fallback_scsv_on": Text(
        vi="{where} hỗ trợ TLS_FALLBACK_SCSV (RFC 7507).",
        en="{where} supports TLS_FALLBACK_SCSV (RFC 7507).",
    ),
    "fallback_scsv_missing": Text(
        vi="{where} không hỗ trợ TLS_FALLBACK_SCSV (RFC 7507), không ngăn được tấn công hạ phiên bản.",
        en="{where} does not support TLS_FALLBACK_SCSV (RFC 7507), which prevents downgrades.",
    ),
    "early_data_on": Text(
        vi="{where} chấp nhận dữ liệu sớm 0-RTT, có thể bị gửi lặp lại.",
        en="{where} accepts early data (0-RTT), which can be replayed.",
    ),
    "early_data_missing": Text(
        vi="{where} không chấp nhận dữ liệu sớm 0-RTT.",
        en="{where} does not accept early data (0-RTT).",
    ),
    "extended_master_secret_on": Text(
        vi="{where} hỗ trợ Extended Master Secret (RFC 7627).",
        en="{where} supports the extended master secret (RFC 7627).",
    ),
    "extended_master_secret_missing": Text(
        vi="{where} không hỗ trợ Extended Master Secret (RFC 7627).",
        en="{where} does not support the extended master secret (RFC 7627).",
    ),
    "encrypt_then_mac_on": Text(
        vi="{where} hỗ trợ Encrypt-then-MAC (RFC 7366).",
        en="{where} supports encrypt-then-MAC (RFC 7366).",
    ),
    "encrypt_then_mac_missing": Text(
        vi="{where} chấp nhận bộ mật mã CBC nhưng không hỗ trợ Encrypt-then-MAC (RFC 7366).",
        en="{where} accepts cipher suites in CBC mode, but does not support encrypt-then-MAC (RFC 7366).",
    ),
    "heartbeat_on": Text(
        vi="{where} bật phần mở rộng Heartbeat (RFC 6520).",
        en="{where} has the heartbeat extension switched on (RFC 6520).",
    ),
    "heartbeat_missing": Text(
        vi="{where} không hỗ trợ phần mở rộng Heartbeat (RFC 6520).",
        en="{where} does not support the heartbeat extension (RFC 6520).",
    ),
    "session_tickets_on": Text(
        vi="{where} cấp vé phiên (session ticket).",
        en="{where} issues session tickets.",
    ),
    "session_tickets_missing": Text(
        vi="{where} không cấp vé phiên (session ticket).",
        en="{where} issues no session tickets.",
    ),
    "alpn_forbidden": Text(
        vi="{where} chọn giao thức ứng dụng bị cấm {chosen} qua ALPN.",
        en="{where} chooses the forbidden application protocol {chosen} by ALPN.",
    ),
    "alpn_missing": Text(
        vi="{where} không chọn giao thức ứng dụng nào qua ALPN; phải chọn: {wanted}.",
        en="{where} chooses no application protocol by ALPN; it must choose {wanted}.",
    ),
    "alpn_other": Text(
        vi="{where} chọn giao thức ứng dụng {chosen} qua ALPN; phải chọn: {wanted}.",
        en="{where} chooses the application protocol {chosen} by ALPN; it must choose {wanted}.",
    ),
    "alpn_unknown": Text(
        vi="Chưa xác định được {where} chọn giao thức ứng dụng nào qua ALPN.",
        en="It could not be told which application protocol {where} chooses by ALPN.",
    ),
    "not_http_over_tls": Text(
        vi="Điểm dịch vụ này bắt đầu TLS bên trong một giao thức khác, không phải HTTP.",
        en="This endpoint begins TLS within another protocol, which is not HTTP.",
    ),
    "features_unknown": Text(
        vi="Chưa xác định được {where} có hỗ trợ các tính năng sau hay không: {features}.",
        en="It could not be told whether {where} supports these features: {features}.",
    ),
    "features_without_meaning": Text(
        vi="Các tính năng được xét không có ý nghĩa với những phiên bản TLS mà máy chủ hỗ trợ.",
        en="The features in question mean nothing for the TLS versions that the server supports.",
    ),
}

REASONS: Mapping[str, Text] = {**_PROTOCOLS, **_SUITES, **_FEATURES, **certificates.REASONS}
