"""khien report issued and khien report copy: the archive of what was issued, signed or sent."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from checks.model.canonical import plain
from reports.formats.files import put
from scanner.cli.config import read_config
from scanner.cli.language import say
from scanner.cli.memory import open_history
from scanner.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption, OutOption
from scanner.cli.past import Past
from scanner.cli.ui import print_json, print_line, print_table

if TYPE_CHECKING:
    from history.issues import Archived

IssuedRunOption = Annotated[
    str | None, typer.Option("--run", metavar="RUN", help=say("Chỉ đợt này.", "Only of this run; left out: of all."))
]
IssuedAgencyOption = Annotated[
    str | None, typer.Option("--agency", metavar="ID", help=say("Chỉ cơ quan này.", "Only on this agency."))
]


def register(group: typer.Typer) -> None:
    """Add both commands below `khien report`."""
    group.command(
        "issued",
        help=say(
            "Liệt kê bản lưu: báo cáo đã ban hành (có số, ngày), đã ký hoặc đã gửi.",
            "List the archive: the reports that were issued (with number and date), signed or sent.",
        ),
    )(issued)
    group.command(
        "copy",
        help=say(
            "Ghi lại đúng từng byte một bản lưu. ID: xem `khien report issued`.",
            "Write an archived file again, byte for byte. ID: see `khien report issued`.",
        ),
    )(copy)


def issued(
    run: IssuedRunOption = None,
    agency: IssuedAgencyOption = None,
    json: JsonOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`."""
    recorder = open_history(read_config(config))
    from history import issues

    if run is not None:
        recorder.run(run)  # raises for one that there is not
    names = None if agency is None else Past(recorder).names([agency])
    found = [each for each in issues.issued(run) if names is None or each.file.agency in names]
    if json:
        print_json([{"id": each.sequence, **plain(each.file)} for each in found])
        return 0
    print_table(
        [
            "ID",
            say("Số", "Number"),
            say("Ngày", "Date"),
            say("Cơ quan", "Agency"),
            say("Đợt", "Run"),
            say("Tệp", "File"),
            say("Người ký", "Signer"),
            say("Lưu lúc", "Archived"),
            say("Người thực hiện", "By"),
        ],
        [_row(each) for each in found],
    )
    return 0


def _row(archived: "Archived") -> tuple[object, ...]:
    file = archived.file
    return (
        archived.sequence,
        file.document or say("dự thảo", "draft"),
        file.day or "–",
        file.agency or say("toàn tỉnh", "estate"),
        file.run,
        file.name,
        file.signer or "–",
        file.at.astimezone().isoformat(" ", "seconds"),
        file.by,
    )


def copy(
    id: Annotated[int, typer.Argument(metavar="ID", min=0)],
    out: OutOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`. Its digest is computed again on the way."""
    settings = read_config(config)
    open_history(settings)
    from history import issues

    found = issues.get(id)
    data = issues.content(found)
    folder: Path = out or settings.output
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / Path(found.file.name).name
    put(data, path)
    print_line(path)
    return 0
