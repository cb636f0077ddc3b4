"""What the engine and sslyze see of the lab, side by side, as docs/agreement.md tells it.

python -m tests.lab.agreement > docs/agreement.md
"""

import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path

from checks.model.evidence import PROTOCOLS, Protocol, TlsObservation
from checks.model.target import TlsTarget
from scanner.probes.interface import Limits
from scanner.probes.tls.probe import TlsProbe
from tests.lab.catalogue import CONFIGURATIONS
from tests.lab.configuration import Configuration, Endpoint, Software
from tests.lab.differences import DIFFERENCES, Case, prove
from tests.lab.oracle import Oracle, Truth
from tests.lab.start import start_all
from tests.scope import loopback_context

DOCUMENT = Path(__file__).parents[2] / "docs" / "agreement.md"

SHORT: Mapping[Protocol, str] = {
    "ssl2": "SSL 2.0",
    "ssl3": "SSL 3.0",
    "tls1_0": "1.0",
    "tls1_1": "1.1",
    "tls1_2": "1.2",
    "tls1_3": "1.3",
}
NAMES: Mapping[Software, str] = {
    "nginx": "nginx",
    "apache": "Apache httpd",
    "openssl": "openssl s_server",
    "gnutls": "GnuTLS",
    "python": "Python's ssl",
    "pyopenssl": "pyOpenSSL",
    "node": "Node.js",
    "legacy": "OpenSSL 1.0.2e",
}
NONE = "–"

HEAD = """\
# Agreement with sslyze

What the TLS probe sees of {servers} servers of the test lab (`tests/lab/catalogue.py`), against what sslyze sees when
it is asked about every suite, every group and the order of suites, one connection for each question. Both look at the
same running servers:
{software}.

- **Nothing that sslyze sees is missing**: every version, suite, group and order that it finds is in the evidence of the
  probe, on every server.
- On {same} servers both see the same. On the other {more} the probe sees more; each such difference is of one of the
  kinds below, each has its reason, and each is proven on the wire.

`tests/lab/test_agreement.py` holds this true: it starts every server, asks both, proves every difference with
connections of its own (`tests/lab/differences.py`; the bytes are read by `tests/lab/wire.py`, which shares nothing with
the engine), and fails where sslyze sees anything else, where a difference is of no kind or cannot be proven, or where
the kinds of a server are not those in this table. sslyze's own hellos are caught before they leave and sent byte for
byte where the proof needs them. The same tests hold the leaf certificates to those that `openssl s_client` and nassl
are given, features and vulnerabilities to what was configured (`tests/lab/known.py`), and looks with 1 and 5 at once to
the same bytes of evidence. The numbers depend on the versions of the servers; they were written by
`python -m tests.lab.agreement` with {versions}.
"""


def look_at(probe: TlsProbe, endpoint: Endpoint) -> TlsObservation:
    """A complete look at one endpoint."""
    [found] = probe.look([TlsTarget(endpoint.address, endpoint.port, endpoint.server_name)])
    assert isinstance(found.observation, TlsObservation), found.observation
    return found.observation


def kinds_of(case: Case) -> Counter[str]:
    """How many differences of each kind there are, each of them proven. Raises Unproven."""
    return Counter(prove(case, extra)[0].kind for extra in case.extras())


def documented(text: str) -> dict[str, frozenset[str]]:
    """The kinds of differences of each server, by identifier, as the document has them."""
    found = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 6 and cells[0].startswith("`"):
            kinds = frozenset(each.split("`")[1] for each in cells[5].split(",") if "`" in each)
            found[cells[0].strip("`")] = kinds
    return found


def kinds_text() -> str:
    """The table of kinds."""
    rows = [f"| `{each.kind}` | {each.reason} | {each.shown} |" for each in DIFFERENCES]
    return "\n".join(("| kind | why sslyze does not see it | proof |", "|---|---|---|", *rows))


def row(configuration: Configuration, seen: TlsObservation, kinds: Counter[str]) -> str:
    """One server's line."""
    spoken = [each for each in PROTOCOLS if seen.protocols[each]]
    suites = ", ".join(f"{len(seen.cipher_suites[each])} in {SHORT[each]}" for each in spoken)
    cells = (
        f"`{configuration.id}`",
        ", ".join(SHORT[each] for each in spoken),
        suites,
        str(len(seen.groups.supported or ())),
        _order(seen),
        ", ".join(f"`{kind}` × {number}" for kind, number in sorted(kinds.items())) or NONE,
    )
    return f"| {' | '.join(cells)} |"


def _order(seen: TlsObservation) -> str:
    """Whose order counts."""
    found = {each: "server's" if own else "client's" for each, own in seen.server_preference.items()}
    if len(set(found.values())) < 2:
        return next(iter(found.values()), NONE)
    return ", ".join(f"{SHORT[each]}: {whose}" for each, whose in found.items())


def seen_by_both(probe: TlsProbe, endpoint: Endpoint, truth: Truth) -> Case:
    """A server that sslyze is done with: s_server, for one, speaks to one client at a time."""
    return Case(endpoint, look_at(probe, endpoint), truth)


def document(cases: Mapping[str, Case]) -> str:
    """The whole of it. Raises Unproven, and AssertionError where the engine lacks something."""
    kinds = {}
    for name, case in cases.items():
        assert case.lacks() == (), name
        kinds[name] = kinds_of(case)
    rows = [row(each, cases[each.id].seen, kinds[each.id]) for each in CONFIGURATIONS]
    count = Counter(NAMES[each.software] for each in CONFIGURATIONS)
    head = HEAD.format(
        servers=len(rows),
        software=", ".join(f"{number} × {software}" for software, number in count.items()),
        same=sum(not each for each in kinds.values()),
        more=sum(bool(each) for each in kinds.values()),
        versions=", ".join(_versions()),
    )
    columns = "| server | versions | suites | groups | order | differences |\n|---|---|---|---|---|---|"
    return "\n".join((head, "## Kinds of differences", "", kinds_text(), "", "## Servers", "", columns, *rows, ""))


def _versions() -> Iterable[str]:
    said = subprocess.run(["openssl", "version"], capture_output=True, check=True, text=True).stdout.split()
    return (" ".join(said[:2]), f"sslyze {version('sslyze')}", f"nassl {version('nassl')}")


def main() -> None:
    """Look at every server, and write the document to standard output."""
    probe = TlsProbe(loopback_context(limits=Limits()))
    with tempfile.TemporaryDirectory() as name, start_all(CONFIGURATIONS, Path(name)) as lab:
        with Oracle(Path(name)) as oracle:
            asked = {each: oracle.ask(endpoint) for each, endpoint in lab.items()}
            cases = {each: seen_by_both(probe, lab[each], truth.result()) for each, truth in asked.items()}
        sys.stdout.write(document(cases))
    probe.close()


if __name__ == "__main__":
    main()
