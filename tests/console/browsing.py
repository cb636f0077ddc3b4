"""A page in Chromium, and what is wrong with it: axe-core, and what it cannot tell."""

from collections.abc import Callable
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, ViewportSize

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
DESK, TELEPHONE, PAPER = (ViewportSize(width=across, height=900) for across in (1280, 320, 718))
"""Windows by their width in pixels: 320 is also 1280 at four times the size (WCAG 1.4.10); A4 with its margins."""
RULES = 25
"""axe has at least so many rules that pass on any page; fewer would mean that it did not look."""

Open = Callable[..., BrowserContext]
"""Opens a window for a user of tests (nobody: not signed in), in a language."""

FRAME = """() => [
  document.querySelectorAll('h1').length === 1 || 'not one heading of the first level',
  document.querySelectorAll('main').length === 1 || 'not one main part',
  /^\\S.* · Khiên$/.test(document.title) || 'a title that says nothing: ' + document.title,
].filter(each => each !== true)"""
WIDER = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
UNSEEN_FOCUS = """() => {
  const those = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]';
  return [...document.querySelectorAll(those)].filter(each => each.checkVisibility()).filter(each => {
    each.focus();
    const style = getComputedStyle(each);
    return document.activeElement !== each || style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2;
  }).map(each => each.outerHTML.slice(0, 200));
}"""
"""What can be focused and does not show it: once a key was pressed, what a script focuses shows it too."""
NOT_ON_PAPER = """() => [
  ...[...document.querySelectorAll('nav, form, .skip, footer')].filter(each => each.checkVisibility()),
  ...[...document.querySelectorAll('main :not(.unseen)')].filter(each => each.checkVisibility() && each.clientWidth
      && each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).overflowX !== 'visible'),
].map(each => each.outerHTML.slice(0, 200))"""
"""What leads elsewhere, and what is cut off at the edge of the paper."""


def listened(page: Page) -> list[str]:
    """What the browser will say that goes wrong on a page: what its policy refused, and any other error."""
    said: list[str] = []

    def listen(told: ConsoleMessage) -> None:
        of_others = "Permissions-Policy header: Unrecognized feature" in told.text  # that only other browsers have
        if told.type == "error" and not of_others and not told.location["url"].endswith("/favicon.ico"):
            said.append(told.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def faults(page: Page) -> list[tuple[str, Any]]:
    """What axe finds against WCAG 2.2 and good practice, and whether the page is wider than its window."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response
    assert len(found["passes"]) >= RULES, "axe has not looked"
    told = [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]]
    return [*told, *([("wider than its window", page.url)] if page.evaluate(WIDER) else [])]


def every_fault(page: Page, judged: ViewportSize) -> list[object]:
    """What is wrong with a page that has just been opened: at both widths, under the keyboard, and on paper; by axe,
    which takes longest, at one of the widths."""
    page.evaluate("[...document.querySelectorAll('details')].slice(0, 5).forEach(each => { each.open = true })")
    found: list[object] = [*page.evaluate(FRAME)]
    for window in (DESK, TELEPHONE):
        page.set_viewport_size(window)
        if window == judged:
            found += faults(page)
        elif page.evaluate(WIDER):
            found.append(f"wider than its window of {window['width']} pixels")
    page.keyboard.press("Tab")
    found += [("focus is not seen", each) for each in page.evaluate(UNSEEN_FOCUS)]
    page.emulate_media(media="print")
    page.set_viewport_size(PAPER)
    found += [("not for paper", each) for each in page.evaluate(NOT_ON_PAPER)]
    if page.evaluate(WIDER):
        found.append("wider than a sheet of paper")
    page.emulate_media(media="screen")
    page.set_viewport_size(DESK)
    return found
