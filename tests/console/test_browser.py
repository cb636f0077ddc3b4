"""The console in real Chromium: each role's ways, every page in both languages and two widths, judged by axe-core."""

from pathlib import Path

import pytest
from playwright.sync_api import Error, FilePayload, Page, ViewportSize

from checks.model.text import Language
from tests.console.browsing import DESK, TELEPHONE, Open, every_fault, faults, listened
from tests.console.conftest import Console
from tests.console.estate import PASSWORD, POLICY
from tests.console.test_routes import PAGES

MORE = {
    "an-ninh": ("/?run=FIRST", "/agencies?q=mau&move=down", "/agencies?q=nothing", "/nowhere"),
    "kiem-toan": ("/runs/RUN/findings/trang-khac/HDR-LEAKS",),
    "van-thu": ("/agencies/so-mau?verdict=fail&q=tls", "/runs/RUN/findings/cong-so-mau/CERT-TRUST"),
}
"""Addresses beside those of the table of routes, by who looks."""


def sign_in(page: Page, name: str) -> None:
    """As a person does it."""
    page.goto("/")
    page.get_by_label("Tên đăng nhập").fill(name)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Đăng nhập").click()


@pytest.mark.parametrize(
    ("name", "language", "judged"),
    [
        ("an-ninh", "vi", DESK),
        ("kiem-toan", "en", TELEPHONE),
        ("van-thu", "vi", TELEPHONE),
    ],
)
def test_every_page_is_as_it_should_be(
    console: Console, opened: Open, name: str, language: Language, judged: ViewportSize
) -> None:
    page = opened(name, language).new_page()
    said, looked_at = listened(page), 0
    wrong: dict[str, list[object]] = {}
    for path in [*(path for path, table in PAGES.values() if table[name] == 200), *MORE[name]]:
        said.clear()
        try:
            answer = page.goto(path.replace("RUN", console.run).replace("FIRST", console.made["runs"][0]))
        except Error as error:
            assert "Download is starting" in error.message, path
            continue
        assert answer is not None
        if answer.headers.get("content-type", "").startswith("text/html"):
            looked_at += 1
            found = [*every_fault(page, judged), *(said if answer.status == 200 else [])]
            if page.locator("html").get_attribute("lang") != language:
                found.append("another language")
            wrong |= {path: found} if found else {}
    assert wrong == {}
    assert looked_at > 10


def test_the_language_changes_and_the_page_with_its_filters_stays(console: Console, opened: Open) -> None:
    page = opened("an-ninh").new_page()
    for path in (f"/agencies?q=mau&sort=name&run={console.made['runs'][1]}", "/deadlines?when=overdue", "/nowhere?q=1"):
        page.goto(path)
        for name, language in (("English", "en"), ("Tiếng Việt", "vi")):
            page.get_by_role("button", name=name).click()
            assert page.locator("html").get_attribute("lang") == language
            assert page.url.endswith(path)


def test_the_security_team_finds_its_way_from_the_province_to_the_policys_words(console: Console, opened: Open) -> None:
    page = opened().new_page()
    sign_in(page, "an-ninh")
    assert faults(page) == []
    page.get_by_label("Mã xác thực").fill(console.code())
    page.get_by_role("button", name="Tiếp tục").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Tổng quan"
    assert faults(page) == []
    fallen = page.locator("section", has_text="Cơ quan giảm điểm")
    fallen.get_by_role("link", name="Sở Mẫu").click()
    page.locator("summary", has_text="TLS-LEGACY").click()
    page.locator("details[open]").get_by_role("link", name="cong-so-mau").click()
    body = page.get_by_role("main").inner_text()
    assert "protocols.tls1_0 = true" in body
    assert "nghe-an-web" in body and "check: tls.protocols" in body
    page.get_by_role("button", name="English").click()
    assert page.get_by_role("heading", name="The text of the policy").is_visible()


def test_an_agency_reads_its_card_by_the_keyboard_and_takes_its_report(console: Console, opened: Open) -> None:
    page = opened().new_page()
    sign_in(page, "van-thu")
    assert page.url.endswith("/agencies/so-mau")
    page.wait_for_load_state()
    page.bring_to_front()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Đến nội dung chính"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.get_by_label("Kết luận", exact=True).select_option("fail")
    page.get_by_label("Tài sản", exact=True).select_option("cong-so-mau")
    page.get_by_role("button", name="Lọc").click()
    page.wait_for_load_state()
    assert "verdict=fail" in page.url and "asset=cong-so-mau" in page.url
    rows = page.locator("#findings tbody tr")
    assert rows.count() == page.locator("#findings tbody tr .verdict.fail").count() > 3
    page.get_by_role("link", name="Báo cáo", exact=True).click()
    with page.expect_download() as started:
        page.get_by_role("link", name="07-BC-TTM.so-mau.vi.pdf").click()
    assert started.value.path().read_bytes() == b"%PDF-1.7 so-mau"
    page.get_by_role("button", name="Đăng xuất").click()
    assert "Đã đăng xuất." in page.get_by_role("main").inner_text()
    page.go_back()
    assert page.get_by_label("Tên đăng nhập").is_visible()


def test_an_agency_disputes_a_finding_and_the_team_sees_it_in_its_queue(console: Console, opened: Open) -> None:
    page = opened("van-thu").new_page()
    page.goto(f"/runs/{console.run}/findings/cong-so-mau/HDR-LEAKS")
    page.locator("summary", has_text="Khiếu nại").click()
    page.locator("details[open]").get_by_label("Lý do").fill("Máy chủ đã đổi hôm qua")
    page.locator("details[open]").get_by_role("button", name="Gửi").click()
    assert page.get_by_role("status").inner_text() == "Đã gửi khiếu nại."
    team = opened("an-ninh").new_page()
    team.goto("/matters")
    assert "Máy chủ đã đổi hôm qua" in team.locator("section", has_text="Chờ quyết định").inner_text()
    assert faults(team) == []
    team.get_by_label("Lý do").first.fill("Đã kiểm tra lại, vẫn còn")
    team.get_by_role("button", name="Không chấp nhận").click()
    assert team.get_by_role("status").inner_text() == "Đã ghi nhận quyết định."


def test_the_team_tries_a_policy_from_a_file_and_mends_it_on_the_page(
    console: Console, opened: Open, tmp_path: Path
) -> None:
    page = opened("an-ninh").new_page()
    page.goto("/policies/rieng")
    assert page.locator("main script").count() == 0
    assert "<script>alert(1)</script>{{7*7}}[U+202E]" in page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("link", name="Thử trên kết quả mới nhất").click()
    page.get_by_label("Chính sách có sẵn").select_option("")
    (tmp_path / "thu.yaml").write_text(POLICY.replace("severity: low", "severity: lowest"), encoding="utf-8")
    page.get_by_label("Hoặc chọn tệp").set_input_files(tmp_path / "thu.yaml")
    page.get_by_role("button", name="Xem thay đổi").click()
    assert "6:12:" in page.locator(".faults").inner_text()
    assert faults(page) == []
    text = page.get_by_label("Văn bản chính sách")
    text.fill(text.input_value().replace("lowest", "low").replace("nghe-an-web", "owasp-secure-headers"))
    page.get_by_role("button", name="Xem thay đổi").click()
    assert "6:3:" in page.locator(".faults").inner_text()  # what is not inherited cannot be changed
    text.fill(text.input_value().partition("override:")[0])
    page.get_by_role("button", name="Xem thay đổi").click()
    assert page.locator(".faults").count() == 0
    assert page.get_by_role("region", name="Theo cơ quan").locator("tbody tr").count() == 3
    assert page.locator("main script").count() == 0 and faults(page) == []


def test_an_auditor_looks_at_an_earlier_run_and_finds_nothing_to_change(console: Console, opened: Open) -> None:
    page = opened("kiem-toan", "en").new_page()
    page.goto("/runs")
    page.get_by_role("link", name=console.made["runs"][0]).click()
    page.get_by_role("link", name="Sample Commune").click()
    assert "This is not the latest run." in page.get_by_role("main").inner_text()
    forms = page.evaluate("[...document.querySelectorAll('main form')].map(each => each.method)")
    assert set(forms) == {"get"}


def test_an_auditor_goes_to_a_day_compares_verifies_and_takes_a_bundle(console: Console, opened: Open) -> None:
    page = opened().new_page()
    sign_in(page, "kiem-toan")
    page.locator("summary", has_text="Xem vào một ngày khác").click()
    page.get_by_label("Ngày", exact=True).fill("2026-11-03")
    page.get_by_role("button", name="Xem", exact=True).click()
    assert "Tình trạng vào cuối ngày 03/11/2026." in page.get_by_role("status").inner_text()
    assert page.get_by_role("link", name=console.made["runs"][0]).first.is_visible()
    page.get_by_role("link", name="Thay đổi", exact=True).click()
    page.get_by_label("Cuối ngày", exact=True).fill("2026-11-03")
    page.get_by_role("button", name="So sánh hai ngày").click()
    page.get_by_label("Loại thay đổi").select_option("fixed")
    page.get_by_role("button", name="Lọc").click()
    assert page.locator("tbody tr").count() > 3
    page.get_by_role("link", name="TLS-LEGACY").first.click()
    page.get_by_role("button", name="Kiểm chứng").click()
    assert "Nguyên vẹn" in page.get_by_role("status").inner_text()
    page.get_by_role("link", name="Sổ", exact=True).click()
    page.get_by_role("link", name="Xuất gói kiểm toán").click()
    page.get_by_label("Mã đợt").fill(console.run)
    with page.expect_download() as started:
        page.get_by_role("button", name="Tạo và tải gói").click()
    assert started.value.suggested_filename == f"khien-{console.run}.zip"
    page.get_by_role("link", name="Nhật ký", exact=True).click()
    assert f"khien-{console.run}.zip" in page.locator("tbody").inner_text()


def test_an_inventory_is_sent_refused_mended_seen_and_stored(console: Console, opened: Open) -> None:
    page = opened("an-ninh").new_page()
    page.goto("/inventory")
    with page.expect_download() as started:
        page.get_by_role("link", name="Toàn bộ (YAML)").click()
    whole = started.value.path().read_text(encoding="utf-8")
    page.get_by_role("link", name="Nhập từ tệp").click()

    def sent(text: str) -> None:
        file: FilePayload = {"name": "inventory.yaml", "mimeType": "text/yaml", "buffer": text.encode()}
        page.get_by_label("Tệp").set_input_files(file)
        page.get_by_role("button", name="Kiểm tra và xem trước").click()

    sent(whole.replace("level: 3", "level: 7"))
    assert "có 1 lỗi" in page.get_by_role("alert").inner_text()
    assert faults(page) == []
    sent(whole.replace("level: 3", "level: 4"))
    changed = page.locator("article", has_text="Thay đổi: tài sản cong-so-mau").get_by_role("row", name="Cấp độ")
    assert changed.get_by_role("cell").all_inner_texts() == ["3", "4"]
    assert faults(page) == []
    page.get_by_label("Lý do").fill("Phê duyệt lại cấp độ")
    page.get_by_role("button", name="Lưu vào danh mục").click()
    assert page.get_by_role("status").inner_text() == "Đã lưu thay đổi danh mục."
    page.get_by_role("link", name="cong-so-mau").click()
    assert "Phê duyệt lại cấp độ" in page.get_by_role("main").inner_text()
    assert faults(page) == []


def test_what_a_server_said_is_text_and_nothing_else(console: Console, opened: Open) -> None:
    page = opened("nguoi-khac").new_page()
    asked: list[str] = []
    page.on("dialog", lambda dialog: asked.append(dialog.message))
    page.goto(f"/runs/{console.run}/findings/trang-khac/HDR-LEAKS")
    shown = page.get_by_role("main").inner_text()
    assert "<script>alert(1)</script>" in shown and "{{7*7}}" in shown and "[U+202E]" in shown
    assert page.locator("main script").count() == 0
    assert asked == []
