"""Options and words that the commands below `khien report` share."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, TypeVar

import typer

from reports.formats import FORMATS, Format
from scanner.cli.errors import Usage
from scanner.cli.language import say

RunOption = Annotated[str | None, typer.Option("--run", metavar="RUN", help=say("Đợt rà quét.", "The scan run."))]
EstateOption = Annotated[
    bool,
    typer.Option(
        "--estate",
        help=say(
            "Một báo cáo tổng hợp toàn tỉnh gửi cấp trên, thay cho báo cáo từng cơ quan.",
            "One report on the whole estate for the body above, in place of those of the agencies.",
        ),
    ),
]
_NAMES = ", ".join(each.name for each in FORMATS)
FormatsOption = Annotated[
    str,
    typer.Option(
        "--format",
        help=say(f"Định dạng, cách nhau bằng dấu phẩy: {_NAMES}.", f"Formats, separated by commas: {_NAMES}."),
    ),
]
ReportLangOption = Annotated[
    str | None,
    typer.Option("--lang", metavar="vi|en", help=say("Ngôn ngữ của báo cáo.", "The language of the report.")),
]
FilesOption = Annotated[
    bool,
    typer.Option(
        "--files",
        help=say(
            "Ghi cả các tệp nằm trong PDF (kết quả, bằng chứng, README) ra thư mục cùng tên bên cạnh.",
            "Also write what is inside the PDF (findings, evidence, README) to a folder of its name beside it.",
        ),
    ),
]
JobsOption = Annotated[
    int | None,
    typer.Option(
        "--jobs",
        metavar="N",
        min=1,
        max=64,
        help=say(
            "Lập song song trong ngần này tiến trình; mặc định bằng số lõi dùng được.",
            "Make them in so many processes at once; left out: as many as there are usable cores.",
        ),
    ),
]
HeldOption = Annotated[
    bool,
    typer.Option(
        "--even-if-held",
        help=say(
            "Lập báo cáo cả khi đợt bị giữ lại vì quá nhiều phần chưa đánh giá được; báo cáo sẽ nói rõ.",
            "Write them even of a run that is held because far more than usual could not be assessed; they say so.",
        ),
    ),
]


NumberOption = Annotated[
    int | None,
    typer.Option(
        "--number",
        min=1,
        metavar="N",
        help=say(
            "Ban hành: số của báo cáo đầu tiên; các cơ quan sau lấy số kế tiếp. Bỏ trống: dự thảo.",
            "Issue: the number of the first report; those of the agencies after it follow. Left out: drafts.",
        ),
    ),
]
DateOption = Annotated[
    datetime | None,
    typer.Option(
        "--date",
        formats=["%Y-%m-%d"],
        metavar="YYYY-MM-DD",
        help=say("Ngày ban hành, đi cùng --number.", "The date of issue; stands with --number."),
    ),
]
AgainOption = Annotated[
    bool,
    typer.Option(
        "--again",
        help=say("Ban hành cả báo cáo đã có số khác.", "Also issue reports that have another number already."),
    ),
]
SignOption = Annotated[
    bool,
    typer.Option(
        "--sign",
        help=say(
            "Ký số PDF (PAdES) bằng khóa khai báo ở mục signing. Không ký dự thảo hoặc đợt bị giữ lại, trừ khi có "
            "--even-if-draft, --even-if-held.",
            "Sign the PDF (PAdES) with the key of the section signing. Neither a draft nor a held run is signed "
            "without --even-if-draft, --even-if-held.",
        ),
    ),
]
DraftOption = Annotated[
    bool,
    typer.Option(
        "--even-if-draft",
        help=say("Ký cả báo cáo chưa có số và ngày.", "Sign even what has no number and date."),
    ),
]

Report = TypeVar("Report")


def chosen_formats(names: str, formats: Sequence[Format[Report]]) -> list[Format[Report]]:
    """Those of some formats that an option's value names. Raises Usage for a name that is none."""
    known = {each.name: each for each in formats}
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    unknown = [name for name in wanted if name not in known]
    if unknown or not wanted:
        raise Usage(
            f"định dạng không có: {', '.join(unknown)}; chọn trong {', '.join(known)}",
            f"unknown format: {', '.join(unknown)}; choose from {', '.join(known)}",
        )
    return [known[name] for name in wanted]
