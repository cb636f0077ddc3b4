"""The process in which sslyze checks servers against Mozilla's profiles: JSON of endpoints in, JSON of verdicts out.

`python -m tests.oracles.sslyze_profiles` reads {id: [address, port, name, file of a root to trust or null]} and writes,
as each server is done, a line {"id", "modern": [...], "intermediate": [...]}: the keys of what its checker finds wrong,
sorted; or {"id", "incomplete": why}, where sslyze could not finish what the checker needs.
"""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sslyze.mozilla_tls_profile.tls_config_checker import (
    SCAN_COMMANDS_NEEDED_BY_MOZILLA_CHECKER,
    MozillaTlsConfiguration,
    ServerNotCompliantWithTlsConfiguration,
    ServerScanResultIncomplete,
    TlsConfigurationEnum,
    check_server_against_tls_configuration,
)
from sslyze.plugins.certificate_info.implementation import CertificateInfoExtraArgument
from sslyze.scanner.models import ScanCommandsExtraArguments, ServerScanRequest, ServerScanResult
from sslyze.scanner.scan_command_attempt import ScanCommandAttemptStatusEnum
from sslyze.scanner.scanner import Scanner
from sslyze.server_setting import ServerNetworkConfiguration, ServerNetworkLocation

PROFILES = {"modern": TlsConfigurationEnum.MOZILLA_MODERN, "intermediate": TlsConfigurationEnum.MOZILLA_INTERMEDIATE}
ANSWER_SECONDS = 5
SERVERS_AT_ONCE = 2
CONNECTIONS_AT_ONCE = 5


def verdicts(result: ServerScanResult) -> dict[str, Any]:
    """What the checker finds wrong under each profile, or why it cannot tell."""
    try:
        return {name: _issues(result, profile) for name, profile in PROFILES.items()}
    except ServerScanResultIncomplete:
        return {"incomplete": _missing(result)}


def _issues(result: ServerScanResult, profile: TlsConfigurationEnum) -> list[str]:
    try:
        check_server_against_tls_configuration(result, MozillaTlsConfiguration.get(profile))
    except ServerNotCompliantWithTlsConfiguration as found:
        return sorted(found.issues)
    return []


def _missing(result: ServerScanResult) -> str:
    """Which scan commands did not come to an end."""
    if result.scan_result is None:
        return "connectivity"
    names = sorted(each.value for each in SCAN_COMMANDS_NEEDED_BY_MOZILLA_CHECKER)
    attempts = {name: getattr(result.scan_result, name) for name in names}
    return " ".join(name for name, each in attempts.items() if each.status != ScanCommandAttemptStatusEnum.COMPLETED)


def _requests(servers: Mapping[str, tuple[str, int, str, str | None]]) -> list[ServerScanRequest]:
    return [
        ServerScanRequest(
            server_location=ServerNetworkLocation(hostname=name, port=port, ip_address=address),
            network_configuration=ServerNetworkConfiguration(
                tls_server_name_indication=name, network_timeout=ANSWER_SECONDS, network_max_retries=1
            ),
            scan_commands=SCAN_COMMANDS_NEEDED_BY_MOZILLA_CHECKER,
            scan_commands_extra_arguments=ScanCommandsExtraArguments(
                certificate_info=CertificateInfoExtraArgument(Path(root)) if root else None
            ),
        )
        for address, port, name, root in servers.values()
    ]


def main() -> None:
    """Ask and answer; standard output is for answers alone."""
    servers = json.load(sys.stdin)
    requests = _requests(servers)
    ids = {request.uuid: name for request, name in zip(requests, servers, strict=True)}
    with os.fdopen(os.dup(sys.stdout.fileno()), "w") as answers:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        scanner = Scanner(
            per_server_concurrent_connections_limit=CONNECTIONS_AT_ONCE, concurrent_server_scans_limit=SERVERS_AT_ONCE
        )
        scanner.queue_scans(requests)
        for result in scanner.get_results():
            answers.write(json.dumps({"id": ids[result.uuid], **verdicts(result)}) + "\n")
            answers.flush()


if __name__ == "__main__":
    main()
