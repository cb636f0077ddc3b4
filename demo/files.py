"""The files that an estate leaves for the scanner: configuration, inventory, waivers, trust anchor.

They are written in the public format, and only where nothing else stands: a directory with files of that name that
an estate did not write is refused.
"""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from demo.sites import AGENCIES, PROVINCE, SITES, Ports, Site
from demo.words import EstateError, Words

MARK = "# Khiên: môi trường trình diễn, tự sinh ra / demo estate, generated\n"
CONFIGURATION, INVENTORY, WAIVERS, ANCHOR = "khien.yaml", "inventory.yaml", "waivers.yaml", "ca.pem"
FILES = (CONFIGURATION, INVENTORY, WAIVERS, ANCHOR)
DOCUMENT = "01/QĐ-MAU"


def refuse_foreign(directory: Path) -> None:
    """Raises EstateError where a file that would be written exists and is not an earlier estate's."""
    marked = {name for name in FILES if _is_marked(directory / name)}
    for name in FILES:
        path = directory / name
        # A PEM file has no room for a mark: the anchor is an estate's where the configuration is.
        if path.exists() and (name if name != ANCHOR else CONFIGURATION) not in marked:
            raise EstateError(
                f"{path} đã có và không phải của môi trường trình diễn; hãy chọn thư mục khác",
                f"{path} exists and is not the demo estate's; choose another directory",
            )


def _is_marked(path: Path) -> bool:
    mark = MARK.encode()
    try:
        with path.open("rb") as file:
            return file.read(len(mark)) == mark
    except FileNotFoundError:
        return False


def write(directory: Path, root: bytes, block: int, ports: Ports, today: date) -> None:
    """Write all four files. `root` is the trust anchor in PEM."""
    _write(directory / CONFIGURATION, configuration())
    (directory / ANCHOR).write_bytes(root)
    _write(directory / INVENTORY, inventory(block, ports, today))
    _write(directory / WAIVERS, waivers(today))


def configuration() -> dict[str, Any]:
    """khien.yaml."""
    return {
        "database": "khien.sqlite3",
        "inventory": INVENTORY,
        "waivers": WAIVERS,
        "policy": "nghe-an-web",
        "policies": [],
        "vantage": "internet",
        "language": "vi",
        "trust_anchors": [],
        "output": "reports",
        "scan": {
            "contact": "attt@tinh-mau.example",
            "connect_seconds": 2,
            "tls_seconds": 30,
            "http_seconds": 4,
        },
        "report": {
            "parent": PROVINCE.plain(),
            "issuer": Words(
                "Tổ giám sát an toàn thông tin tỉnh Mẫu", "Information Security Monitoring Team of Sample Province"
            ).plain(),
            "symbol": "BC-TTGS",
            "place": {"vi": "Tỉnh Mẫu", "en": "Sample Province"},
            "contact": {
                "vi": "Tổ giám sát an toàn thông tin tỉnh Mẫu, thư điện tử attt@tinh-mau.example",
                "en": "Information Security Monitoring Team of Sample Province, mail attt@tinh-mau.example",
            },
            "authority": None,
            "position": {"vi": "Tổ trưởng", "en": "Head of the Team"},
            "recipients": [
                {"vi": f"{PROVINCE.vi} (để báo cáo);", "en": f"{PROVINCE.en} (for report);"},
            ],
            "archive": {"vi": "Lưu: VT, ATTT.", "en": "Archive: VT, ATTT."},
        },
    }


def inventory(block: int, ports: Ports, today: date) -> dict[str, Any]:
    """inventory.yaml: every agency with an authorisation for loopback that holds this year, and every site."""
    agencies = [
        {
            "id": each.id,
            "name": each.name.plain(),
            **({"parent": each.parent} if each.parent else {}),
            "contacts": [{"email": f"attt@{each.domain}", "role": "security"}],
            "authorisation": {
                "document": DOCUMENT,
                "valid_from": date(today.year, 1, 1),
                # A demo that is started on New Year's Eve, or looked at again after it, still runs.
                "valid_until": date(today.year + 1, 12, 31),
                "addresses": ["127.0.0.0/8"],
                "source": ["127.0.0.1"],
            },
        }
        for each in AGENCIES
    ]
    return {"agencies": agencies, "assets": [_asset(each, block, ports) for each in SITES]}


def waivers(today: date) -> dict[str, Any]:
    """waivers.yaml: one exception that was asked for by one person and granted by another, for ninety days."""
    return {
        "waivers": [
            {
                "id": f"mt-{today.year}-01",
                "asset": "noi-bo-so-mau-mot",
                "control": "CERT-TRUST",
                "justification": (
                    "Trang nội bộ dùng chứng thư số tự ký trong khi chờ cấp chứng thư số mới; "
                    "người dùng đã được cài đặt chứng thư số này."
                ),
                "requested_by": "Phụ trách công nghệ thông tin, Sở Mẫu Một",
                "approved_by": "Tổ trưởng Tổ giám sát an toàn thông tin tỉnh Mẫu",
                "valid_from": today - timedelta(days=10),
                "valid_until": today + timedelta(days=80),
                "instances": [],
            }
        ]
    }


def url(site: Site, ports: Ports) -> str:
    """The address of a site as people write it."""
    if site.served == "cleartext":
        return f"http://{site.host}/" if ports.standard else f"http://{site.host}:{ports.http}/"
    return f"https://{site.host}/" if ports.standard else f"https://{site.host}:{ports.https}/"


def _asset(site: Site, block: int, ports: Ports) -> dict[str, Any]:
    has_tls = site.served != "cleartext"
    asset: dict[str, Any] = {
        "id": site.id,
        "agency": site.agency,
        "url": url(site, ports),
        "level": site.level,
        "zone": "internet",
        "tags": list(site.tags),
        "address": site.address(block),
        "ports": [ports.http, ports.https] if has_tls else [ports.http],
        "trust_anchors": [ANCHOR],
    }
    if has_tls and not ports.standard:
        asset["endpoints"] = [f"http://{site.host}:{ports.http}/"]
    return asset


class _Dumper(yaml.SafeDumper):
    """YAML without anchors and aliases, which strict readers refuse."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _write(path: Path, data: dict[str, Any]) -> None:
    text = yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)
    path.write_text(MARK + text, encoding="utf-8")
