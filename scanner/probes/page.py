"""Facts of a page: what it loads from elsewhere, where its forms send to, which policies it states. Pure.

The page is read as it was sent; what scripts add and what style sheets load is not seen. Only facts leave: no text of
the page, and no query of a URL.
"""

import codecs
import re
from collections.abc import Mapping
from typing import Final, Literal, get_args
from urllib.parse import urljoin, urlsplit

from checks.headers.page import origin
from checks.model.canonical import dump
from checks.model.pages import Page, ReferrerWord, Resource, ResourceKind
from scanner.probes.body import Body
from scanner.probes.disclosures import listing
from scanner.probes.markup import Markup, Tag
from scanner.probes.redact import redact_header, redact_url
from scanner.probes.refresh import place_of_address
from scanner.probes.urls import MAX_LENGTH, Url

MOST_RESOURCES: Final = 200
"""Resources, and as many forms, that are kept of a page."""
MOST_POLICIES: Final = 20
EFFORT: Final = 200_000
"""Letters of references that are resolved, each reference counted as REFERENCE more: some tenths of a second."""
REFERENCE: Final = 100

HTML_TYPES: Final = frozenset({"text/html", "application/xhtml+xml"})
_LOOKS_LIKE_HTML: Final = re.compile(
    r"(?:\s+|<!--.{0,1000}?-->|<\?xml.{0,200}?\?>)*+<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_LOADED: Final[Mapping[str, tuple[tuple[str, ResourceKind, bool], ...]]] = {
    "audio": (("src", "media", True),),
    "body": (("background", "image", True),),
    "embed": (("src", "object", False),),
    "frame": (("src", "frame", False),),
    "iframe": (("src", "frame", False),),
    "img": (("src", "image", True),),
    "input": (("src", "image", True),),
    "object": (("data", "object", False),),
    "source": (("src", "media", True),),
    "track": (("src", "other", False),),
    "video": (("src", "media", True), ("poster", "image", True)),
}
"""Element to its attributes with an address, what is loaded from there, and whether browsers upgrade it."""
_WANTED: Final = frozenset({*_LOADED, "base", "button", "form", "link", "meta", "script"})
_OF_HEAD: Final = frozenset(
    {
        *("base", "basefont", "bgsound", "head", "html", "link", "meta", "noframes", "noscript", "script", "style"),
        *("template", "title"),
    }
)
_LINKS: Final[Mapping[str, ResourceKind]] = {
    "stylesheet": "style",
    "preload": "preload",
    "modulepreload": "preload",
    "manifest": "other",
    "icon": "image",
    "apple-touch-icon": "image",
}
"""Link types that load something (HTML section 4.6.7)."""
_REFERRERS: Final[Mapping[str, ReferrerWord]] = {
    **{each: each for each in get_args(ReferrerWord)},
    "never": "no-referrer",
    "default": "strict-origin-when-cross-origin",
    "always": "unsafe-url",
    "origin-when-crossorigin": "origin-when-cross-origin",
}
"""Words of a meta element, those of old pages included, and what they stand for (HTML section 4.2.5.1)."""
_SCRIPT_TYPE: Final = re.compile(
    r"(?:text|application)/(?:x-)?(?:java|ecma|j|live)script[0-9.]*|module|", re.IGNORECASE
)
"""Values of `type` with which a script is fetched (HTML section 4.12.1.1)."""
_INTEGRITY: Final = re.compile(r"(sha256|sha384|sha512)-[A-Za-z0-9+/_-]+={0,2}(?:\?\S*)?", re.IGNORECASE)
"""One hash of integrity metadata (Subresource Integrity section 3.5), with options."""
_HTTP: Final = re.compile(r"[\0-\x20]*h[\t\n\r]*t[\t\n\r]*t[\t\n\r]*p[\t\n\r]*:", re.IGNORECASE)
_IN_SRCSET: Final = re.compile(r"(?:^|[\s,])(http:[^\s,]+)", re.IGNORECASE)
_STRIPPED: Final = "".join(map(chr, range(0x21)))
_LINE_ENDS: Final = re.compile(r"[\t\n\r]")
_BEGINNING: Final = re.compile(r"(https?:)?(/*)(.*)", re.IGNORECASE | re.DOTALL)


def read_page(url: Url, media_type: str, body: Body, refresh: str = "") -> Page:
    """The page that came from a URL with a media type and the value of a Refresh header, "" for none."""
    text = _text(media_type, body.content)
    kind = media_type.partition(";")[0].strip().lower()
    is_html = kind in HTML_TYPES or (not kind and _LOOKS_LIKE_HTML.match(text[:4096]) is not None)
    reader = _Reader(url)
    reader.take_refresh(refresh)
    if not is_html:
        return Page(html=False, complete=body.complete, refresh=reader.refresh)
    markup = Markup(text, _WANTED)
    for tag in markup.tags():
        reader.take(tag)
    return reader.page(body.complete and not markup.exhausted, listing(text))


def _text(media_type: str, content: bytes) -> str:
    """Letters of the page. Only UTF-16 hides markup from a reader of ASCII; octets of other encodings may come out
    wrong, but tags and addresses do not."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    named = re.search(r"charset\s*=\s*[\"']?(utf-16(?:le|be)?)\b", media_type[:200], re.IGNORECASE)
    if named is not None:
        return content.decode("utf-16-be" if named[1].lower() == "utf-16be" else "utf-16-le", "replace")
    return content.removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace")


class _Reader:
    """Takes the tags of a page, in their order."""

    def __init__(self, url: Url) -> None:
        self._secure = url.scheme == "https"
        self._own = origin(str(url))
        self._base = str(url)
        self._has_base = False
        self._in_head = True
        self._templates = 0
        self._csp: list[str] = []
        self._referrer: ReferrerWord | None = None
        self._refreshes = False
        self.refresh: str | None = None
        """Where the page leads by itself."""
        self._resources: set[Resource] = set()
        self._forms: set[str] = set()
        self._effort = 0
        self._whole = True

    def take(self, tag: Tag) -> None:
        """The next tag. What is inside a template is loaded only when a script puts it into the page."""
        # Text ends the head too, even where it stands before it (HTML section 13.2.6.4.4).
        if tag.after_text and not self._templates:
            self._in_head = False
        if tag.name == "template":
            self._templates = max(0, self._templates + (-1 if tag.ends else 1))
        if not self._templates and (tag.name not in _OF_HEAD or (tag.ends and tag.name == "head")):
            self._in_head = False
        if tag.ends or self._templates or tag.name not in _WANTED:
            return
        if tag.name == "meta":
            self._take_meta(tag.attributes)
        elif tag.name == "base":
            self._take_base(tag.attributes)
        elif self._secure:  # everything that is loaded by a page in cleartext is as open as itself
            self._take_loaded(tag.name, tag.attributes)
            self._take_form(tag.name, tag.attributes)

    def take_refresh(self, value: str) -> None:
        """A Refresh header, or a meta element of that name: the first that browsers understand counts."""
        place = None if self._refreshes else place_of_address(value)
        if place is None:
            return
        begin, end = place
        url = absolute(self._base, value[begin:end]) if begin < end else self._base
        self._refreshes = url is not None
        if url is not None and begin < end and url.startswith(("http:", "https:")):
            self.refresh = redact_url(url)

    def page(self, complete: bool, listed: str | None) -> Page:
        """What was found."""
        return Page(
            html=True,
            complete=complete and self._whole,
            head=complete or not self._in_head,
            csp=tuple(self._csp),
            referrer=self._referrer,
            refresh=self.refresh,
            resources=tuple(sorted(self._resources, key=dump)),
            cleartext_forms=tuple(sorted(self._forms)),
            listing=listed,
        )

    def _take_base(self, attributes: Mapping[str, str]) -> None:
        """The first base element with an address counts (HTML section 4.2.3)."""
        if "href" in attributes and not self._has_base:
            self._has_base = True
            self._base = absolute(self._base, attributes["href"]) or self._base

    def _take_meta(self, attributes: Mapping[str, str]) -> None:
        """A Content Security Policy counts in the head only (HTML section 4.2.5.3); of referrer policies the last."""
        content, state = attributes.get("content", ""), attributes.get("http-equiv", "").strip().lower()
        if attributes.get("name", "").lower() == "referrer":
            self._referrer = _REFERRERS.get(content.lower(), self._referrer)
        if state == "refresh":
            self.take_refresh(content)
        elif state == "content-security-policy" and self._in_head:
            self._take_policy(content)

    def _take_policy(self, content: str) -> None:
        value = redact_header("content-security-policy", " ".join(content.split()))
        if value:
            self._whole &= len(self._csp) < MOST_POLICIES
            self._csp = [*self._csp, value][:MOST_POLICIES]

    def _take_loaded(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "script":
            if _SCRIPT_TYPE.fullmatch(attributes.get("type", "").strip()):
                self._take_code("script", attributes.get("src", ""), attributes)
        elif name == "link":
            kinds = [_LINKS[each] for each in attributes.get("rel", "").lower().split() if each in _LINKS]
            if "style" in kinds:
                self._take_code("style", attributes.get("href", ""), attributes)
            elif kinds:
                self._take_cleartext(kinds[0], attributes.get("href", ""), kinds[0] == "image")
        elif name != "input" or attributes.get("type", "").strip().lower() == "image":
            for attribute, kind, upgradeable in _LOADED.get(name, ()):
                self._take_cleartext(kind, attributes.get(attribute, ""), upgradeable)
            for each in _IN_SRCSET.findall(attributes.get("srcset", "")):
                self._take_cleartext("image", each, False)

    def _take_code(self, kind: Literal["script", "style"], reference: str, attributes: Mapping[str, str]) -> None:
        """A script or style of another origin, in cleartext or not."""
        url = self._resolved(reference) if reference.strip() else None
        if url is None or origin(url) in (None, self._own):
            return
        hashes = (_INTEGRITY.fullmatch(each) for each in attributes.get("integrity", "").split())
        crossorigin = attributes.get("crossorigin")
        module = kind == "script" and attributes.get("type", "").strip().lower() == "module"
        # A module is fetched with CORS in any case (HTML section 8.1.4.2).
        mode: Literal["anonymous", "use-credentials"] | None = (
            "anonymous" if module or crossorigin is not None else None
        )
        if crossorigin is not None and crossorigin.strip().lower() == "use-credentials":
            mode = "use-credentials"
        self._keep(Resource(kind, redact_url(url), tuple(sorted({each[1].lower() for each in hashes if each})), mode))

    def _take_cleartext(self, kind: ResourceKind, reference: str, upgradeable: bool) -> None:
        """Anything else, where it comes in cleartext."""
        url = self._in_cleartext(reference)
        if url is not None:
            self._keep(Resource(kind, url, upgradeable=upgradeable))

    def _keep(self, resource: Resource) -> None:
        if len(self._resources) < MOST_RESOURCES:
            self._resources.add(resource)
        elif resource not in self._resources:
            self._whole = False

    def _take_form(self, name: str, attributes: Mapping[str, str]) -> None:
        """A form, or a button that sends it elsewhere. A form of a dialog sends nothing."""
        attribute = "action" if name == "form" else "formaction" if name in ("button", "input") else ""
        url = self._in_cleartext(attributes.get(attribute, ""))
        if url is None or attributes.get("method", "").strip().lower() == "dialog":
            return
        if len(self._forms) < MOST_RESOURCES:
            self._forms.add(url)
        elif url not in self._forms:
            self._whole = False

    def _in_cleartext(self, reference: str) -> str | None:
        """The absolute http URL that a reference leads to, redacted; None for any other."""
        # Most references are relative, and need not be resolved to know that they stay in HTTPS.
        if not reference or (self._base.startswith("https:") and not _HTTP.match(reference)):
            return None
        url = self._resolved(reference)
        return redact_url(url) if url is not None and url.startswith("http:") else None

    def _resolved(self, reference: str) -> str | None:
        """Where a reference leads; None where it leads nowhere, or when there were too many."""
        self._effort += REFERENCE + len(reference)
        if self._effort > EFFORT:
            self._whole = False
            return None
        return absolute(self._base, reference)


def absolute(base: str, reference: str) -> str | None:
    """Where a reference in a page leads, in the way of browsers (WHATWG URL Standard): white space around it and line
    ends inside are dropped, and a backslash is a slash. None where it leads nowhere."""
    text = _LINE_ENDS.sub("", reference.strip(_STRIPPED))
    place = re.split(r"[?#]", text, maxsplit=1)[0]
    scheme, slashes, rest = _BEGINNING.findall(place.replace("\\", "/"))[0]
    scheme = scheme.lower()
    if len(slashes) > 1 or (scheme and not base.startswith(scheme)):
        begun = f"{scheme}//{rest}"
    else:
        begun = slashes + rest
    try:
        url = urljoin(base, begun + text[len(place) :])
        host = urlsplit(url).hostname
    except ValueError:
        return None
    return url if host and len(url) <= MAX_LENGTH else None
