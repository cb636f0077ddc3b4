"""Configuration files of nginx and of Apache httpd: one process, a place of its own for each configuration."""

import pwd
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.lab.configuration import OTHER_NAME, SERVER_NAME, Configuration
from tests.lab.keyring import Keyring

Places = Mapping[str, tuple[str, int]]

APACHE_MODULES = Path("/usr/lib/apache2/modules")
MODULES = ("mpm_event", "authz_core", "socache_shmcb", "ssl")


def nginx_text(configurations: Sequence[Configuration], places: Places, keyring: Keyring, folder: Path) -> str:
    """One process in the foreground, with a server block for each configuration."""
    temporary = "\n".join(
        f"    {kind}_temp_path {folder / kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    servers = "\n".join(
        block for each in configurations for block in _nginx_blocks(each, places[each.id], keyring, folder)
    )
    return f"""
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log error;
events {{ worker_connections 1024; }}
http {{
    access_log off;
{temporary}
{servers}
}}
"""


def _nginx_blocks(each: Configuration, place: tuple[str, int], keyring: Keyring, folder: Path) -> Iterator[str]:
    """The server block; a second one for another name where the options ask for it by "other_name"."""
    files = keyring.files()
    listen = "ssl http2" if "http2" in each.options else "ssl"
    lines = [option.format_map(files) for option in each.options if option not in ("http2", "other_name")]
    for kind in each.keys:
        chain, key = keyring.pair(kind)
        lines += [f"ssl_certificate {chain}", f"ssl_certificate_key {key}"]
    yield _nginx_block(place, listen, SERVER_NAME, lines)
    if "other_name" in each.options:
        pair = [f"ssl_certificate {files['other_chain']}", f"ssl_certificate_key {files['other_key']}"]
        yield _nginx_block(place, listen, OTHER_NAME, pair)


def _nginx_block(place: tuple[str, int], listen: str, name: str, lines: Sequence[str]) -> str:
    body = "\n".join(f"        {line};" for line in lines)
    return f"""    server {{
        listen {place[0]}:{place[1]} {listen};
        server_name {name};
{body}
        location / {{ return 200 "here"; }}
    }}"""


def apache_text(configurations: Sequence[Configuration], places: Places, keyring: Keyring, folder: Path) -> str:
    """One process in the foreground, with a virtual host for each configuration."""
    nobody = pwd.getpwnam("nobody")  # asked for only where root starts it
    modules = "\n".join(f"LoadModule {name}_module {APACHE_MODULES}/mod_{name}.so" for name in MODULES)
    hosts = "\n".join(_apache_host(each, places[each.id], keyring) for each in configurations)
    return f"""
ServerRoot {folder}
ServerName {SERVER_NAME}
PidFile {folder}/apache.pid
DefaultRuntimeDir {folder}
ErrorLog {folder}/error.log
LogLevel error
User {nobody.pw_name}
Group #{nobody.pw_gid}
{modules}
ThreadsPerChild 16
MaxRequestWorkers 16
SSLSessionCache none
{hosts}
"""


def _apache_host(each: Configuration, place: tuple[str, int], keyring: Keyring) -> str:
    lines = [option.format_map(keyring.files()) for option in each.options]
    for kind in each.keys:
        chain, key = keyring.pair(kind)
        lines += [f"SSLCertificateFile {chain}", f"SSLCertificateKeyFile {key}"]
    body = "\n".join(f"    {line}" for line in lines)
    return f"""Listen {place[0]}:{place[1]}
<VirtualHost {place[0]}:{place[1]}>
    ServerName {SERVER_NAME}
    SSLEngine on
{body}
</VirtualHost>"""
