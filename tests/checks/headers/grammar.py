"""Values of header fields made from the grammar of their RFCs, each with what a reader must make of it.

The expectation is built together with the text, piece by piece, and never by taking the text apart again.
"""

import string
from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import strategies as st

from checks.headers.fields import Token

TCHAR = "!#$%&'*+-.^_`|~" + string.ascii_letters + string.digits
"""RFC 9110 section 5.6.2."""
TOKENS = st.text(TCHAR, min_size=1, max_size=8)
SPACE = st.text(" \t", max_size=2)
"""OWS (RFC 9110 section 5.6.3)."""


def cases(word: str) -> st.SearchStrategy[str]:
    """A word in any mixture of upper and lower case."""
    return st.tuples(*(st.sampled_from((each.lower(), each.upper())) for each in word)).map("".join)


def joined(pieces: list[str], separator: str, draw: Callable[..., Any]) -> str:
    """Pieces with a separator between them, and optional white space around each."""
    rest = (f"{draw(SPACE)}{separator}{draw(SPACE)}{each}" for each in pieces[1:])
    return "".join([draw(SPACE), *pieces[:1], *rest, draw(SPACE)])


@st.composite
def quoted(draw: st.DrawFn, text: str) -> str:
    """A quoted-string for a text (RFC 9110 section 5.6.4): any character may be escaped, two must be."""
    return '"' + "".join(f"\\{each}" if each in '"\\' or draw(st.booleans()) else each for each in text) + '"'


@st.composite
def hsts_fields(draw: st.DrawFn) -> tuple[str, dict[str, str | None]]:
    """RFC 6797 section 6.1: max-age, includeSubDomains without a value, extensions, empty directives."""
    age = draw(st.text(string.digits, min_size=1, max_size=12))
    known: dict[str, str | None] = {"max-age": age}
    if draw(st.booleans()):
        known["includesubdomains"] = None
    names = st.lists(TOKENS.map(str.lower).filter(lambda name: name not in known), max_size=3, unique=True)
    inner = st.text(string.printable.rstrip(string.whitespace) + " é", max_size=8)
    for name in draw(names):
        known[name] = None if name == "includesubdomains" else draw(st.none() | TOKENS | inner)
    pieces = []
    for name, value in draw(st.permutations(list(known.items()))):
        piece = draw(cases(name))
        if value is not None:
            plain = bool(value) and set(value) <= set(TCHAR) and draw(st.booleans())
            piece += f"{draw(SPACE)}={draw(SPACE)}{value if plain else draw(quoted(value))}"
        pieces += [piece, *draw(st.lists(st.just(""), max_size=1))]
    return joined([*draw(st.lists(st.just(""), max_size=1)), *pieces], ";", draw), known


COOKIE_OCTETS = "".join(chr(each) for each in range(0x21, 0x7F) if chr(each) not in '",;\\')
ATTRIBUTE_OCTETS = "".join(chr(each) for each in range(0x20, 0x7F) if chr(each) != ";")


@st.composite
def cookie_fields(draw: st.DrawFn) -> tuple[str, str, dict[str, str]]:
    """RFC 6265bis section 4.1.1: a field, its cookie's name, and its attributes."""
    name, value = draw(TOKENS), draw(st.text(COOKIE_OCTETS, max_size=8))
    if draw(st.booleans()):
        value = f'"{value}"'
    attributes: dict[str, str] = {}
    pieces = [f"{name}={value}"]
    for _ in range(draw(st.integers(0, 5))):
        kind = draw(
            st.sampled_from(["Secure", "HttpOnly", "SameSite", "Path", "Domain", "Max-Age", "Partitioned", "x"])
        )
        given = draw(st.none() | st.text(ATTRIBUTE_OCTETS, max_size=8))
        if kind == "SameSite":
            given = draw(st.sampled_from(["Strict", "Lax", "None"]).flatmap(cases))
        pieces.append(draw(cases(kind)) + ("" if given is None else f"={given}"))
        attributes[kind.lower()] = (given or "").strip(" ")
    return draw(st.sampled_from(["; ", ";", " ;\t"])).join(pieces), name, attributes


DIRECTIVE_NAMES = st.sampled_from(["default-src", "script-src", "object-src", "base-uri", "sandbox"]) | st.text(
    string.ascii_lowercase + string.digits + "-", min_size=1, max_size=6
)
SOURCES = st.sampled_from(
    ["'self'", "'none'", "https:", "*.so-mau.example", "'unsafe-inline'", "'nonce-YQ=='"]
) | st.text("".join(chr(each) for each in range(0x21, 0x7F) if chr(each) not in ",;"), min_size=1, max_size=6)
CSP_SPACE = st.text(" \t\n\f\r", min_size=1, max_size=2)


@st.composite
def csp_policies(draw: st.DrawFn) -> tuple[str, dict[str, tuple[str, ...]]]:
    """A serialized policy (CSP3 section 2.2.1) and its directives; of two of one name, the first."""
    directives: dict[str, tuple[str, ...]] = {}
    pieces = []
    for name, sources in draw(st.lists(st.tuples(DIRECTIVE_NAMES, st.lists(SOURCES, max_size=3)), max_size=5)):
        directives.setdefault(name, tuple(sources))
        pieces.append(draw(cases(name)) + "".join(draw(CSP_SPACE) + each for each in sources))
        pieces += draw(st.lists(st.just(""), max_size=1))
    return joined(pieces, ";", draw), directives


def sf_keys() -> st.SearchStrategy[str]:
    """Keys of RFC 9651 section 3.1.2."""
    first = st.sampled_from(string.ascii_lowercase + "*")
    return st.builds(str.__add__, first, st.text(string.ascii_lowercase + string.digits + "_-.*", max_size=5))


@st.composite
def sf_items(draw: st.DrawFn) -> tuple[str, Any]:
    """A bare item (section 3.3) and its value."""
    match draw(st.sampled_from(["token", "string", "integer", "boolean", "octets"])):
        case "token":
            word = draw(st.sampled_from(string.ascii_letters + "*")) + draw(st.text(TCHAR + ":/", max_size=6))
            return word, Token(word)
        case "string":
            text = draw(st.text("".join(map(chr, range(0x20, 0x7F))), max_size=8))
            return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"', text
        case "integer":
            number = draw(st.integers(-(10**15) + 1, 10**15 - 1))
            return str(number), number
        case "boolean":
            truth = draw(st.booleans())
            return f"?{int(truth)}", truth
        case _:
            return ":AQID:", b"\x01\x02\x03"


@st.composite
def sf_parameters(draw: st.DrawFn) -> str:
    """Parameters (section 3.1.2), which our readers leave aside."""
    pairs = draw(st.lists(st.tuples(sf_keys(), st.none() | sf_items()), max_size=2))
    return "".join(f";{draw(st.sampled_from(['', ' ']))}{key}" + (f"={item[0]}" if item else "") for key, item in pairs)


@st.composite
def sf_dictionaries(draw: st.DrawFn) -> tuple[list[str], Mapping[str, tuple[Any, ...]]]:
    """The fields of a dictionary (section 3.2), and its members; of two of one key, the last."""
    members: dict[str, tuple[Any, ...]] = {}
    texts = []
    for key in draw(st.lists(sf_keys(), min_size=1, max_size=4)):
        match draw(st.sampled_from(["bare", "item", "list"])):
            case "bare":
                text, value = "", (True,)
            case "item":
                item = draw(sf_items())
                text, value = f"={item[0]}", (item[1],)
            case _:
                items = draw(st.lists(sf_items(), max_size=3))
                inner = " ".join(item[0] + draw(sf_parameters()) for item in items)
                text, value = f"=({draw(st.sampled_from(['', ' ']))}{inner} )", tuple(item[1] for item in items)
        texts.append(key + text + draw(sf_parameters()))
        members[key] = value
    fields: list[list[str]] = [[]]
    for text in texts:
        if draw(st.booleans()) and fields[-1]:
            fields.append([])
        fields[-1].append(text)
    return [joined(each, ",", draw).strip(" \t") for each in fields], members
