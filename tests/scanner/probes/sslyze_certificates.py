"""A process that asks sslyze about certificates: `python -m ... ROOT.pem` reads places from standard input as JSON, a
list of [address, port, name], and writes what sslyze found out about each, in the same order."""

import json
import sys
from pathlib import Path
from typing import Any

from sslyze.plugins.certificate_info.implementation import CertificateInfoExtraArgument
from sslyze.plugins.scan_commands import ScanCommand
from sslyze.scanner.models import ScanCommandsExtraArguments, ServerScanRequest, ServerScanResult
from sslyze.scanner.scanner import Scanner
from sslyze.server_setting import ServerNetworkLocation

SUPPLIED = "Supplied CA file"
"""What sslyze calls ours beside those that it brings."""


def main() -> None:
    """Scan every place with one trusted root."""
    places = json.load(sys.stdin)
    extra = ScanCommandsExtraArguments(certificate_info=CertificateInfoExtraArgument(Path(sys.argv[1])))
    scanner = Scanner()
    scanner.queue_scans(
        [
            ServerScanRequest(
                ServerNetworkLocation(hostname=name, ip_address=address, port=port),
                scan_commands={ScanCommand.CERTIFICATE_INFO},
                scan_commands_extra_arguments=extra,
            )
            for address, port, name in places
        ]
    )
    results = ((result.server_location, _told(result)) for result in scanner.get_results())
    found = {(place.ip_address, place.port): told for place, told in results}
    json.dump([found[address, port] for address, port, _ in places], sys.stdout)


def _told(result: ServerScanResult) -> dict[str, Any]:
    if result.scan_result is None or result.scan_result.certificate_info.result is None:
        return {"failed": str(result.connectivity_error_trace or result.scan_status)}
    [deployment] = result.scan_result.certificate_info.result.certificate_deployments
    supplied = [each for each in deployment.path_validation_results if each.trust_store.name == SUPPLIED]
    return {
        "valid": [each.was_validation_successful for each in supplied],
        "error": [each.validation_error for each in supplied],
        "order": deployment.received_chain_has_valid_order,
    }


if __name__ == "__main__":
    main()
