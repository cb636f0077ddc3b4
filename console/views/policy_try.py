"""What another policy would change by the evidence of the latest run. Nothing is scanned, and nothing is kept."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, HttpResponseBase

from checks.impact import KINDS, AgencyImpact, Shift
from checks.model.finding import Verdict
from checks.model.inventory import Inventory
from checks.model.policy import SEVERITIES, Severity
from checks.model.text import Text
from console import policy_words, tables, words
from console.pages import page
from console.request import Request
from console.tables import Cell, Column, Table
from console.views import common
from console.views.policies import broken
from console.written import NoPreview, Wish
from history.errors import NotSeen
from history.facts import RunRow
from policies.strict_yaml import InputErrors
from reports.messages import labels
from reports.messages.telling import tell

LARGEST_KIB = 256
"""Of a text that is tried."""
SHOWN = 300
"""Changes on the page; the CSV has all."""

Found = Sequence[tuple[str, Shift]]
"""Changes, each with its agency."""


def show(request: Request) -> HttpResponseBase:
    """The form, and with it what a policy would change once it is sent."""
    run = request.door.latest()
    if run is None:
        return page(request, "empty.html", title=policy_words.TRY)
    try:
        known = settings.WRITTEN.library().ids
    except InputErrors as error:
        return broken(request, error)
    form = Form(request, run, request.door.inventory(run.id), known)
    if request.method != "POST":
        return form.answer(Wish(run.id, common.chosen(request, "policy", known)))
    wish = form.wish()
    try:
        wish = with_file(wish, request.FILES.get("file"))
        if settings.WRITTEN.preview is None:
            raise NoPreview
        preview = settings.WRITTEN.preview(wish)
    except Unfit as error:
        return form.answer(wish, 409, problem=error.text)
    except NoPreview:
        return form.answer(wish, 503, problem=policy_words.NO_PREVIEW)
    except InputErrors as error:
        faults = [f"{each.place}: {each.message.in_(request.language)}" for each in error.errors]
        return form.answer(wish, 409, problem=policy_words.NOT_A_POLICY, faults=faults)
    found = [(each.agency, shift) for each in preview.agencies for shift in each.shifts]
    if request.POST.get("format") == "csv":
        return tables.answer(request, form.shifts(found), f"{run.id}-{preview.policy}-impact")
    return form.answer(
        wish,
        preview=preview,
        by_agency=form.by_agency(preview.agencies),
        by_control=form.by_control(found),
        shifts=form.shifts(found[:SHOWN]),
        count=len(found),
    )


class Unfit(Exception):
    """What was sent cannot be tried."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


def with_file(wish: Wish, file: "UploadedFile[bytes] | None") -> Wish:
    """The same with the text of a file, if one was chosen. Raises Unfit where there is not one thing to try."""
    text = wish.text
    if file:
        try:
            text = file.read((LARGEST_KIB << 10) + 1).decode("utf-8-sig")
        except UnicodeDecodeError:
            raise Unfit(policy_words.NOT_TEXT) from None
    if len(text.encode()) > LARGEST_KIB << 10:
        raise Unfit(policy_words.TOO_LARGE)
    if bool(text.strip()) == bool(wish.policy):
        raise Unfit(policy_words.ONE_OF_BOTH)
    return replace(wish, text=text)


@dataclass(frozen=True, slots=True)
class Form:
    """The page for one request."""

    request: Request
    run: RunRow
    inventory: Inventory
    policies: Sequence[str]
    """Ids of those that can be chosen."""

    @property
    def _used(self) -> list[str]:
        """Ids of the policies that the run judged by."""
        return sorted(self.request.door.policies(self.run.id))

    def wish(self) -> Wish:
        """What was sent. Raises NotSeen for a policy or an agency that there is not."""
        sent = {name: self.request.POST.get(name, "") for name in ("policy", "text", "agency", "under")}
        agencies = [each.id for each in self.inventory.agencies]
        for name, known in (("policy", self.policies), ("agency", agencies), ("under", self._used)):
            if sent[name] not in ("", *known):
                raise NotSeen(sent[name])
        return Wish(self.run.id, sent["policy"], sent["text"].replace("\r\n", "\n"), sent["agency"], sent["under"])

    def answer(self, wish: Wish, status: int = 200, **content: object) -> HttpResponse:
        """The page."""
        nothing = {"preview": None, "problem": None, "faults": ()}
        return page(
            self.request,
            "policy_try.html",
            status,
            run=self.run,
            wish=wish,
            size=LARGEST_KIB,
            policies=[(each, each) for each in self.policies],
            agencies=[(each.id, each.name.in_(self.request.language)) for each in self.inventory.agencies],
            used=[(each, each) for each in self._used],
            **{**nothing, **content},
        )

    def by_agency(self, found: Sequence[AgencyImpact]) -> Table:
        """The scores of each agency, now and then, and how many verdicts would change."""
        language = self.request.language
        names = {each.id: each.name.in_(language) for each in self.inventory.agencies}
        rows = [
            (
                Cell(names.get(each.agency, each.agency), common.link("agency", agency=each.agency)),
                common.count_cell(each.assets, language),
                common.share_cell(each.before.score, language),
                common.share_cell(each.after.score, language),
                common.share_cell(each.after.coverage, language),
                *(common.count_cell(each.count(kind), language) for kind in KINDS),
            )
            for each in found
        ]
        columns = (
            Column(words.AGENCY),
            Column(words.ASSETS, numeric=True),
            Column(policy_words.SCORE_BEFORE, numeric=True),
            Column(policy_words.SCORE_AFTER, numeric=True),
            Column(policy_words.COVERAGE_AFTER, numeric=True),
            *(Column(policy_words.KINDS[kind], numeric=True) for kind in KINDS),
        )
        return Table(policy_words.BY_AGENCY, columns, rows, words.AGENCIES_NONE)

    def by_control(self, found: Found) -> Table:
        """How many verdicts of each control would change, worst severity first."""
        language = self.request.language
        counted: dict[tuple[Severity, str], Counter[str]] = {}
        for _, shift in found:
            counted.setdefault((shift.severity, shift.control), Counter())[shift.kind] += 1
        ordered = sorted(counted.items(), key=lambda each: (SEVERITIES.index(each[0][0]), each[0][1]))
        rows = [
            (
                Cell(control, look="code"),
                common.severity_cell(severity, language),
                *(common.count_cell(kinds[kind], language) for kind in KINDS),
            )
            for (severity, control), kinds in ordered
        ]
        columns = (
            Column(words.CONTROL),
            Column(labels.SEVERITY),
            *(Column(policy_words.KINDS[kind], numeric=True) for kind in KINDS),
        )
        return Table(policy_words.BY_CONTROL, columns, rows, policy_words.SHIFTS_NONE)

    def shifts(self, found: Found) -> Table:
        """Each change."""
        language = self.request.language
        names = {each.id: each.name.in_(language) for each in self.inventory.agencies}
        rows = [
            (
                Cell(shift.control, look="code"),
                Cell(shift.asset, look="code"),
                Cell(names.get(agency, agency)),
                common.severity_cell(shift.severity, language),
                Cell(policy_words.KINDS[shift.kind].in_(language)),
                self._verdict(shift.before),
                self._verdict(shift.after),
                Cell(self._why(shift)),
            )
            for agency, shift in found
        ]
        columns = (
            Column(words.CONTROL),
            Column(words.ASSET),
            Column(words.AGENCY),
            Column(labels.SEVERITY),
            Column(policy_words.CHANGE),
            Column(policy_words.VERDICT_BEFORE),
            Column(policy_words.VERDICT_AFTER),
            Column(labels.REASON),
        )
        return Table(policy_words.SHIFTS, columns, rows, policy_words.SHIFTS_NONE)

    def _verdict(self, verdict: Verdict | None) -> Cell:
        language = self.request.language
        if verdict is None:
            return Cell(policy_words.NO_SUCH_CONTROL.in_(language))
        return common.verdict_cell(verdict, language)

    def _why(self, shift: Shift) -> str:
        language = self.request.language
        told = list(dict.fromkeys(tell(each.reason, each.params, language) for each in shift.reasons))
        return "; ".join([*told, *([policy_words.NEWER_RULE.in_(language)] if shift.newer_rule else [])])
