"""Words for what evidence of TLS holds: codes in, the language of the command line out."""

from collections.abc import Mapping
from typing import Final

from checks.model.evidence import Failure, FailureReason
from checks.model.text import Text
from checks.tls import features, vulnerabilities
from checks.tls.suites import SuiteProperty, properties
from reports.messages.catalogue import PROTOCOL_NAMES
from scanner.cli.language import LANGUAGE, say
from scanner.cli.remarks import remark

NOT_ASKED: Final = say("không hỏi", "not asked")
COULD_NOT_TELL: Final = say("không xác định được", "could not tell")
REASONS: Mapping[FailureReason, Text] = {
    "refused": Text("kết nối bị từ chối", "the connection was refused"),
    "timed_out": Text("không trả lời kịp thời gian", "no answer in time"),
    "reset": Text("kết nối bị cắt giữa chừng", "the connection was cut"),
    "unreachable": Text("không có đường mạng tới", "cannot be reached"),
    "name_not_found": Text("tên miền không có địa chỉ", "the name has no address"),
    "dns_failed": Text("máy chủ tên miền không trả lời được", "DNS did not answer"),
    "out_of_scope": Text("ngoài phạm vi được phép", "outside what is authorised"),
    "not_tls": Text("có trả lời nhưng không phải bằng TLS", "answers, but not in TLS"),
    "tls_failed": Text("không bắt tay TLS được", "no TLS handshake came about"),
    "not_http": Text("có trả lời nhưng không phải bằng HTTP", "answers, but not in HTTP"),
    "malformed": Text("câu trả lời sai cấu trúc", "the answer is malformed"),
    "too_large": Text("câu trả lời vượt giới hạn kích thước", "the answer exceeds the size limit"),
    "deadline": Text("hết thời gian dành cho lượt này", "the time for this look ran out"),
    "incomplete": Text("câu trả lời chưa đủ để kết luận", "the answers do not suffice"),
    "tool_failed": Text("công cụ gặp lỗi", "the tool failed"),
    "not_asked": Text("không hỏi, vì chính sách không cần", "not asked, since the policy has no use for it"),
}
"""Why something is not known, as a part of a sentence."""

BROKEN: Final = frozenset[SuiteProperty]({"null", "anonymous", "export", "rc4", "des", "3des", "rc2", "idea", "md5"})
"""Properties for which a suite is called weak here; the others are named, and a policy judges them."""

PROPERTIES: Mapping[SuiteProperty, Text] = {
    "null": Text("không mã hóa", "no encryption"),
    "anonymous": Text("không xác thực máy chủ", "no authentication"),
    "export": Text("khóa ngắn loại xuất khẩu", "export-grade key"),
    "rc4": Text("RC4", "RC4"),
    "des": Text("DES khóa 56 bit trở xuống", "DES of 56 bits or fewer"),
    "3des": Text("3DES khối 64 bit", "3DES with blocks of 64 bits"),
    "rc2": Text("RC2", "RC2"),
    "idea": Text("IDEA", "IDEA"),
    "md5": Text("MD5", "MD5"),
    "cbc": Text("CBC", "CBC"),
    "sha1": Text("SHA-1", "SHA-1"),
    "no_forward_secrecy": Text("không có tính bí mật chuyển tiếp", "no forward secrecy"),
    "no_aead": Text("không phải AEAD", "not AEAD"),
}

VULNERABILITIES: Mapping[str, str] = dict(vulnerabilities.NAMES.items())
FEATURES: Mapping[str, str] = {
    **dict(features.NAMES.items()),
    "grease_tolerance": "GREASE (RFC 8701)",
}
"""Names as the field writes them; the same in every language."""

FEATURE_MEANINGS: Mapping[str, Text] = {
    "compression": Text("nén trước khi mã hóa; CRIME lợi dụng", "compressing before encrypting; CRIME abuses it"),
    "secure_renegotiation": Text("đàm phán lại gắn với phiên trước đó", "renegotiation bound to what went before"),
    "client_renegotiation": Text("đàm phán lại do máy khách khởi đầu", "renegotiation begun by a client"),
    "fallback_scsv": Text("dấu hiệu chống hạ phiên bản", "a signal against downgrades"),
    "early_data": Text(
        "dữ liệu trước khi bắt tay xong; có thể bị gửi lặp", "data before the handshake; can be replayed"
    ),
    "extended_master_secret": Text("khóa gắn với toàn bộ bắt tay", "keys bound to the whole handshake"),
    "encrypt_then_mac": Text("mã hóa rồi mới xác thực, ở bộ CBC", "the safe order in suites with CBC"),
    "heartbeat": Text("tin giữ kết nối; Heartbleed lợi dụng", "messages that keep alive; Heartbleed abuses them"),
    "session_tickets": Text("vé để nối lại phiên", "tickets that resume a session"),
    "grease_tolerance": Text("bỏ qua giá trị chưa biết", "passing over unknown values"),
}
"""What each is, whether it is there or not."""

STAPLES: Mapping[str, Text] = {
    "good": Text("còn giá trị", "good"),
    "revoked": Text("ĐÃ BỊ THU HỒI", "REVOKED"),
    "unknown": Text("bên cấp không biết chứng thư này", "unknown to its responder"),
    "unusable": Text("không dùng được: không đọc được hoặc của chứng thư khác", "unusable: unreadable, or of another"),
}

_FAMILIES: Mapping[str, Text] = {
    "protocols": Text("phiên bản", "the version"),
    "cipher_suites": Text("danh sách bộ mật mã của", "the list of cipher suites of"),
    "server_preference": Text("thứ tự bộ mật mã của", "the order of cipher suites of"),
    "groups": Text("danh sách nhóm trao đổi khóa", "the list of key exchange groups"),
    "certificates": Text("chứng thư số", "the certificates"),
}


def reason(code: FailureReason, detail: str = "") -> str:
    """Why something is not known, with the remark of the tool."""
    return REASONS[code].in_(LANGUAGE) + (f" ({remark(detail)})" if detail else "")


def question(what: str) -> str:
    """What a failure inside an observation is about."""
    family, _, name = what.partition(".")
    if what == "groups.dh_bits":
        return say("độ dài tham số Diffie-Hellman", "the size of Diffie-Hellman parameters")
    if name and family in ("vulnerabilities", "features"):
        return {**VULNERABILITIES, **FEATURES}.get(name, name)
    words = _FAMILIES[family].in_(LANGUAGE) if family in _FAMILIES else family
    return f"{words} {PROTOCOL_NAMES.get(name, name)}".rstrip()


def yes_no(answer: bool | None) -> str:
    """An answer without a reason."""
    return COULD_NOT_TELL if answer is None else say("có", "yes") if answer else say("không", "no")


def unknown(failure: Failure | None) -> str:
    """What stands instead of yes or no; the remark of the tool is told at the end, once for all that it is about."""
    if failure is not None and failure.reason == "not_asked":
        return NOT_ASKED
    return COULD_NOT_TELL if failure is None else f"{COULD_NOT_TELL}: {reason(failure.reason)}"


def suite(name: str) -> tuple[str, bool]:
    """What is to be said of a suite, and whether it is weak."""
    try:
        found = properties(name)
    except ValueError:
        return say("tên không nhận ra", "not a known name"), False
    told = [words.in_(LANGUAGE) for key, words in PROPERTIES.items() if key in found and key != "no_aead"]
    if "no_aead" in found and not found & {*BROKEN, "cbc"}:  # which the cipher says already, where it has a flaw
        told.append(PROPERTIES["no_aead"].in_(LANGUAGE))
    weak = bool(found & BROKEN)
    return (say("YẾU: ", "WEAK: ") if weak else "") + ", ".join(told), weak
