"""Reports as they were at a moment: what was archived by then comes out byte for byte, the rest is made anew."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from checks.model.text import Language
from reports.estate.model import EstateReport
from reports.formats import Format
from reports.formats.agency import Wanted
from reports.formats.files import put
from reports.model import Letter
from scanner.cli.errors import Refused, Usage
from scanner.cli.estate import estate_report, write_estate
from scanner.cli.holding import held_words
from scanner.cli.issue import FORMAT
from scanner.cli.language import say
from scanner.cli.moments import shown
from scanner.cli.past import Past
from scanner.cli.telling import AgencyReports
from scanner.cli.ui import note, print_line
from scanner.cli.writing import write_reports

if TYPE_CHECKING:
    from history.issues import Archived


@dataclass(frozen=True, slots=True)
class PastReports:
    """Writes the reports of a moment into a folder."""

    past: Past
    letter: Letter
    """What stands in khien.yaml today; history holds no letter but in the archived files."""
    folder: Path
    even_if_held: bool

    def write(self, agencies: Sequence[str], wanted: Wanted, jobs: int) -> None:
        """Each agency's report of the latest scan until then that judged it; of the latest scan at all, where none is
        named. Raises Usage, Refused, Damaged, and what `write_reports` raises.
        """
        for run, own in self._runs(agencies).items():
            reports = self._reports(run, own)
            found = [(each.id, self._archived(run, each.id, wanted.languages[0])) for each in reports.agencies]
            kept = {name: each for name, each in found if each is not None and _has_pdf(wanted)}
            for each in kept.values():
                self._copy(each)
            others = replace(wanted, formats=[each for each in wanted.formats if each.name != FORMAT])
            fresh = [each.id for each in reports.agencies if each.id not in kept]
            for names, of in ((fresh, wanted), (sorted(kept), others)):
                if names and of.formats:
                    write_reports(self._reports(run, names), of, self.folder, jobs)

    def write_estate(self, formats: Sequence[Format[EstateReport]], language: Language) -> None:
        """The report on the estate of the latest scan until then. Raises the same."""
        run = self._latest()
        archived = self._archived(run, "", language) if any(each.name == FORMAT for each in formats) else None
        if archived is not None:
            self._copy(archived)
            formats = [each for each in formats if each.name != FORMAT]
        if formats:
            for path in write_estate(estate_report(self._reports(run, ())), formats, language, self.folder):
                print_line(path)

    def _runs(self, agencies: Sequence[str]) -> dict[str, list[str]]:
        """The agencies to tell of by run: none, where it is all that the run was about."""
        if not agencies:
            return {self._latest(): []}
        found: dict[str, list[str]] = {}
        for each in agencies:
            run, names = self._latest_of(each)
            found.setdefault(run, []).extend(names)
        return found

    def _latest(self) -> str:
        """The latest scan until then. Raises Usage where there is none."""
        run = next((each for each in self.past.runs if each.whole), None)
        if run is None:
            when = shown(self.past.at)
            raise Usage(f"đến {when} chưa có đợt rà quét nào kết thúc", f"no scan was finished by {when}")
        return run.id

    def _latest_of(self, agency: str) -> tuple[str, list[str]]:
        """The latest scan until then over an agency, and the ids that it had there: several of one that was merged
        since. Raises Usage where there is none."""
        names = self.past.names([agency]) or frozenset()
        for run in self.past.runs:
            own = sorted(names & self.past.recorder.agencies(run.id)) if run.whole else []
            if own:
                return run.id, own
        when = shown(self.past.at)
        raise Usage(f"đến {when} chưa có đợt rà quét nào về {agency}", f"no scan of {agency} was finished by {when}")

    def _reports(self, run: str, agencies: Sequence[str]) -> AgencyReports:
        """Raises Refused where they were held, unless that does not matter."""
        found = AgencyReports(self.past.recorder, run, agencies, self.letter, self.past.moment)
        if found.run.held is not None and not self.even_if_held:
            raise Refused(*held_words(found.run.held))
        return found

    def _archived(self, run: str, agency: str, language: Language) -> "Archived | None":
        from history import issues

        return issues.latest(run, agency, language, FORMAT, self.past.moment)

    def _copy(self, archived: "Archived") -> None:
        from history import issues

        data = issues.content(archived)
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / Path(archived.file.name).name
        put(data, path)
        note(say(f"{path.name}: bản đã lưu.", f"{path.name}: the archived copy."))
        print_line(path)


def _has_pdf(wanted: Wanted) -> bool:
    return any(each.name == FORMAT for each in wanted.formats)
