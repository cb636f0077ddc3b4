"""What the reason codes of checks/tls say. Placeholders are the parameters of the code."""

from collections.abc import Mapping

from checks.model.text import Text

REASONS: Mapping[str, Text] = {
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
