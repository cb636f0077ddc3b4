"""The console in real Chromium: each role's ways, every page in both languages and two widths, judged by axe-core."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from checks.model.text import Language
from tests.console.conftest import Console
from tests.console.estate import PASSWORD

CHROMIUM = "/usr/bin/chromium"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""It runs as root on a machine of tests, and asks nobody for anything."""
WIDTHS = {"desk": (1280, 900), "telephone": (360, 740)}
PATHS = {
    "security": (
        "/",
        "/agencies?q=mau",
        "/agencies/so-mau",
        "/runs/RUN/findings/cong-so-mau/TLS-LEGACY",
        "/runs/RUN/findings/trang-khac/HDR-LEAKS",
        "/runs",
        "/runs/RUN",
        "/requests",
        "/matters",
        "/deadlines",
        "/reports",
        "/account",
        "/account/password",
        "/account/second-factor",
        "/account/tokens",
        "/nowhere",
    ),
    "agency": ("/agencies/so-mau", "/runs/RUN/findings/cong-so-mau/CERT-TRUST", "/runs", "/runs/RUN", "/reports"),
}
RULES = 25
"""axe has at least so many rules that pass on any page; fewer would mean that it did not look."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for all tests."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


Open = Callable[..., BrowserContext]


@pytest.fixture
def opened(chromium: Browser, console: Console) -> Iterator[Open]:
    """Opens windows of their own, signed in or not; they are closed afterwards."""
    contexts: list[BrowserContext] = []

    def made(name: str = "", language: Language = "vi", width: str = "desk") -> BrowserContext:
        across, down = WIDTHS[width]
        context = chromium.new_context(
            viewport={"width": across, "height": down}, base_url=f"http://127.0.0.1:{console.port}"
        )
        contexts.append(context)
        cookies = {**console.visitor(name).cookies, "__Host-khien-language": language} if name else {}
        context.add_cookies(
            [
                {"name": key, "value": value, "url": "https://127.0.0.1/", "secure": True}
                for key, value in cookies.items()
            ]
        )
        return context

    yield made
    for context in contexts:
        context.close()


def sign_in(page: Page, name: str) -> None:
    """As a person does it."""
    page.goto("/")
    page.get_by_label("Tên đăng nhập").fill(name)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Đăng nhập").click()


def faults(page: Page) -> list[tuple[str, Any]]:
    """What axe finds against WCAG 2.2 and good practice, and whether the page is wider than its window."""
    found = Axe().run(page).response
    assert len(found["passes"]) >= RULES, "axe has not looked"
    told = [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]]
    wider = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return [*told, *([("wider than its window", page.url)] if wider else [])]


@pytest.mark.parametrize(("language", "width"), [("vi", "telephone"), ("en", "desk")])
@pytest.mark.parametrize(("role", "name"), [("security", "an-ninh"), ("agency", "van-thu")])
def test_every_page_is_accessible(
    console: Console, opened: Open, role: str, name: str, language: Language, width: str
) -> None:
    page = opened(name, language, width).new_page()
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if "Content Security Policy" in said.text else None)
    for path in PATHS[role]:
        asked = page.goto(path.replace("RUN", console.run))
        assert asked is not None and asked.status == (404 if path == "/nowhere" else 200), path
        assert page.locator("html").get_attribute("lang") == language
        page.evaluate("[...document.querySelectorAll('details')].slice(0, 5).forEach(each => { each.open = true })")
        assert faults(page) == [], path
    assert refused == []


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


def test_an_auditor_looks_at_an_earlier_run_and_finds_nothing_to_change(console: Console, opened: Open) -> None:
    page = opened("kiem-toan", "en").new_page()
    page.goto("/runs")
    page.get_by_role("link", name=console.made["runs"][0]).click()
    page.get_by_role("link", name="Sample Commune").click()
    assert "This is not the latest run." in page.get_by_role("main").inner_text()
    forms = page.evaluate("[...document.querySelectorAll('main form')].map(each => each.method)")
    assert set(forms) == {"get"}


def test_what_a_server_said_is_text_and_nothing_else(console: Console, opened: Open) -> None:
    page = opened("nguoi-khac").new_page()
    asked: list[str] = []
    page.on("dialog", lambda dialog: asked.append(dialog.message))
    page.goto(f"/runs/{console.run}/findings/trang-khac/HDR-LEAKS")
    shown = page.get_by_role("main").inner_text()
    assert "<script>alert(1)</script>" in shown and "{{7*7}}" in shown and "[U+202E]" in shown
    assert page.locator("main script").count() == 0
    assert asked == []
