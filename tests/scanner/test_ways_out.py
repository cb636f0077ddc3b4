"""The ways out of the scanner are few and known: whoever adds one has to add it here, and to ask for turns and scope.

So nothing fetches what a certificate, a header or a page names: there is no code that could.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import checks

ROOT = Path(checks.__file__).resolve().parent.parent
LOOKING = (
    "checks",
    "policies",
    "scanner/probes",
    "scanner/engine",
    "scanner/inventory",
    "scanner/run.py",
    "scanner/plan.py",
)
"""Everything that has to do with a server that is looked at."""
WAYS_OUT = frozenset(
    {
        *(
            "socket",
            "asyncio",
            "subprocess",
            "multiprocessing",
            "http",
            "urllib.request",
            "ftplib",
            "smtplib",
            "poplib",
        ),
        *("imaplib", "socketserver", "xmlrpc", "dns.query", "dns.resolver", "dns.asyncquery", "requests", "httpx"),
        *("urllib3", "aiohttp", "nmap", "sslyze", "nassl", "django"),
    }
)
"""Modules with which something can leave this process."""
KNOWN = {
    "scanner/probes/dns.py": {"socket"},  # getaddrinfo, of names of the inventory
    "scanner/probes/resolver.py": {"dns.query", "dns.resolver"},  # to resolvers
    "scanner/probes/streams.py": {"socket"},  # to the address that a walk has checked
    "scanner/probes/ports.py": {"nmap", "socket", "subprocess"},  # nmap, to the addresses of its targets
    "scanner/probes/nmap_process.py": {"nmap", "subprocess"},
    "scanner/probes/tls/link.py": {"socket"},
    "scanner/probes/tls/loop.py": {"socket"},  # to the address of a target
    "scanner/probes/tls/vulnerabilities/pool.py": {"subprocess"},
    "scanner/probes/tls/vulnerabilities/wire.py": {"socket", "sslyze"},  # the same, from the worker
    "scanner/probes/tls/vulnerabilities/endpoint.py": {"nassl", "sslyze"},  # which open nothing by themselves
    "scanner/probes/tls/vulnerabilities/sslyze_checks.py": {"nassl", "sslyze"},
}


def imported(tree: ast.AST) -> Iterator[str]:
    """The full names of everything that a module imports, wherever it does."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.module
            yield from (f"{node.module}.{each.name}" for each in node.names)


def ways_out(path: Path) -> set[str]:
    """Which of WAYS_OUT a module has."""
    names = list(imported(ast.parse(path.read_text(encoding="utf-8"))))
    return {way for way in WAYS_OUT if any(name == way or name.startswith(f"{way}.") for name in names)}


def test_nothing_leaves_the_scanner_but_by_the_ways_that_are_known() -> None:
    files = [
        each for place in LOOKING for each in (*(ROOT / place).rglob("*.py"), ROOT / place) if each.suffix == ".py"
    ]
    assert len(files) > 150
    found = {str(each.relative_to(ROOT)): ways_out(each) for each in files}
    assert {path: ways for path, ways in found.items() if ways} == KNOWN
