"""Known patterns in pages that a server or a framework makes by itself: lists of directories, errors that say too much.

Pure. Only which pattern was found leaves, never what stood there. A pattern is tried where its first letters stand,
at a bounded number of places, so that any page costs some milliseconds at the most.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

LISTING_LENGTH: Final = 16_000
"""Characters of a page in which a list begins, if it is one."""
MOST_PLACES: Final = 500
"""Places at which one pattern is tried."""

_TITLE: Final = re.compile("<title>", re.IGNORECASE)
_LISTINGS: Final = {
    "tomcat": r"<title>Directory Listing For \[",
    "python": r"<title>Directory listing for /",
    "nginx": (
        r"<title>Index of /[^<]{0,1000}</title></head>\s{0,10}<body[^>]{0,200}>\s{0,10}"
        r"<h1>Index of /[^<]{0,1000}</h1><hr><pre>"
    ),
    "apache": (
        r"<title>Index of /[^<]{0,1000}</title>.{0,4000}?"
        r"(?:<a href=\"\?C=[NMSD](?:;|&amp;|&)O=[AD]\"|>Parent Directory<)"
    ),
    "iis": (
        r"<title>([^<]{1,200}) - (/[^<]{0,1000})</title></head>\s{0,10}<body>\s{0,10}"
        r"<h1>\1 - \2</h1><hr>\s{0,10}<pre>"
    ),
    "other": r"<title>(Index of|Directory:) (/[^<]{0,1000})</title>.{0,4000}?<h1[^>]{0,200}>\s{0,10}\1 \2",
}

_DISCLOSURES: Final[dict[str, dict[str, str]]] = {
    "version.apache": {"Apache/": r"\d"},
    "version.aspnet": {"ASP.NET Version:": r"\s{0,10}\d"},
    "version.glassfish": {"GlassFish": r"[^<\n]{0,60}? \d+\.\d"},
    "version.iis": {"Microsoft-IIS/": r"\d", "IIS ": r"\d+\.\d Detailed Error"},
    "version.jboss": {"JBoss": r"[A-Za-z -]{0,20}/?\d", "WildFly": r"[A-Za-z -]{0,20}/?\d"},
    "version.jetty": {"Jetty": r"(?:://|\(|/| )\d+\.\d"},
    "version.lighttpd": {"lighttpd/": r"\d"},
    "version.nginx": {"nginx/": r"\d", "openresty/": r"\d", "tengine/": r"\d"},
    "version.openssl": {"OpenSSL/": r"\d"},
    "version.php": {"PHP/": r"\d"},
    "version.tomcat": {"Apache Tomcat/": r"\d"},
    "version.weblogic": {"WebLogic Server ": r"\d"},
    "stack_trace.dotnet": {
        "<b>Stack Trace:</b>": "",
        ".cs:line ": r"\d",
        "System.": r"[\w.]{0,100}Exception(?:: |\])",
    },
    "stack_trace.java": {
        ".java:": r"\d{1,6}\)",
        "(Native Method)": "",
        "(Unknown Source)": "",
        "java.lang.": r"\w{0,100}(?:Exception|Error)\b",
    },
    "stack_trace.node": {".js:": r"\d{1,6}:\d{1,6}\)?\s", "(node:internal/": ""},
    "stack_trace.php": {
        **{f"<b>{each}</b>:": "" for each in ("Fatal error", "Parse error", "Warning", "Notice", "Deprecated")},
        "Stack trace:": r"\s{0,10}#0 ",
        "PHP Fatal error:": "",
        "PHP Parse error:": "",
    },
    "stack_trace.python": {"Traceback (most recent call last)": ""},
    "stack_trace.ruby": {".rb:": r"\d{1,6}:in [`']"},
    "debug_page.aspnet": {"&lt;customErrors mode=": ""},
    "debug_page.django": {"because you have <code>DEBUG = True": ""},
    "debug_page.laravel": {"window.ignite(": "", "Facade\\Ignition": ""},
    "debug_page.rails": {"Rails.root: ": ""},
    "debug_page.symfony": {"Symfony\\Component\\": ""},
    "debug_page.werkzeug": {"Werkzeug Debugger": ""},
    "database.mssql": {
        "Unclosed quotation mark after the character string": "",
        "Microsoft OLE DB Provider for SQL Server": "",
        "SqlClient.SqlException": "",
    },
    "database.mysql": {
        "You have an error in your SQL syntax": "",
        "mysql_": r"\w{1,30}\(\)",
        "mysqli_": r"\w{1,30}\(\)",
        "SQLSTATE[": "",
    },
    "database.oracle": {"ORA-": r"\d{5}:"},
    "database.postgresql": {"pg_query()": "", "pg_connect()": "", "PSQLException": "", "psycopg2.": r"\w{0,40}Error\b"},
    "database.sqlite": {"sqlite3.": r"\w{0,40}Error\b", "SQLite3::": r"\w{0,40}Exception\b"},
    "path.unix": {
        folder: r"[\w./+-]{2,200}\.(?:php|py|rb|js|java|jsp|pl|cgi|conf)\b"
        for folder in ("/var/www/", "/var/lib/", "/usr/local/", "/usr/share/", "/usr/lib/", "/srv/", "/opt/", "/home/")
    },
    "path.windows": {":\\": r"(?:[\w .$()-]{1,100}\\){1,20}[\w.$-]"},
}
"""Name to what a pattern begins with and how it goes on."""

_BEFORE: Final = {
    # A path in the text, not one in an attribute, which is an address of the site.
    "path.unix": r"(?:(?<=[\s>])|(?<=File \"))",
    "path.windows": r"(?<=[A-Za-z])(?<![A-Za-z][A-Za-z])",
    **{name: "" for name in _DISCLOSURES if name.startswith(("stack_trace", "database"))},
}
"""What stands before it; otherwise anything but a letter."""
_compiled: Final = cache(re.compile)
"""A pattern, compiled when a page asks for it: all of them at once would delay every command."""


def listing(text: str) -> str | None:
    """Whose list of a directory's files a page is, if it is one: the title and the heading that servers give it."""
    head = text[:LISTING_LENGTH]
    title = _TITLE.search(head)
    if title is None:
        return None
    flags = re.IGNORECASE | re.DOTALL
    return next((name for name, each in _LISTINGS.items() if _compiled(each, flags).match(head, title.start())), None)


def disclosures(text: str) -> tuple[str, ...]:
    """Names of the known patterns in an error page, sorted."""
    found: set[str] = set()
    for name, needles in _DISCLOSURES.items():
        before = _BEFORE.get(name, r"(?<!\w)")
        for needle, rest in needles.items():
            pattern = before + re.escape(needle) + rest
            if name not in found and any(_compiled(pattern).match(text, place) for place in _places(text, needle)):
                found.add(name)
    return tuple(sorted(found))


def _places(text: str, needle: str) -> Iterator[int]:
    place = text.find(needle)
    for _ in range(MOST_PLACES):
        if place < 0:
            return
        yield place
        place = text.find(needle, place + 1)
