"""Web servers, a resolver and a bystander in a namespace: everything that a server can do to send a scanner elsewhere.

The bystander's addresses are in the networks that the authorisation names, and in no asset: only that the inventory
does not name them protects them.
"""

import socket
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import dns.message
import dns.rdatatype
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import AuthorityInformationAccessOID

from tests import certificates
from tests.cli.command import ALWAYS
from tests.network.namespaces import SCANNER_LINK, Namespace, scanner_and_servers
from tests.servers.dns import NameServer, reply
from tests.servers.tcp import TcpServer, reset

MAIN: Final = ("198.18.77.10", "2001:db8:77:1::10")
WEAK: Final = "198.18.77.11"
HESITANT: Final = "198.18.77.12"
RESOLVER: Final = "198.18.0.53"
BYSTANDER: Final = ("198.18.77.66", "2001:db8:77:1::66")
OUTSIDER: Final = "nguoi-ngoai.example"
"""The bystander's name."""
SSH: Final = 22

REDIRECTS: Final = (
    f"http://{BYSTANDER[0]}/",
    f"//{OUTSIDER}/",
    f"https://[{BYSTANDER[1]}]/",
    "https://[::ffff:198.18.77.66]/",
    "http://[64:ff9b::198.18.77.66]/",
    "http://3323088194/",
    "https://bi-danh.so-mau.example/",
)
"""To the bystander: by address in several forms (RFC 4291 section 2.5.5.2, RFC 6052), by its name, and by a name of
the inventory that is an alias of it."""

CONTACT: Final = "attt@tinh-mau.example"
PKI: Final = f"http://{BYSTANDER[0]}/pki"
ELSEWHERE: Final = f"""
add_header Alt-Svc 'h2="{BYSTANDER[0]}:443"; ma=86400, h3="{OUTSIDER}:443"' always;
add_header Link '<https://{BYSTANDER[0]}/a.css>; rel=preload' always;
add_header Report-To '{{"max_age":1,"endpoints":[{{"url":"https://{BYSTANDER[0]}/r"}}]}}' always;
add_header Content-Security-Policy "report-uri https://{BYSTANDER[0]}/c" always;
add_header Refresh '0; url=http://{BYSTANDER[0]}/' always;
"""
PAGE: Final = (
    f'<!doctype html><html><head><base href="http://{BYSTANDER[0]}/"><link rel=stylesheet href="//{OUTSIDER}/b.css">'
    f'<meta http-equiv=refresh content="0; url=http://{BYSTANDER[0]}/">'
    f'<script src="http://{BYSTANDER[0]}/c.js"></script></head>'
    f'<body><iframe src="https://{BYSTANDER[0]}/"></iframe><form action="http://{BYSTANDER[0]}/"></form></body></html>'
)


@dataclass
class Estate:
    """What runs."""

    scanner: Namespace
    folder: Path
    resolver: NameServer
    given: dict[str, int]
    """How often an address of the bystander was given for a name of the inventory."""

    def command(self, *words: object) -> list[str]:
        """A command in the scanner's namespace, which asks the estate's resolver."""
        return self.scanner.command(*words, resolver=self.folder / "resolv.conf")

    link = SCANNER_LINK


class Ssh(TcpServer):
    """A port that nobody expected, whose service says what it is."""

    def serve(self, sock: socket.socket) -> None:
        sock.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")


class Hesitant(TcpServer):
    """HTTP; the first request that it gets is cut off."""

    def serve(self, sock: socket.socket) -> None:
        sock.settimeout(10)
        if not sock.recv(4096):
            return
        if self.began:
            sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        else:
            self.began = True
            reset(sock)

    began = False


@contextmanager
def running_estate(folder: Path) -> Iterator[Estate]:
    """The servers, and a configuration for the scanner in `folder`."""
    with ExitStack() as stack:
        addresses = (*MAIN, WEAK, HESITANT, RESOLVER, *BYSTANDER)
        scanner, servers = stack.enter_context(scanner_and_servers(addresses))
        asked: dict[str, int] = {}
        given: dict[str, int] = {}
        handler = resolving(asked, given)
        resolver = stack.enter_context(servers.run(lambda: NameServer(handler, RESOLVER, 53)))
        for address in (MAIN[0], *BYSTANDER):
            stack.enter_context(servers.run(lambda address=address: Ssh(address, SSH)))  # type: ignore[misc]
        stack.enter_context(servers.run(lambda: Hesitant(HESITANT, 80)))
        _write(folder)
        stack.enter_context(_nginx(servers, folder))
        yield Estate(scanner, folder, resolver, given)


def resolving(
    asked: dict[str, int], given: dict[str, int]
) -> Callable[[dns.message.Message, bool], dns.message.Message]:
    """A resolver that tells the truth once, and then says that everything is at the bystander's."""

    def answer(query: dns.message.Message, tcp: bool) -> dns.message.Message:
        (question,) = query.question
        name, kind = question.name.to_text(omit_final_dot=True), question.rdtype
        if kind not in (dns.rdatatype.A, dns.rdatatype.AAAA):
            return reply(query)
        six = kind == dns.rdatatype.AAAA
        if name == "bi-danh.so-mau.example":
            return reply(query, f"{name}. CNAME {OUTSIDER}.", f"{OUTSIDER}. {kind.name} {BYSTANDER[six]}")
        asked[f"{name} {kind.name}"] = asked.get(f"{name} {kind.name}", 0) + 1
        truth = TRUTH.get(name, {}).get(kind.name)
        if truth is None or asked[f"{name} {kind.name}"] > 1:
            given[name] = given.get(name, 0) + 1
            return reply(query, f"{name}. {kind.name} {BYSTANDER[six]}")
        return reply(query, *(f"{name}. {kind.name} {each}" for each in truth))

    return answer


TRUTH: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "cong.so-mau.example": {"A": (MAIN[0],), "AAAA": (MAIN[1],)},
    "yeu.so-mau.example": {"A": (WEAK,), "AAAA": ()},
    "ngap-ngung.so-mau.example": {"A": (HESITANT,), "AAAA": ()},
}


def _write(folder: Path) -> None:
    """khien.yaml, the inventory, the resolver's place, and what nginx serves."""
    (folder / "resolv.conf").write_text(f"nameserver {RESOLVER}\noptions timeout:2 attempts:2\n")
    (folder / "khien.yaml").write_text(
        f"scan: {{contact: {CONTACT}, connect_seconds: 2, http_seconds: 4, tls_seconds: 30}}\n"
    )
    (folder / "inventory.yaml").write_text(_inventory(), encoding="utf-8")
    (folder / "index.html").write_text(PAGE)
    chain, key = _identity()
    (folder / "chain.pem").write_bytes(chain)
    (folder / "key.pem").write_bytes(key)


def _inventory() -> str:
    """Two agencies: the networks of the first hold the bystander as well, those of the second a single server."""
    networks = {"so-mau": '["198.18.77.0/24", "2001:db8:77:1::/64"]', "so-hep": f'["{MAIN[0]}/32"]'}
    urls = {"cong": "https://cong.so-mau.example/"}
    urls |= {f"huong-{number}": f"https://cong.so-mau.example/{number}" for number in range(len(REDIRECTS))}
    urls |= {"yeu": "https://yeu.so-mau.example/", "ngap-ngung": "http://ngap-ngung.so-mau.example/"}
    urls |= {"bi-danh": "https://bi-danh.so-mau.example/"}
    agencies = [
        f"  - {{id: {each}, name: {{vi: Sở {each}, en: Department {each}}}, "
        f"authorisation: {ALWAYS.replace('}', f', addresses: {listed}}}')}}}\n"
        for each, listed in networks.items()
    ]
    assets = [
        f'  - {{id: {each}, agency: {"so-hep" if each == "bi-danh" else "so-mau"}, level: 3, url: "{url}"}}\n'
        for each, url in urls.items()
    ]
    return f"agencies:\n{''.join(agencies)}assets:\n{''.join(assets)}"


def _identity() -> tuple[bytes, bytes]:
    """A certificate that names places of the bystander's in every way that it can (RFC 5280), and its key, in PEM."""
    key = certificates.key("rsa", 2048)
    url = x509.UniformResourceIdentifier(PKI)
    methods = AuthorityInformationAccessOID.OCSP, AuthorityInformationAccessOID.CA_ISSUERS
    extensions = (
        x509.AuthorityInformationAccess([x509.AccessDescription(each, url) for each in methods]),
        x509.CRLDistributionPoints([x509.DistributionPoint([url], None, None, None)]),
    )
    leaf = certificates.leaf(certificates.authority(), *TRUTH, private=key, extensions=extensions)
    chain = x509.load_der_x509_certificate(leaf).public_bytes(Encoding.PEM)
    return chain, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@contextmanager
def _nginx(servers: Namespace, folder: Path) -> Iterator[None]:
    """nginx on every address, the bystander's too."""
    own = [*MAIN, WEAK]
    redirects = "".join(f"location = /{n} {{ return 302 {to}; }}\n" for n, to in enumerate(REDIRECTS))
    tls = f"ssl_certificate {folder}/chain.pem; ssl_certificate_key {folder}/key.pem;"
    tls += "ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; ssl_ciphers ALL:@SECLEVEL=0;"
    temporary = " ".join(
        f"{kind}_temp_path {folder / kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"""
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log warn;
events {{ worker_connections 512; }}
http {{
    {temporary} default_type text/html; absolute_redirect off; {tls}
    log_format who "$request_method $http_user_agent"; access_log {folder}/asked.log who;
    server {{
        {_listening(own)} root {folder}; {ELSEWHERE}
        {redirects} location = /.well-known/security.txt {{ return 302 http://{BYSTANDER[0]}/security.txt; }}
    }}
    server {{ {_listening(BYSTANDER)} access_log {folder}/bystander.log; return 200 "here"; }}
}}
"""
    )
    command = servers.command("nginx", "-p", folder, "-c", folder / "nginx.conf")
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(10)


def _listening(addresses: "tuple[str, ...] | list[str]") -> str:
    shown = [f"[{each}]" if ":" in each else each for each in addresses]
    return " ".join(f"listen {each}:80; listen {each}:443 ssl;" for each in shown)
