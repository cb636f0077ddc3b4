"""khien report verify: what the signatures of a file prove. It needs no database, and no configuration either."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from checks.model.canonical import plain
from reports.messages import signatures as words
from scanner.cli.config import read_config
from scanner.cli.errors import Usage
from scanner.cli.language import LANGUAGE, say
from scanner.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption
from scanner.cli.reading import regular_file
from scanner.cli.signing import anchors
from scanner.cli.ui import print_json, print_line

if TYPE_CHECKING:
    from asn1crypto.x509 import Certificate

    from reports.signatures.verify import Checked, Signature, State

STATUSES: "Mapping[State, int]" = {
    "unreadable": 2,
    "changed": 1,
    "added": 1,
    "unsigned": 3,
    "irregular": 3,
    "untrusted": 3,
    "good": 0,
}
"""Exit statuses, the worst first: a file of several decides by its own."""
STYLES: "Mapping[State, str]" = {"good": "green", "unsigned": "yellow", "irregular": "yellow", "untrusted": "yellow"}


def register(group: typer.Typer) -> None:
    """Add the command below `khien report`."""
    group.command(
        "verify",
        help=say(
            "Kiểm tra chữ ký số của tệp PDF: còn nguyên không, ai ký, lúc nào, có dẫn về chứng thư gốc được tin cậy "
            "(signing.trust_anchors, --anchor) không. Không truy cập mạng, nên không kiểm tra thu hồi.\n\n"
            "Mã kết thúc: 0 hợp lệ; 1 đã bị sửa hoặc thêm sau khi ký; 2 không đọc được; 3 không có chữ ký, chữ ký "
            "không ở dạng chuẩn, hoặc chưa có căn cứ tin cậy người ký.",
            "Check the signatures of PDF files: whether anything was changed, who signed, when, and whether the "
            "certificate leads to a trust anchor (signing.trust_anchors, --anchor). Nothing is fetched, so revocation "
            "is not checked.\n\n"
            "Exit status: 0 good; 1 changed, or added to, after signing; 2 cannot be read; 3 not signed, signed in an "
            "unusual form, or nobody vouches for the signer.",
        ),
    )(verify)


def verify(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...")],
    anchor: Annotated[
        list[str] | None,
        typer.Option(
            "--anchor",
            metavar="FILE",
            help=say("Chứng thư gốc được tin cậy thêm (lặp lại được).", "A further trust anchor (repeatable)."),
        ),
    ] = None,
    json: JsonOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`. Returns the exit status of the worst file."""
    trusted = anchors((*_configured(config), *(anchor or ())))
    now = datetime.now(UTC).replace(microsecond=0)
    found: list[tuple[Path, Checked]] = []
    for path in files:
        found.append((path, _check(path, now, trusted)))
        if not json:
            _show(*found[-1])
    if json:
        print_json([{"file": str(path), "state": each.state, **plain(each)} for path, each in found])
    states = {each.state for _, each in found}
    return next(status for state, status in STATUSES.items() if state in states)


def _configured(config: Path) -> tuple[str, ...]:
    """The anchors of the configuration, where there is one."""
    if config == DEFAULT_CONFIG and not config.exists():
        return ()
    section = read_config(config).signing
    return section.trust_anchors if section is not None else ()


def _check(path: Path, now: datetime, trusted: "Sequence[Certificate]") -> "Checked":
    from reports.signatures import bounded
    from reports.signatures.verify import Checked

    try:
        with regular_file(path) as file:
            return bounded.verify_apart(file.read(bounded.LARGEST + 1), now, trusted)
    except Usage as error:
        return Checked(unreadable="file", detail=error.text.in_(LANGUAGE))
    except OSError as error:
        return Checked(unreadable="file", detail=str(error.strerror or error))


def _show(path: Path, checked: "Checked") -> None:
    reason = f": {_why(checked)}" if checked.unreadable else ""
    print_line(f"{path}: {words.STATES[checked.state].in_(LANGUAGE)}{reason}", STYLES.get(checked.state, "red"))
    for signature in checked.signatures:
        for line in _lines(signature):
            print_line(f"  {line}")


def _why(checked: "Checked") -> str:
    """Why a file cannot be read; the words of a library help nobody but those who look for its cause (`--json`)."""
    detail = f" ({checked.detail})" if checked.unreadable == "file" else ""
    return words.UNREADABLE[checked.unreadable].in_(LANGUAGE) + detail


def _lines(signature: "Signature") -> Iterator[str]:
    if not signature.signer:
        yield say("Chữ ký không đọc được.", "A signature that cannot be read.")
        return
    covered = words.LATER[signature.later].in_(LANGUAGE)
    intact = say("còn nguyên", "intact") if signature.intact else say("KHÔNG còn nguyên", "NOT intact")
    yield f"{say('Người ký', 'Signer')}: {signature.signer}; {intact}; {covered}"
    trust = words.TRUST[signature.trust].in_(LANGUAGE)
    issued = say(f"số {signature.serial} do {signature.issuer} cấp", f"{signature.serial} of {signature.issuer}")
    yield f"  {say('Chứng thư số', 'Certificate')}: {issued}; {trust}"
    if signature.claimed is not None:
        claimed = signature.claimed.astimezone().isoformat(" ", "seconds")
        yield f"  {say('Thời điểm do người ký khai', 'Time that the signer claims')}: {claimed}"
    if signature.stamp is not None:
        stamp = signature.stamp
        time, trust = stamp.time.astimezone().isoformat(" ", "seconds"), words.TRUST[stamp.trust].in_(LANGUAGE)
        yield f"  {say('Dấu thời gian', 'Time stamp')}: {time}, {stamp.authority}; {trust}"
