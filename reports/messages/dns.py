"""What the reason codes of checks/dns say. Placeholders are the parameters of the code."""

from collections.abc import Mapping

from checks.model.text import Text

REASONS: Mapping[str, Text] = {
    "foreign_domain": Text(
        vi="Tên miền {name} không thuộc tên miền được quy định: {suffixes}.",
        en="The name {name} is not under a domain that the policy names: {suffixes}.",
    ),
    "no_name": Text(
        vi="Trang dùng địa chỉ IP, không có tên miền.",
        en="The site has a literal address and no name.",
    ),
    "name_of_endpoint": Text(
        vi="Tên này là của dịch vụ kèm theo, không phải của trang.",
        en="This name is that of another endpoint, and not of the site.",
    ),
    "aaaa_missing": Text(
        vi="{name} không có bản ghi AAAA, nên không truy cập được qua IPv6.",
        en="{name} has no AAAA record, so that it cannot be reached over IPv6.",
    ),
    "aaaa_not_global": Text(
        vi="{name} có bản ghi AAAA nhưng không có địa chỉ IPv6 công cộng: {addresses}.",
        en="{name} has AAAA records, and none of them is a global IPv6 address: {addresses}.",
    ),
    "dnssec_unsigned": Text(
        vi="{name}: câu trả lời DNS không được ký (không có RRSIG); vùng tên miền: {zone}.",
        en="{name}: the answer of DNS is not signed (no RRSIG); its zone: {zone}.",
    ),
    "dnssec_no_ds": Text(
        vi="{name}: vùng được ký nhưng vùng cấp trên không có bản ghi DS, nên chữ ký không được kiểm chứng; "
        "vùng: {zone}.",
        en="{name}: the zone is signed, but the zone above has no DS record, so that nothing proves the signatures; "
        "its zone: {zone}.",
    ),
    "dnssec_bogus": Text(
        vi="{name}: chữ ký DNSSEC sai hoặc hết hạn; máy chủ phân giải có kiểm tra từ chối câu trả lời; vùng: {zone}.",
        en="{name}: the DNSSEC signatures are wrong or expired; a validating resolver refuses the answer; "
        "its zone: {zone}.",
    ),
    "dnssec_not_proved": Text(
        vi="{name}: có chữ ký, nhưng máy chủ phân giải không kiểm chứng được trọn câu trả lời (chuỗi tin cậy đứt ở "
        "vùng cấp trên, hoặc bí danh dẫn tới vùng không ký); vùng: {zone}.",
        en="{name}: there are signatures, but the resolver could not prove the whole answer (the chain of trust breaks "
        "further up, or an alias leads to a zone that is not signed); its zone: {zone}.",
    ),
    "dnssec_not_validated": Text(
        vi="{name}: có chữ ký DNSSEC, nhưng máy chủ phân giải đang dùng không kiểm chứng; vùng: {zone}.",
        en="{name}: there are DNSSEC signatures, but the resolver in use does not validate; its zone: {zone}.",
    ),
    "resolver_without_dnssec": Text(
        vi="Máy chủ phân giải đang dùng không hỗ trợ DNSSEC; hãy chỉ định máy chủ có kiểm chứng trong cấu hình.",
        en="The resolver in use does not do DNSSEC; name a validating one in the configuration.",
    ),
    "caa_missing": Text(
        vi="{name} và các tên miền cấp trên không có bản ghi CAA; CA nào cũng có thể cấp chứng thư.",
        en="Neither {name} nor a name above it has CAA records; any authority may issue certificates.",
    ),
    "caa_without_issue": Text(
        vi="{name}: bản ghi CAA tại {at} không có thuộc tính issue, nên không giới hạn CA nào.",
        en="{name}: the CAA records at {at} have no issue property, and so restrict no authority.",
    ),
    "caa_other_issuer": Text(
        vi="{name}: bản ghi CAA tại {at} cho phép {issuer} cấp chứng thư, ngoài danh sách được chấp nhận.",
        en="{name}: the CAA records at {at} let {issuer} issue, which the policy does not list.",
    ),
}
