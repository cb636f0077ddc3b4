"""Commands with which an administrator sees what the TLS rules saw: openssl for certificates, sslyze for the rest.

nmap and testssl.sh are named for what neither of them shows. Words only; nothing is run here. Asked for something by
name, sslyze lists what it sees and judges no profile.
"""

import shlex
from collections.abc import Callable

from checks.check import usual_command
from checks.model.evidence import PROTOCOLS, Protocol
from checks.model.finding import Instance
from checks.model.target import Target, TlsTarget, endpoint

Command = Callable[[Target, Instance | None], str]

_NOT_OF_SSLYZE = ("encrypt_then_mac", "heartbeat", "session_tickets")
"""Features that sslyze does not list."""

_VERSIONS: dict[Protocol, str] = {
    "ssl2": "--sslv2",
    "ssl3": "--sslv3",
    "tls1_0": "--tlsv1",
    "tls1_1": "--tlsv1_1",
    "tls1_2": "--tlsv1_2",
    "tls1_3": "--tlsv1_3",
}


def of_versions(target: Target, instance: Instance | None) -> str:
    """Lists the cipher suites of the version at fault, or of every version."""
    wanted = instance.params.get("protocol") if instance else None
    return _sslyze(target, [_VERSIONS[each] for each in PROTOCOLS if wanted in (None, each)])


def of_groups(target: Target, instance: Instance | None) -> str:
    """Lists elliptic curves; offers a group that is none, or shows the size of the modulus that the server chooses.

    sslyze asks for curves alone. Hybrid groups need OpenSSL 3.5.
    """
    group = str(instance.params.get("group", "")) if instance else ""
    if group.startswith("ffdhe") or "MLKEM" in group:
        return openssl("-groups", group)(target, instance)
    if isinstance(target, TlsTarget) and instance and instance.reason == "dh_too_small":
        shown = usual_command(target).removesuffix(" </dev/null").removesuffix(" -showcerts")
        return f"{shown} -tls1_2 -cipher DHE:ADH:@SECLEVEL=0 </dev/null | grep 'Temp Key'"
    return _sslyze(target, ["--elliptic_curves"])


def of_order(target: Target, instance: Instance | None) -> str:
    """Lists suites with a word on whose order decides."""
    if not isinstance(target, TlsTarget):
        return usual_command(target)
    name = ["--script-args", f"tls.servername={target.server_name}"] if target.server_name else []
    six = ["-6"] if ":" in target.address else []
    port = str(target.port)
    return shlex.join(["nmap", *six, "-n", "-Pn", "-p", port, "--script", "ssl-enum-ciphers", *name, target.address])


def of_features(target: Target, instance: Instance | None) -> str:
    """What sslyze tells of features; testssl.sh for those that it passes over."""
    if not isinstance(target, TlsTarget) or not instance or not instance.reason.startswith(_NOT_OF_SSLYZE):
        return _sslyze(target, ["--compression", "--reneg", "--fallback", "--early_data", "--ems"])
    command = ["testssl", "--server-defaults", *(["-6"] if ":" in target.address else [])]
    command += ["--starttls", target.starttls] if target.starttls else []
    return shlex.join([*command, "--ip", target.address, endpoint(target.server_name or target.address, target.port)])


def openssl(*options: str) -> Command:
    """The usual command of openssl with other options; for a name without an address, what is usual there."""
    return lambda target, instance: usual_command(target).replace(" -showcerts", f" {shlex.join(options)}", 1)


def asking(*options: str) -> Command:
    """A command with the same options of sslyze for every finding of a rule."""
    return lambda target, instance: _sslyze(target, options)


def _sslyze(target: Target, options: list[str] | tuple[str, ...]) -> str:
    if not isinstance(target, TlsTarget):  # a name without an address
        return usual_command(target)
    command = ["sslyze", *options]
    if target.server_name:
        command += ["--sni", target.server_name]
    if target.starttls:
        command += ["--starttls", target.starttls]
    return shlex.join([*command, endpoint(target.address, target.port)])
