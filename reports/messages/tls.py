"""What the reason codes of checks/tls say. Placeholders are the parameters of the code."""

from collections.abc import Mapping

from checks.model.text import Text

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
    "features_unknown": Text(
        vi="Chưa xác định được {where} có hỗ trợ các tính năng sau hay không: {features}.",
        en="It could not be told whether {where} supports these features: {features}.",
    ),
    "features_without_meaning": Text(
        vi="Các tính năng được xét không có ý nghĩa với những phiên bản TLS mà máy chủ hỗ trợ.",
        en="The features in question mean nothing for the TLS versions that the server supports.",
    ),
}

_CERTIFICATES: Mapping[str, Text] = {
    "certificate_unreadable": Text(
        vi="Không đọc được chứng thư số tại {where}.",
        en="A certificate at {where} cannot be read.",
    ),
    "certificate_not_seen": Text(
        vi="Đợt rà quét không nhận được chứng thư số nào từ {where}.",
        en="No certificate was received from {where}.",
    ),
    "certificates_unfinished": Text(
        vi="Chưa lấy được hết các chứng thư số của {where}.",
        en="Not all certificates of {where} could be obtained.",
    ),
    "self_signed": Text(
        vi="Chứng thư số của {where} ({key_type}, cấp cho {subject}) là chứng thư tự ký, không được tin cậy.",
        en="The certificate of {where} ({key_type}, issued to {subject}) is self-signed and not trusted.",
    ),
    "root_not_trusted": Text(
        vi="Chứng thư số của {where} ({key_type}, cấp cho {subject}) dẫn tới chứng thư gốc {at_fault}"
        " không nằm trong các kho tin cậy.",
        en="The certificate of {where} ({key_type}, issued to {subject}) leads to the root {at_fault},"
        " which is in no trust store.",
    ),
    "issuer_unknown": Text(
        vi="Chứng thư số của {where} ({key_type}, cấp cho {subject}) không được tin cậy: không có chứng thư của"
        " bên cấp {issuer}, máy chủ không gửi kèm và các kho tin cậy cũng không có.",
        en="The certificate of {where} ({key_type}, issued to {subject}) is not trusted: the certificate of the"
        " issuer {issuer} is neither sent by the server nor in a trust store.",
    ),
    "issuer_expired": Text(
        vi="Chứng thư số của {where} ({key_type}, cấp cho {subject}) không được tin cậy:"
        " chứng thư của bên cấp {at_fault} đã hết hạn.",
        en="The certificate of {where} ({key_type}, issued to {subject}) is not trusted:"
        " the issuer's certificate {at_fault} has expired.",
    ),
    "issuer_not_yet_valid": Text(
        vi="Chứng thư số của {where} ({key_type}, cấp cho {subject}) không được tin cậy:"
        " chứng thư của bên cấp {at_fault} chưa có hiệu lực.",
        en="The certificate of {where} ({key_type}, issued to {subject}) is not trusted:"
        " the issuer's certificate {at_fault} is not valid yet.",
    ),
    "issuer_not_authority": Text(
        vi="Chứng thư số của {where} ({key_type}, cấp cho {subject}) không được tin cậy:"
        " {at_fault} không có quyền cấp chứng thư số.",
        en="The certificate of {where} ({key_type}, issued to {subject}) is not trusted:"
        " {at_fault} is not an authority that may issue certificates.",
    ),
    "issuer_signature_invalid": Text(
        vi="Chứng thư số của {where} ({key_type}, cấp cho {subject}) không được tin cậy:"
        " chữ ký trên chứng thư {at_fault} không đúng.",
        en="The certificate of {where} ({key_type}, issued to {subject}) is not trusted:"
        " the signature on the certificate {at_fault} is wrong.",
    ),
    "path_invalid": Text(
        vi="Chứng thư số của {where} ({key_type}, cấp cho {subject}) không được tin cậy:"
        " lỗi {code} của OpenSSL tại {at_fault} ({error}).",
        en="The certificate of {where} ({key_type}, issued to {subject}) is not trusted:"
        " OpenSSL error {code} at {at_fault} ({error}).",
    ),
    "not_for_servers": Text(
        vi="Chứng thư số của {where} ({key_type}, cấp cho {subject}) không được cấp để dùng cho máy chủ TLS.",
        en="The certificate of {where} ({key_type}, issued to {subject}) was not issued for TLS servers.",
    ),
    "trust_anchors_missing": Text(
        vi="Thiếu chứng thư gốc bổ sung mà tài sản khai báo nên chưa đánh giá được chuỗi chứng thực của {where}.",
        en="Added trust anchors that the asset names are missing, so that the chain of {where} cannot be judged.",
    ),
    "trust_store_empty": Text(
        vi="Không có kho chứng thư gốc công cộng nên chưa đánh giá được chuỗi chứng thực của {where}.",
        en="There is no store of public trust anchors, so that the chain of {where} cannot be judged.",
    ),
    "name_not_given": Text(
        vi="Chứng thư số của {where} ({key_type}, cấp cho {subject}) không có phần subjectAltName"
        " nên không hợp lệ cho {host}.",
        en="The certificate of {where} ({key_type}, issued to {subject}) has no subjectAltName,"
        " so that it is not valid for {host}.",
    ),
    "name_mismatch": Text(
        vi="Chứng thư số của {where} ({key_type}) sai tên miền: cấp cho {names} (tất cả {total} tên),"
        " không phải cho {host}.",
        en="The certificate of {where} ({key_type}) is for other names: {names} ({total} in all), not for {host}.",
    ),
    "certificate_expired": Text(
        vi="Chứng thư số của {where} ({key_type}, cấp cho {subject}) đã hết hạn ngày {not_after}.",
        en="The certificate of {where} ({key_type}, issued to {subject}) expired on {not_after}.",
    ),
    "certificate_not_yet_valid": Text(
        vi="Chứng thư số của {where} ({key_type}, cấp cho {subject}) chỉ có hiệu lực từ ngày {not_before}.",
        en="The certificate of {where} ({key_type}, issued to {subject}) is valid only from {not_before} on.",
    ),
    "certificate_expiring": Text(
        vi="Chứng thư số của {where} ({key_type}, cấp cho {subject}) sắp hết hạn:"
        " ngày {not_after}, còn {days} ngày khi rà quét.",
        en="The certificate of {where} ({key_type}, issued to {subject}) expires soon:"
        " on {not_after}, {days} days after the scan.",
    ),
    "already_expired": Text(
        vi="Chứng thư số đã hết hạn; lỗi này được nêu ở biện pháp kiểm soát về hiệu lực chứng thư số.",
        en="The certificate has expired already; the control on certificate dates reports it.",
    ),
    "lifetime_too_long": Text(
        vi="Chứng thư số của {where} ({key_type}, cấp cho {subject}) có thời hạn {days} ngày,"
        " dài hơn mức tối đa {max_days} ngày.",
        en="The certificate of {where} ({key_type}, issued to {subject}) is valid for {days} days,"
        " more than the maximum of {max_days}.",
    ),
    "key_type_forbidden": Text(
        vi="Chứng thư số của {where} (cấp cho {subject}) dùng loại khóa không được phép: {key_type}.",
        en="The certificate of {where} (issued to {subject}) has a key of a kind that is not allowed: {key_type}.",
    ),
    "key_too_small": Text(
        vi="Chứng thư số của {where} ({key_type}, cấp cho {subject}) có khóa {bits} bit,"
        " ngắn hơn mức tối thiểu {min_bits} bit.",
        en="The certificate of {where} ({key_type}, issued to {subject}) has a key of {bits} bits,"
        " fewer than the minimum of {min_bits}.",
    ),
    "signature_hash_weak": Text(
        vi="Chứng thư {signed} trong chuỗi của {where} ({key_type}) được ký bằng hàm băm {hash} không an toàn.",
        en="The certificate {signed} in the chain of {where} ({key_type}) is signed with the weak hash {hash}.",
    ),
    "signature_hash_unknown": Text(
        vi="Chưa nhận ra thuật toán ký chứng thư số của {where}.",
        en="The signature algorithm of a certificate of {where} is not known.",
    ),
    "self_signed_has_no_chain": Text(
        vi="Chứng thư số tự ký không có chuỗi chứng thực.",
        en="A self-signed certificate has no chain.",
    ),
    "chain_disordered": Text(
        vi="{where} ({key_type}, cấp cho {subject}) gửi chuỗi chứng thực sai thứ tự"
        " hoặc có chứng thư thừa xen vào giữa.",
        en="{where} ({key_type}, issued to {subject}) sends its chain in the wrong order,"
        " or with a superfluous certificate in between.",
    ),
    "missing_intermediate": Text(
        vi="{where} ({key_type}) gửi chuỗi chứng thực thiếu: dừng ở {last}, không kèm chứng thư của bên cấp {issuer}.",
        en="{where} ({key_type}) sends an incomplete chain: it ends at {last}, without the issuer {issuer}.",
    ),
}

REASONS: Mapping[str, Text] = {**_PROTOCOLS, **_SUITES, **_FEATURES, **_CERTIFICATES}
