"""The inventory as a whole: rows become agencies and assets, and what they say of each other is checked."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from checks.model.asset import Agency, Asset, Authorisation, Contact, host_of
from checks.model.canonical import digest
from checks.model.inventory import Inventory
from checks.model.text import Text
from policies.reference_data import read_anchors
from policies.strict_yaml import Document, InputError, InputErrors
from scanner.inventory.reading import read_rows
from scanner.inventory.rows import AgencyRow, AssetRow, AuthorisationRow, Row

R = TypeVar("R", bound=Row)
AnchorsOf = Callable[[str], tuple[bytes, ...]]
"""The certificates, in DER, of what an asset names as a trust anchor. Raises InputErrors."""


def read_inventory(path: Path, known: Mapping[str, bytes] | None = None) -> Inventory:
    """Agencies and assets from a YAML or XLSX file, or from a folder with agencies.csv and assets.csv
    (or either of the two files). Anchors that are `known` may be named by their digests. Raises InputErrors with
    everything that is wrong.
    """
    folder = path if path.is_dir() else path.parent
    return assembled(read_rows(path), anchors_of(known or {}, folder))


def anchors_of(known: Mapping[str, bytes], folder: Path | None = None) -> AnchorsOf:
    """Anchors by their digests, of those that are known, or by the names of files in a folder, if there is one."""

    def found(name: str) -> tuple[bytes, ...]:
        if name in known:
            return (known[name],)
        if folder is not None and not name.startswith("sha256:"):
            return read_anchors(folder / name)
        vi, en = "không phải mã băm của chứng thư đã lưu", "not the digest of a certificate that is kept already"
        raise InputErrors([InputError(name, "", Text(vi, en))])

    return found


def assembled(document: Document, anchors_of: AnchorsOf) -> Inventory:
    """Rows as an inventory. Every row is validated by itself, so that one fault does not hide another.

    Raises InputErrors.
    """
    errors: list[InputError] = list(_shape(document))
    if errors:
        raise InputErrors(errors)
    agencies, faults = _rows(document, "agencies", AgencyRow)
    assets, more = _rows(document, "assets", AssetRow)
    rows = _Rows(agencies, assets, frozenset(str(each.get("id")) for each in document.value["agencies"] if each))
    errors += [*faults, *more]
    errors += [
        *_duplicates(document, rows),
        *_unknown(document, rows),
        *_dates(document, rows),
        *_hosts(document, rows),
    ]
    anchors, faults = _anchors(document, rows, anchors_of)
    errors += faults
    if errors:
        raise InputErrors(errors)
    by_digest = {digest(der): der for ders in anchors.values() for der in ders}
    return Inventory(
        agencies=tuple(sorted((_agency(row) for row in agencies.values()), key=lambda each: each.id)),
        assets=tuple(sorted((_asset(row, anchors) for row in assets.values()), key=lambda each: each.id)),
        anchors=dict(sorted(by_digest.items())),
    )


@dataclass(frozen=True, slots=True)
class _Rows:
    """The valid rows by their index in the document."""

    agencies: Mapping[int, AgencyRow]
    assets: Mapping[int, AssetRow]
    known: frozenset[str]
    """Ids of all agencies, those of invalid rows included."""


def _shape(document: Document) -> Iterable[InputError]:
    """What keeps the rows from being read one by one."""
    value = document.value
    if not isinstance(value, dict) or not isinstance(value.get("agencies"), list):
        yield document.error((), Text("cần danh sách 'agencies'", "a list 'agencies' is needed"))
        return
    for key in value.keys() - {"agencies", "assets"}:
        yield document.error((key,), Text(f"{key}: khóa không tồn tại", f"{key}: unknown key"))
    for key in ("agencies", "assets"):
        found = value.setdefault(key, [])
        if not isinstance(found, list):
            yield document.error((key,), Text(f"{key}: cần danh sách", f"{key}: a list is needed"))
            continue
        for index, row in enumerate(found):
            if not isinstance(row, dict):
                yield document.error((key, index), Text("cần các khóa con", "a mapping is needed"))


def _rows(document: Document, key: str, kind: type[R]) -> tuple[dict[int, R], list[InputError]]:
    found: dict[int, R] = {}
    errors: list[InputError] = []
    grouped = document.parts(key)
    for index, part in enumerate(grouped):
        try:
            found[index] = part.validated(kind)
        except InputErrors as error:
            errors += error.errors
    return found, errors


def _anchors(
    document: Document, rows: _Rows, anchors_of: AnchorsOf
) -> tuple[dict[str, tuple[bytes, ...]], list[InputError]]:
    """The certificates of every anchor that an asset names, each asked for once."""
    anchors: dict[str, tuple[bytes, ...]] = {}
    errors: list[InputError] = []
    for index, row in rows.assets.items():
        for position, name in enumerate(row.trust_anchors):
            if name in anchors:
                continue
            anchors[name] = ()
            try:
                anchors[name] = anchors_of(name)
            except InputErrors as error:
                place = ("assets", index, "trust_anchors", position)
                errors += [document.error(place, Text(each.in_("vi"), each.in_("en"))) for each in error.errors]
    return anchors, errors


def _duplicates(document: Document, rows: _Rows) -> Iterable[InputError]:
    yield from _repeated(document, "agencies", {index: row.id for index, row in rows.agencies.items()})
    yield from _repeated(document, "assets", {index: row.id for index, row in rows.assets.items()})
    former = [old for row in rows.agencies.values() for old in row.formerly]
    counted = Counter([*former, *(row.id for row in rows.agencies.values())])
    for index, row in rows.agencies.items():
        for position, old in enumerate(row.formerly):
            if counted[old] > 1:
                yield document.error(
                    ("agencies", index, "formerly", position),
                    Text(f"mã cũ {old!r} đã được dùng ở nơi khác", f"the former id {old!r} is used elsewhere too"),
                )


def _repeated(document: Document, name: str, ids: Mapping[int, str]) -> Iterable[InputError]:
    seen: set[str] = set()
    for index, each in ids.items():
        if each in seen:
            yield document.error((name, index, "id"), Text(f"mã lặp lại: {each!r}", f"duplicate id: {each!r}"))
        seen.add(each)


def _unknown(document: Document, rows: _Rows) -> Iterable[InputError]:
    parents = {row.id: row.parent for row in rows.agencies.values()}
    for index, row in rows.agencies.items():
        place = ("agencies", index, "parent")
        if row.parent is not None and row.parent not in rows.known:
            yield document.error(place, Text(f"không có cơ quan {row.parent!r}", f"there is no agency {row.parent!r}"))
        elif _circular(row.id, parents):
            yield document.error(place, Text("quan hệ cấp trên tạo thành vòng", "the parents form a circle"))
    for index, asset in rows.assets.items():
        if asset.agency not in rows.known:
            yield document.error(
                ("assets", index, "agency"),
                Text(f"không có cơ quan {asset.agency!r}", f"there is no agency {asset.agency!r}"),
            )


def _circular(agency: str, parents: Mapping[str, str | None]) -> bool:
    seen = {agency}
    current = parents.get(agency)
    while current is not None:
        if current == agency:
            return True
        if current in seen:
            return False
        seen.add(current)
        current = parents.get(current)
    return False


def _dates(document: Document, rows: _Rows) -> Iterable[InputError]:
    permissions = [("agencies", index, row.authorisation) for index, row in rows.agencies.items()]
    permissions += [("assets", index, row.authorisation) for index, row in rows.assets.items()]
    for kind, index, permission in permissions:
        if permission is not None and permission.valid_until < permission.valid_from:
            yield document.error(
                (kind, index, "authorisation", "valid_until"),
                Text("ngày hết hiệu lực trước ngày có hiệu lực", "valid_until is before valid_from"),
            )


def _hosts(document: Document, rows: _Rows) -> Iterable[InputError]:
    """An asset is a web address; with a fixed address, its endpoints can only be on the same host."""
    for index, row in rows.assets.items():
        if not row.url.startswith(("http://", "https://")):
            yield document.error(
                ("assets", index, "url"),
                Text("url của tài sản phải là http hoặc https", "the url of an asset must be http or https"),
            )
        for position, url in enumerate(row.endpoints):
            if row.address is not None and host_of(url) != host_of(row.url):
                yield document.error(
                    ("assets", index, "endpoints", position),
                    Text(
                        "tài sản có address cố định thì endpoints phải cùng máy chủ với url",
                        "an asset with a fixed address has its endpoints on the host of its url",
                    ),
                )


def _agency(row: AgencyRow) -> Agency:
    return Agency(
        id=row.id,
        name=row.name,
        parent=row.parent,
        policy=row.policy,
        contacts=tuple(Contact(each.email, each.role, each.language) for each in row.contacts),
        authorisation=_authorisation(row.authorisation),
        formerly=row.formerly,
    )


def _asset(row: AssetRow, anchors: Mapping[str, tuple[bytes, ...]]) -> Asset:
    return Asset(
        id=row.id,
        agency=row.agency,
        url=row.url,
        level=row.level,
        zone=row.zone,
        tags=row.tags,
        address=row.address,
        ports=row.ports,
        endpoints=row.endpoints,
        trust_anchors=tuple(dict.fromkeys(digest(der) for name in row.trust_anchors for der in anchors[name])),
        policy=row.policy,
        status=row.status,
        authorisation=_authorisation(row.authorisation),
    )


def _authorisation(row: AuthorisationRow | None) -> Authorisation | None:
    return None if row is None else Authorisation(**row.model_dump())
