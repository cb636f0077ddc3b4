"""Whether reports of a run are held back. Scans ask this too, and need nothing of what writes a report."""

from collections import Counter
from typing import TYPE_CHECKING

from checks.breaker import Hold, held
from checks.model.asset import Agency
from checks.score import Counted, score_of
from reports.messages.figures import percent

if TYPE_CHECKING:
    from history.store import Recorder

TREND = 12
"""Earlier runs that a report's trend goes back."""


def hold_of(recorder: "Recorder", run_id: str) -> Hold | None:
    """Why reports of a run are held back, by what the runs before it could assess of its assets: `checks.breaker`."""
    if recorder.run(run_id).purpose == "recheck":
        return None  # it is about what could not be assessed before

    def coverage(of: str) -> int | None:
        return score_of(recorder.tally(of, assets_of=run_id)).coverage

    return held(coverage(run_id), (coverage(each.id) for each in recorder.earlier(run_id, TREND)))


def tally_of(recorder: "Recorder", run: str, agency: Agency, assets_of: str | None = None) -> dict[Counted, int]:
    """How many findings of each kind a run has of an agency, under whichever of its names the run knows it by; of the
    assets that another run judged, where one is named. Raises Damaged."""
    found: Counter[Counted] = Counter()
    for name in agency.names:
        found.update(recorder.tally(run, agency=name, assets_of=assets_of))
    return dict(found)


def held_words(hold: Hold) -> tuple[str, str]:
    """Why a run is held, in both languages."""
    (now_vi, usual_vi), (now_en, usual_en) = (
        [percent(each, language) for each in (hold.coverage, hold.usual)] for language in ("vi", "en")
    )
    return (
        "Báo cáo của đợt này bị giữ lại: phần chưa đánh giá được nhiều hơn hẳn thường thấy (độ bao phủ "
        f"{now_vi}, thường là {usual_vi}). Kiểm tra đường mạng và rà quét lại, hoặc thêm --even-if-held.",
        "The reports of this run are held: far more than usual could not be assessed (coverage "
        f"{now_en}, usually {usual_en}). Check the way to the servers and scan again, or add --even-if-held.",
    )
