"""nginx: where it is, and the configuration under which one process serves every web site of the estate.

Every path is relative to the runtime directory, which nginx gets as its prefix. It runs as one process and as the
user who started it: it listens on loopback, gives fixed answers, and reads for a client only the empty files of the
site that lists them.
"""

import os
import pwd
import shutil
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from demo.sites import AGENCIES, Ports, Site
from demo.words import EstateError

OPENSSL = """openssl_conf = init
[init]
ssl_conf = modules
[modules]
system_default = everything
[everything]
CipherString = DEFAULT:@SECLEVEL=0
MinProtocol = TLSv1
"""
"""In place of the machine's own openssl.cnf, which may forbid what a bad site needs; each site sets its own level."""

HEAD = """daemon off;
master_process off;
pid nginx.pid;
error_log error.log warn;
events { worker_connections 512; }
http {
    access_log off;
    charset utf-8;
    default_type text/html;
    server_names_hash_bucket_size 128;
    keepalive_timeout 10s;
    ssl_session_tickets off;
    ssl_ecdh_curve X25519:prime256v1:secp384r1;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
"""

ONLY_OVER_TLS = ("Strict-Transport-Security", "Set-Cookie")
"""Not sent in cleartext: RFC 6797 section 7.2 forbids the first there, and no browser takes a Secure cookie."""

PAGE = (
    '<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>{title}</title></head><body><h1>{title}</h1>'
    "<p>Trang trình diễn của Khiên. Cơ quan và nội dung đều không có thật.</p>{content}</body></html>"
)
LISTED = ("sao-luu-2026.zip", "danh-sach-can-bo.xlsx")
"""Files, empty ones, of the site that lists them."""


def find_nginx(path: str | None = None) -> str:
    """Where nginx is. Raises EstateError where there is none.

    `path` lists the directories to search; otherwise PATH, and those for servers that PATH often lacks.
    """
    usual = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
    found = shutil.which("nginx", path=usual if path is None else path)
    if found is None:
        raise EstateError(
            "không tìm thấy nginx, phần mềm phục vụ các trang trình diễn; trên Debian: apt-get install nginx-light",
            "nginx, which serves the demo sites, was not found; on Debian: apt-get install nginx-light",
        )
    return found


def write_configuration(directory: Path, sites: Iterable[Site], block: int, ports: Ports, now: datetime) -> None:
    """Write nginx.conf and openssl.cnf for sites in a block of addresses, and the files that are listed.

    Certificates and keys are expected beside them as SITE.pem and SITE.key.
    """
    user = f"user {pwd.getpwuid(0).pw_name};\n" if os.geteuid() == 0 else ""
    blocks = ""
    for site in sites:
        blocks += _servers(site, site.address(block), ports, now)
        if site.listed:
            _folder(directory, site)
    (directory / "nginx.conf").write_text(f"{user}{HEAD}{blocks}}}\n", encoding="utf-8")
    (directory / "openssl.cnf").write_text(OPENSSL, encoding="ascii")


def command(program: str, directory: Path) -> list[str]:
    """The command line that serves the configuration of a directory until it is told to end."""
    return [program, "-p", f"{directory}/", "-e", "error.log", "-c", "nginx.conf"]


def _folder(directory: Path, site: Site) -> None:
    folder = directory / f"{site.id}.files"
    folder.mkdir()
    for name in LISTED:
        (folder / name).touch()


def _servers(site: Site, address: str, ports: Ports, now: datetime) -> str:
    page = f"return 200 {_quoted(PAGE.format(title=site.title.vi, content=site.content))};"
    if site.listed:
        page = f"root {site.id}.files; autoindex on;"
    if site.served == "cleartext":
        return _server(site, f"{address}:{ports.http}", "", page)
    port = "" if ports.standard else f":{ports.https}"
    tls = (
        f"        ssl_certificate {site.id}.pem;\n        ssl_certificate_key {site.id}.key;\n"
        f"        ssl_protocols {site.tls.protocols};\n        ssl_ciphers {_quoted(site.tls.ciphers)};\n"
    )
    secure = _server(site, f"{address}:{ports.https} ssl", tls + _security_txt(site, now), page)
    if not site.redirect:
        return secure + _server(site, f"{address}:{ports.http}", "", page)
    location = f"return 301 https://{site.name}{port}$request_uri;"
    return secure + _server(site, f"{address}:{ports.http}", "", location)


def _security_txt(site: Site, now: datetime) -> str:
    """RFC 9116: whom to tell of a weakness, and until when that holds."""
    domain = next(each.domain for each in AGENCIES if each.id == site.agency)
    until = (now + timedelta(days=site.security_txt_days)).strftime("%Y-%m-%dT%H:%M:%SZ")
    text = f"Contact: mailto:attt@{domain}\nExpires: {until}\nPreferred-Languages: vi, en\n"
    return f"        location = /.well-known/security.txt {{ default_type text/plain; return 200 {_quoted(text)}; }}\n"


def _server(site: Site, listen: str, tls: str, answer: str) -> str:
    """One server block. The root has a page; every other path is 404, as on a real site, or what `tls` adds."""
    headers = "".join(
        f"        add_header {name} {_quoted(value)} always;\n"
        for name, values in site.headers.items()
        for value in values
        if tls or name not in ONLY_OVER_TLS
    )
    elsewhere = "" if answer.startswith("return 301") else "        location / { return 404; }\n"
    where = "/" if not elsewhere else "= /"
    tokens = "on" if site.server_version else "off"
    return (
        f"    server {{\n        listen {listen};\n        server_name {site.name};\n        server_tokens {tokens};\n"
        f"{tls}{headers}        location {where} {{ {answer} }}\n{elsewhere}    }}\n"
    )


def _quoted(value: str) -> str:
    """A value as one word of nginx.conf. The estate's values hold no variable and no backslash."""
    escaped = value.replace('"', '\\"')
    return f'"{escaped}"'
