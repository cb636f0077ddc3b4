"""What the reason codes of the certificate rules in checks/tls say; `reports.messages.tls` has them among its own."""

from collections.abc import Mapping

from checks.model.text import Text

REASONS: Mapping[str, Text] = {
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
    "issuer_not_for_servers": Text(
        vi="Chứng thư số của {where} ({key_type}, cấp cho {subject}) không được tin cậy: {at_fault} không được cấp"
        " chứng thư số cho máy chủ TLS.",
        en="The certificate of {where} ({key_type}, issued to {subject}) is not trusted: {at_fault} may not issue"
        " certificates for TLS servers.",
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
        vi="Chứng thư số của {where} ({key_type}, cấp cho {subject}) không nêu tên miền hay địa chỉ nào trong"
        " subjectAltName nên không hợp lệ cho {host}.",
        en="The certificate of {where} ({key_type}, issued to {subject}) gives no host name and no address in a"
        " subjectAltName, so that it is not valid for {host}.",
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
    "key_curve_forbidden": Text(
        vi="Chứng thư số của {where} ({key_type}, cấp cho {subject}) dùng khóa trên đường cong không được phép:"
        " {curve}.",
        en="The certificate of {where} ({key_type}, issued to {subject}) has a key on a curve that is not allowed:"
        " {curve}.",
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
    "staple_not_promised": Text(
        vi="Chứng thư số không yêu cầu máy chủ phải gửi kèm phản hồi OCSP.",
        en="The certificate does not promise that an OCSP response is stapled.",
    ),
    "promised_staple_missing": Text(
        vi="Chứng thư số của {where} ({key_type}, cấp cho {subject}) bắt buộc gửi kèm phản hồi OCSP (must-staple)"
        " nhưng máy chủ không gửi.",
        en="The certificate of {where} ({key_type}, issued to {subject}) demands a stapled OCSP response (must-staple),"
        " and the server sends none.",
    ),
    "staple_missing": Text(
        vi="{where} ({key_type}, cấp cho {subject}) không gửi kèm phản hồi OCSP cho chứng thư số.",
        en="{where} ({key_type}, issued to {subject}) staples no OCSP response to its certificate.",
    ),
    "staple_unusable": Text(
        vi="{where} ({key_type}, cấp cho {subject}) gửi kèm phản hồi OCSP không dùng được cho chứng thư số này.",
        en="{where} ({key_type}, issued to {subject}) staples an OCSP response that is of no use for its certificate.",
    ),
    "staple_unknown": Text(
        vi="Chưa xác định được {where} có gửi kèm phản hồi OCSP hay không.",
        en="It could not be told whether {where} staples an OCSP response.",
    ),
    "no_ocsp_responder": Text(
        vi="Chứng thư số không nêu dịch vụ OCSP nào nên không có phản hồi để gửi kèm.",
        en="The certificate names no OCSP responder, so that there is no response to staple.",
    ),
    "certificate_revoked": Text(
        vi="Chứng thư số của {where} ({key_type}, cấp cho {subject}) đã bị thu hồi,"
        " theo chính phản hồi OCSP mà máy chủ gửi kèm.",
        en="The certificate of {where} ({key_type}, issued to {subject}) is revoked,"
        " by the very OCSP response that the server staples.",
    ),
    "ocsp_status_unclear": Text(
        vi="Phản hồi OCSP mà {where} gửi kèm không cho biết chứng thư số còn hiệu lực hay đã bị thu hồi.",
        en="The OCSP response that {where} staples does not say whether the certificate is good or revoked.",
    ),
    "nothing_stapled": Text(
        vi="Máy chủ không gửi kèm phản hồi OCSP.",
        en="The server staples no OCSP response.",
    ),
    "timestamps_missing": Text(
        vi="Chứng thư số của {where} ({key_type}, cấp cho {subject}) có dấu thời gian của {logs} nhật ký công khai,"
        " ít hơn mức tối thiểu {min_logs}.",
        en="The certificate of {where} ({key_type}, issued to {subject}) has timestamps of {logs} public logs,"
        " fewer than the minimum of {min_logs}.",
    ),
    "timestamps_unknown": Text(
        vi="Chưa xác định được chứng thư số của {where} có đủ dấu thời gian của nhật ký công khai hay không.",
        en="It could not be told whether the certificate of {where} has enough timestamps of public logs.",
    ),
    "not_publicly_trusted": Text(
        vi="Chứng thư số không dẫn tới chứng thư gốc công cộng nên không phải ghi vào nhật ký công khai.",
        en="The certificate leads to no public trust anchor, so that it need not stand in public logs.",
    ),
    "key_shared": Text(
        vi="Chứng thư số của {where} ({key_type}, cấp cho {subject}) dùng chung khóa với {total} tài sản khác"
        " của cơ quan, trong đó có: {assets}.",
        en="The certificate of {where} ({key_type}, issued to {subject}) has the same key as {total} other assets of"
        " the agency, among them {assets}.",
    ),
    "key_shared_outside": Text(
        vi="Chứng thư số của {where} ({key_type}, cấp cho {subject}) dùng chung khóa với {total} tài sản của cơ quan"
        " khác.",
        en="The certificate of {where} ({key_type}, issued to {subject}) has the same key as assets of other agencies:"
        " {total} of them.",
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
