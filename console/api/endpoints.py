"""The addresses of the API: the one table, from which routes, reading, telling and OpenAPI are made."""

from checks.compare import Change
from checks.model.act import Deed
from checks.model.finding import Finding
from checks.model.text import Text
from console.api import answers, views
from console.api.interface import Endpoint, Operation, Page, Paging
from history.facts import RunRow
from history.flights import Flight

BYTES = "application/octet-stream"
ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("me", "me", Operation("me", Text("Mã truy cập này của ai", "Whose token this is"), views.me, answers.Me)),
    Endpoint(
        "agencies",
        "agencies",
        Operation(
            "agencies",
            Text("Các cơ quan theo một đợt rà quét", "How agencies stand by a run"),
            views.agencies,
            Page[answers.AgencyStanding],
            answers.AgenciesWanted,
        ),
    ),
    Endpoint(
        "agency",
        "agencies/<slug:agency>",
        Operation(
            "agency",
            Text("Một cơ quan", "How one agency stands"),
            views.agency,
            answers.AgencyStanding,
            answers.OfRun,
        ),
    ),
    Endpoint(
        "agency-scores",
        "agencies/<slug:agency>/scores",
        Operation(
            "agency_scores",
            Text("Điểm của một cơ quan qua các đợt", "The scores of an agency from scan to scan"),
            views.agency_scores,
            tuple[answers.SeriesPoint, ...],
            answers.SeriesWanted,
        ),
    ),
    Endpoint(
        "scores",
        "scores",
        Operation(
            "scores",
            Text("Điểm qua các đợt của tất cả những gì được xem", "The scores of all that may be seen, scan by scan"),
            views.scores,
            tuple[answers.SeriesPoint, ...],
            answers.SeriesWanted,
        ),
    ),
    Endpoint(
        "runs",
        "runs",
        Operation(
            "runs",
            Text("Các đợt rà quét, mới nhất trước", "The runs, newest first"),
            views.runs,
            Page[RunRow],
            answers.RunsWanted,
        ),
    ),
    Endpoint("run", "runs/<slug:run>", Operation("run", Text("Một đợt rà quét", "One run"), views.run, RunRow)),
    Endpoint(
        "runs-in-flight",
        "runs-in-flight",
        Operation(
            "runs_in_flight",
            Text("Các đợt chưa kết thúc, mới nhất trước", "The runs that are open, newest first, and how far they are"),
            views.runs_in_flight,
            tuple[Flight, ...],
        ),
        overseers=True,
    ),
    Endpoint(
        "run-cancellation",
        "runs/<slug:run>/cancellation",
        Operation(
            "run_cancellation",
            Text("Ai đã hủy một đợt", "Who cancelled a run, when and why"),
            views.cancellation,
            answers.Cancellation,
        ),
        Operation(
            "cancel",
            Text("Hủy một đợt; chỉ đội giám sát", "Cancel a run, which ends it for good; the security team alone"),
            views.cancel,
            answers.Cancellation,
            body=answers.Because,
            status=202,
            conflicts=True,
        ),
        overseers=True,
    ),
    Endpoint(
        "stop",
        "stop",
        Operation(
            "emergency_stop",
            Text("Lệnh dừng khẩn cấp có hiệu lực hay không", "Whether the emergency stop stands"),
            views.emergency_stop,
            answers.EmergencyStop,
        ),
        Operation(
            "change_emergency_stop",
            Text("Ra lệnh hoặc bỏ lệnh dừng khẩn cấp; chỉ đội giám sát", "Order or lift it; the security team alone"),
            views.change_emergency_stop,
            answers.EmergencyStop,
            body=answers.StopWish,
            conflicts=True,
        ),
        overseers=True,
    ),
    Endpoint(
        "run-findings",
        "runs/<slug:run>/findings",
        Operation(
            "run_findings",
            Text("Các kết luận của một đợt", "The findings of a run, by agency, asset and control"),
            views.run_findings,
            Page[Finding],
            answers.FindingsWanted,
        ),
    ),
    Endpoint(
        "finding",
        "runs/<slug:run>/findings/<slug:asset>/<slug:control>",
        Operation(
            "finding",
            Text("Một kết luận với bằng chứng", "One finding with its evidence and the policy's words"),
            views.finding,
            answers.WholeFinding,
        ),
    ),
    Endpoint(
        "run-differences",
        "runs/<slug:run>/differences",
        Operation(
            "run_differences",
            Text("Thay đổi so với một đợt trước", "What became of the findings of an earlier run"),
            views.run_differences,
            Page[Change],
            answers.DifferencesWanted,
        ),
    ),
    Endpoint(
        "reports",
        "reports",
        Operation(
            "reports",
            Text("Các tệp đã ban hành, ký hoặc gửi", "The files that were issued, signed or sent"),
            views.reports_,
            Page[answers.Report],
            answers.ReportsWanted,
        ),
    ),
    Endpoint(
        "report",
        "reports/<int:number>",
        Operation("report", Text("Một tệp báo cáo", "What is told of one file"), views.report, answers.Report),
    ),
    Endpoint(
        "report-file",
        "reports/<int:number>/file",
        Operation(
            "report_file",
            Text("Nội dung nguyên vẹn của tệp", "The very bytes of a file; that they were taken is put on record"),
            views.report_file,
            BYTES,
        ),
    ),
    Endpoint(
        "requests",
        "requests",
        Operation(
            "requests",
            Text("Các yêu cầu rà quét gần đây", "What was asked for lately, newest first"),
            views.requests_,
            Page[answers.Request],
            Paging,
        ),
        Operation(
            "ask",
            Text("Đề nghị rà quét hoặc kiểm tra lại", "Ask for a scan, or for a recheck; an agency for one of its own"),
            views.ask,
            answers.Request,
            body=answers.Wish,
            status=201,
            conflicts=True,
        ),
    ),
    Endpoint(
        "acts",
        "acts",
        Operation(
            "acts",
            Text("Ai đã làm gì, mới nhất trước", "Who did what, newest first"),
            views.acts,
            Page[Deed],
            answers.ActsWanted,
        ),
        overseers=True,
    ),
)
