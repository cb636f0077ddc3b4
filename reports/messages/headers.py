"""What the reason codes of checks/headers say. Placeholders are the parameters of the code."""

from collections.abc import Mapping

from checks.model.text import Text
from reports.messages import web

_PAGE: Mapping[str, Text] = {
    "error_status": Text(
        vi="{where} trả lời bằng mã lỗi {status}; tiêu đề của trang lỗi không đại diện cho trang web.",
        en="{where} answers with the error status {status}; the headers of an error page do not speak for the site.",
    ),
    "no_final_answer": Text(
        vi="Chuỗi chuyển hướng dừng ở {where} mà không có trang cuối nào xem xét được.",
        en="The chain of redirects stops at {where} without a final page that could be looked at.",
    ),
    "final_in_cleartext": Text(
        vi="Trang cuối {where} được gửi không mã hóa, nên không đánh giá được tiêu đề HTTPS.",
        en="The final page {where} is sent in cleartext, so there are no headers over HTTPS to judge.",
    ),
}

_REDIRECT: Mapping[str, Text] = {
    "no_redirect": Text(
        vi="{where} trả lời không mã hóa (mã {status}) thay vì chuyển hướng sang HTTPS.",
        en="{where} answers in cleartext (status {status}) instead of redirecting to HTTPS.",
    ),
    "redirect_by_page": Text(
        vi="{where} trả lời không mã hóa (mã {status}) rồi để trang tự chuyển sang {to} (Refresh); đây không phải là "
        "chuyển hướng của máy chủ.",
        en="{where} answers in cleartext (status {status}) and leaves it to the page to send on to {to} (Refresh), "
        "which is no redirect by the server.",
    ),
    "redirect_invalid": Text(
        vi="{where} trả lời mã chuyển hướng {status} nhưng không kèm địa chỉ đích hợp lệ.",
        en="{where} answers with the redirect status {status}, but without a valid address to go to.",
    ),
    "redirect_not_https": Text(
        vi="{where} chuyển hướng tới địa chỉ không phải HTTPS: {to}.",
        en="{where} redirects to an address that is not HTTPS: {to}.",
    ),
    "redirect_other_host": Text(
        vi="{where} chuyển hướng thẳng tới máy chủ khác ({to}), chưa qua HTTPS của chính tên miền này.",
        en="{where} redirects straight to another host ({to}), not to HTTPS on this name first.",
    ),
    "redirect_back_to_cleartext": Text(
        vi="Chuỗi chuyển hướng từ {where} quay lại địa chỉ không mã hóa: {to}.",
        en="The chain of redirects from {where} goes back to cleartext: {to}.",
    ),
    "cleartext_error": Text(
        vi="{where} trả lời không mã hóa bằng mã lỗi {status}; chưa rõ có trang khác được gửi không mã hóa hay không.",
        en="{where} answers in cleartext with the error status {status}; whether other pages are served is not known.",
    ),
    "cleartext_closed": Text(
        vi="Cổng HTTP không mã hóa đã đóng; không có nội dung nào được gửi không mã hóa.",
        en="The cleartext HTTP port is closed; nothing is served in cleartext.",
    ),
    "https_to_cleartext": Text(
        vi="{where} chuyển hướng từ HTTPS tới địa chỉ không phải HTTPS: {to}",
        en="{where} leads from HTTPS to an address that is not HTTPS: {to}",
    ),
}

_HSTS: Mapping[str, Text] = {
    "hsts_missing": Text(
        vi="{where} không gửi tiêu đề Strict-Transport-Security (HSTS).",
        en="{where} does not send the Strict-Transport-Security header (HSTS).",
    ),
    "hsts_invalid": Text(
        vi="Tiêu đề HSTS của {where} sai cú pháp nên trình duyệt bỏ qua: {value}",
        en="The HSTS header of {where} is malformed, so browsers ignore it: {value}",
    ),
    "hsts_off": Text(
        vi="Tiêu đề HSTS của {where} có max-age=0, tức là tắt HSTS: {value}",
        en="The HSTS header of {where} has max-age=0, which switches HSTS off: {value}",
    ),
    "hsts_short": Text(
        vi="HSTS của {where} chỉ có hiệu lực {age} giây; yêu cầu ít nhất {min_age} giây.",
        en="HSTS of {where} lasts only {age} seconds; at least {min_age} are required.",
    ),
    "hsts_no_subdomains": Text(
        vi="HSTS của {where} không bao gồm các tên miền con (thiếu includeSubDomains): {value}",
        en="HSTS of {where} does not cover subdomains (no includeSubDomains): {value}",
    ),
    "hsts_no_preload": Text(
        vi="HSTS của {where} thiếu chỉ thị preload: {value}",
        en="HSTS of {where} lacks the preload directive: {value}",
    ),
    "hsts_literal_address": Text(
        vi="{where} dùng địa chỉ IP thay cho tên miền; HSTS chỉ có hiệu lực với tên miền.",
        en="{where} is a literal IP address; HSTS works for names only.",
    ),
}

_CSP: Mapping[str, Text] = {
    "csp_missing": Text(
        vi="{where} không gửi tiêu đề Content-Security-Policy (CSP).",
        en="{where} does not send the Content-Security-Policy header (CSP).",
    ),
    "csp_report_only": Text(
        vi="{where} chỉ gửi CSP ở chế độ báo cáo (Report-Only), không có tác dụng bảo vệ.",
        en="{where} sends CSP in report-only mode, which protects nothing.",
    ),
    "csp_invalid": Text(
        vi="CSP của {where} không có chỉ thị nào trình duyệt hiểu được: {value}",
        en="The CSP of {where} has no directive that browsers understand: {value}",
    ),
    "csp_head_not_read": Text(
        vi="CSP trong tiêu đề của {where} chưa đủ, và phần đầu trang, nơi có thể có thêm CSP, chưa đọc được hết.",
        en="The CSP in the headers of {where} is not enough, and the head of the page, where more may stand, could not "
        "be read to its end.",
    ),
    "csp_directive_missing": Text(
        vi="CSP của {where} thiếu chỉ thị {directive}: {value}",
        en="The CSP of {where} lacks the directive {directive}: {value}",
    ),
    "csp_unsafe_inline": Text(
        vi="CSP của {where} cho phép chạy mã kịch bản nhúng trong trang: {value}",
        en="The CSP of {where} lets inline scripts run: {value}",
    ),
    "csp_unsafe_inline_style": Text(
        vi="CSP của {where} cho phép kiểu trình bày (style) nhúng trong trang: {value}",
        en="The CSP of {where} lets inline styles apply: {value}",
    ),
    "csp_unsafe_eval": Text(
        vi="CSP của {where} cho phép chạy chuỗi ký tự như mã kịch bản (eval): {value}",
        en="The CSP of {where} lets strings run as scripts (eval): {value}",
    ),
    "csp_wildcard": Text(
        vi="CSP của {where} cho phép tải mã kịch bản hoặc đối tượng từ máy chủ bất kỳ: {value}",
        en="The CSP of {where} allows scripts or objects from any host: {value}",
    ),
    "csp_cleartext_source": Text(
        vi="CSP của {where} cho phép tải mã kịch bản hoặc đối tượng qua HTTP không mã hóa: {value}",
        en="The CSP of {where} allows scripts or objects over plain HTTP: {value}",
    ),
    "csp_missing_script_src": Text(
        vi="CSP của {where} không giới hạn nguồn mã kịch bản (thiếu cả script-src và default-src): {value}",
        en="The CSP of {where} does not restrict scripts (neither script-src nor default-src): {value}",
    ),
    "csp_missing_object_src": Text(
        vi="CSP của {where} không giới hạn đối tượng nhúng (thiếu cả object-src và default-src): {value}",
        en="The CSP of {where} does not restrict plugins (neither object-src nor default-src): {value}",
    ),
    "csp_missing_base_uri": Text(
        vi="CSP của {where} không giới hạn địa chỉ gốc của trang (thiếu base-uri): {value}",
        en="The CSP of {where} does not restrict the base address of the page (no base-uri): {value}",
    ),
    "csp_missing_form_action": Text(
        vi="CSP của {where} không giới hạn nơi nhận dữ liệu của biểu mẫu (thiếu form-action): {value}",
        en="The CSP of {where} does not restrict where forms are sent (no form-action): {value}",
    ),
    "csp_missing_frame_ancestors": Text(
        vi="CSP của {where} không giới hạn trang được nhúng trang này vào khung (thiếu frame-ancestors): {value}",
        en="The CSP of {where} does not restrict who may frame the page (no frame-ancestors): {value}",
    ),
    "csp_form_action_anywhere": Text(
        vi="CSP của {where} cho phép gửi biểu mẫu tới máy chủ bất kỳ: {value}",
        en="The CSP of {where} allows forms to be sent to any host: {value}",
    ),
}

_OTHER: Mapping[str, Text] = {
    "framing_missing": Text(
        vi="{where} không ngăn trang khác nhúng trang này vào khung (thiếu frame-ancestors và X-Frame-Options).",
        en="{where} does not keep other sites from framing it (neither frame-ancestors nor X-Frame-Options).",
    ),
    "framing_anywhere": Text(
        vi="Chỉ thị frame-ancestors của {where} cho phép trang web bất kỳ nhúng trang này vào khung: {value}",
        en="The frame-ancestors directive of {where} lets any site frame it: {value}",
    ),
    "framing_invalid": Text(
        vi="X-Frame-Options của {where} không phải DENY hoặc SAMEORIGIN: {value}",
        en="X-Frame-Options of {where} is neither DENY nor SAMEORIGIN: {value}",
    ),
    "nosniff_missing": Text(
        vi="{where} không gửi tiêu đề X-Content-Type-Options.",
        en="{where} does not send the X-Content-Type-Options header.",
    ),
    "nosniff_invalid": Text(
        vi="X-Content-Type-Options của {where} không phải nosniff: {value}",
        en="X-Content-Type-Options of {where} is not nosniff: {value}",
    ),
    "referrer_policy_missing": Text(
        vi="{where} không gửi tiêu đề Referrer-Policy.",
        en="{where} does not send the Referrer-Policy header.",
    ),
    "referrer_policy_invalid": Text(
        vi="Referrer-Policy của {where} không có giá trị nào trình duyệt hiểu được: {value}",
        en="Referrer-Policy of {where} has no value that browsers understand: {value}",
    ),
    "referrer_policy_weak": Text(
        vi="Referrer-Policy của {where} là {policy}; các giá trị được chấp nhận: {allowed}.",
        en="Referrer-Policy of {where} is {policy}; accepted values: {allowed}.",
    ),
    "referrer_policy_weak_in_page": Text(
        vi="Thẻ meta “referrer” trong {where} đặt chính sách {policy} thay cho tiêu đề Referrer-Policy; các giá trị "
        "được chấp nhận: {allowed}.",
        en="A meta element “referrer” in {where} sets {policy} in place of the Referrer-Policy header; accepted "
        "values: {allowed}.",
    ),
    "permissions_policy_missing": Text(
        vi="{where} không gửi tiêu đề Permissions-Policy.",
        en="{where} does not send the Permissions-Policy header.",
    ),
    "permissions_policy_deprecated": Text(
        vi="{where} chỉ gửi tiêu đề Feature-Policy đã lỗi thời, không có Permissions-Policy.",
        en="{where} sends only the outdated Feature-Policy header, not Permissions-Policy.",
    ),
    "permissions_policy_invalid": Text(
        vi="Permissions-Policy của {where} sai cú pháp hoặc rỗng: {value}",
        en="Permissions-Policy of {where} is malformed or empty: {value}",
    ),
    "permissions_policy_feature_missing": Text(
        vi="Permissions-Policy của {where} không nêu tính năng {feature}: {value}",
        en="Permissions-Policy of {where} does not name the feature {feature}: {value}",
    ),
    "permissions_policy_feature_open": Text(
        vi="Permissions-Policy của {where} mở tính năng {feature} cho mọi trang được nhúng: {value}",
        en="Permissions-Policy of {where} opens the feature {feature} to every site that it frames: {value}",
    ),
    "cross_origin_missing": Text(
        vi="{where} không gửi tiêu đề {header}.",
        en="{where} does not send the header {header}.",
    ),
    "cross_origin_invalid": Text(
        vi="Tiêu đề {header} của {where} có giá trị không hợp lệ: {value}",
        en="The header {header} of {where} has an invalid value: {value}",
    ),
    "cross_origin_weak": Text(
        vi="Tiêu đề {header} của {where} là {value}; các giá trị được chấp nhận: {allowed}.",
        en="The header {header} of {where} is {value}; accepted values: {allowed}.",
    ),
    "cookie_bad_prefix": Text(
        vi="Cookie “{cookie}” của {where} không thỏa điều kiện mà tiền tố __Secure- hoặc __Host- của nó đòi hỏi.",
        en="The cookie “{cookie}” of {where} does not meet what its prefix __Secure- or __Host- demands.",
    ),
    "cookie_not_secure": Text(
        vi="Cookie “{cookie}” của {where} thiếu thuộc tính Secure.",
        en="The cookie “{cookie}” of {where} lacks the Secure attribute.",
    ),
    "cookie_not_http_only": Text(
        vi="Cookie “{cookie}” của {where} thiếu thuộc tính HttpOnly.",
        en="The cookie “{cookie}” of {where} lacks the HttpOnly attribute.",
    ),
    "cookie_no_same_site": Text(
        vi="Cookie “{cookie}” của {where} thiếu thuộc tính SameSite hợp lệ.",
        en="The cookie “{cookie}” of {where} lacks a valid SameSite attribute.",
    ),
    "cookie_none_not_secure": Text(
        vi="Cookie “{cookie}” của {where} đặt SameSite=None nhưng thiếu thuộc tính Secure.",
        en="The cookie “{cookie}” of {where} has SameSite=None without the Secure attribute.",
    ),
    "no_cookies": Text(
        vi="Các câu trả lời đã xem xét không đặt cookie nào mà trình duyệt giữ lại.",
        en="The answers that were looked at set no cookies that browsers keep.",
    ),
    "leak_header": Text(
        vi="{where} gửi tiêu đề {header} làm lộ thông tin hệ thống: {value}",
        en="{where} sends the header {header}, which gives the system away: {value}",
    ),
    "leak_version": Text(
        vi="Tiêu đề {header} của {where} làm lộ số phiên bản: {value}",
        en="The header {header} of {where} gives a version number away: {value}",
    ),
    "leak_redacted": Text(
        vi="Giá trị của các tiêu đề sau đã được che khi thu thập nên không biết có số phiên bản hay không: {headers}.",
        en="The values of these headers were redacted when collected, so no version number could be seen: {headers}.",
    ),
    "header_deprecated": Text(
        vi="{where} gửi tiêu đề {header} mà trình duyệt hiện nay không còn dùng: {value}",
        en="{where} sends the header {header}, which browsers of today no longer use: {value}",
    ),
    "xss_filter_on": Text(
        vi="{where} bật bộ lọc XSS cũ bằng tiêu đề {header}; nên gửi 0 hoặc bỏ tiêu đề này. Giá trị nhận được: {value}",
        en="{where} switches an outdated XSS filter on with {header}; send 0 or nothing. The value received: {value}",
    ),
    "cors_any_origin": Text(
        vi="{where} cho phép mọi trang web (Access-Control-Allow-Origin: *) cùng với thông tin đăng nhập.",
        en="{where} allows every site (Access-Control-Allow-Origin: *) together with credentials.",
    ),
    "cors_null_origin": Text(
        vi="{where} cho phép nguồn “null” cùng với thông tin đăng nhập: {value}",
        en="{where} allows the origin “null” together with credentials: {value}",
    ),
    "cors_repeated_origin": Text(
        vi="{where} lặp lại nguồn bất kỳ mà yêu cầu nêu ra, cùng với thông tin đăng nhập: {value}",
        en="{where} repeats whatever origin a request names, together with credentials: {value}",
    ),
    "cors_not_used": Text(
        vi="Các câu trả lời đã xem xét không chia sẻ nội dung với trang web khác (không có CORS).",
        en="The answers that were looked at share nothing with other sites (no CORS).",
    ),
}

REASONS: Mapping[str, Text] = {**_PAGE, **_REDIRECT, **_HSTS, **_CSP, **_OTHER, **web.REASONS}
