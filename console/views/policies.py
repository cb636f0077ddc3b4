"""The policies as their files are now: all of them, and one with everything that it inherits."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseBase

from checks.model.asset import Agency
from checks.model.canonical import canonical
from checks.model.policy import SEVERITIES, Control, Policy, When
from checks.model.text import Language, Text
from console import policy_words, tables, words
from console.pages import page
from console.request import Request
from console.tables import Cell, Column, Table
from console.views import common
from history.access import Door
from policies.loader import Decision, PolicyLibrary, policy_digest
from policies.strict_yaml import InputErrors
from reports.messages import labels

TEXT = 200_000
"""Characters of a policy's file that a page shows."""


@dataclass(frozen=True, slots=True)
class Used:
    """What the latest run judged by; nothing where there was none yet."""

    agencies: tuple[Agency, ...] = ()
    assets: Mapping[str, Counter[str]] = field(default_factory=dict)
    """By policy: how many assets of each agency."""
    digests: Mapping[str, str] = field(default_factory=dict)
    """Of the policies as that run had them."""

    def at(self, policy: str) -> list[tuple[Agency, int]]:
        """The agencies with assets under a policy, and how many."""
        counted = self.assets.get(policy, Counter())
        return [(each, counted[each.id]) for each in self.agencies if counted[each.id]]

    def since(self, policy: Policy) -> Text:
        """Whether a policy is as that run had it."""
        if policy.id not in self.digests:
            return policy_words.NOT_IN_RUN
        same = self.digests[policy.id] == policy_digest(policy)
        return policy_words.AS_IN_RUN if same else policy_words.NOT_AS_IN_RUN


@dataclass(frozen=True, slots=True)
class Demand:
    """A control as the page tells it."""

    control: Control
    decisions: tuple[Decision, ...]

    @property
    def changed_by(self) -> str:
        """The policies that change what another one states, nearest first."""
        return ", ".join(each.policy for each in self.decisions if each.says == "changes")

    def decided(self, language: Language) -> str:
        """Each place that has a say in it, nearest first."""
        told = []
        for each in self.decisions:
            says = policy_words.SAYS[each.says].in_(language).format(fields=", ".join(each.fields))
            told.append(f"{Path(each.source).name}:{each.place} {says}")
        return "; ".join(told)


def every(request: Request) -> HttpResponseBase:
    """All of them, with where each is used."""
    try:
        library = settings.WRITTEN.library()
    except InputErrors as error:
        return broken(request, error)
    table = _policies(request, library)
    if tables.wants_csv(request):
        return tables.answer(request, table, "policies")
    return page(request, "policies.html", table=table, faults=[])


def broken(request: Request, error: InputErrors) -> HttpResponse:
    """What is said where the files cannot be read."""
    return page(request, "policies.html", 409, table=None, faults=[each.in_(request.language) for each in error.errors])


def one(request: Request, policy: str) -> HttpResponseBase:
    """A policy with all that it inherits."""
    try:
        library = settings.WRITTEN.library()
    except InputErrors as error:
        return broken(request, error)
    if policy not in library.ids:
        raise Http404
    found = library.get(policy)
    demands = [Demand(each, library.decisions(policy, each.id)) for each in found.controls]
    origins = tuple(sorted({each.origin for each in found.controls}))
    families = tuple(sorted({_family(each) for each in found.controls}))
    severity, origin = common.chosen(request, "severity", SEVERITIES), common.chosen(request, "origin", origins)
    family, sought = common.chosen(request, "family", families), common.searched(request)
    fitting = [
        each
        for each in demands
        if severity in ("", each.control.severity)
        and origin in ("", each.control.origin)
        and family in ("", _family(each.control))
        and sought in f"{each.control.id} {each.control.title.in_(request.language)} {each.control.check}".casefold()
    ]
    if tables.wants_csv(request):
        return tables.answer(request, _whole(request, fitting), f"policy-{policy}")
    used = _used(request.door)
    texts = [
        (name, _file(library, name), text[:TEXT], len(text) > TEXT) for name, text in library.sources(policy).items()
    ]
    return page(
        request,
        "policy.html",
        policy=found,
        stands_in=_file(library, policy),
        default=settings.WRITTEN.policy == policy,
        digest=policy_digest(found),
        since=used.since(found),
        used=used.at(policy),
        parents=_lineage(found)[1:],
        heirs=[each.id for each in library.all() if each.id != policy and policy in _lineage(each)],
        table=_controls(request, fitting),
        demands=fitting,
        texts=texts,
        severities=[(each, labels.SEVERITY_NAMES[each].in_(request.language)) for each in SEVERITIES],
        origins=[(each, each) for each in origins],
        families=[(each, each) for each in families],
        filters={"severity": severity, "origin": origin, "family": family, "q": request.GET.get("q", "")},
        applies=lambda when: applies(when, request.language),
        written=lambda value: canonical(dict(value)).decode(),
    )


def applies(when: When, language: Language) -> str:
    """Which assets a control applies to, in words."""
    parts = [
        text.in_(language).format(values=", ".join(map(str, values)))
        for text, values in (
            (policy_words.LEVELS, when.levels),
            (policy_words.TAGS, when.tags),
            (policy_words.ZONES, when.zones),
        )
        if values
    ]
    return "; ".join(parts) or policy_words.EVERY_ASSET.in_(language)


def _family(control: Control) -> str:
    """What a rule looks at: the first word of its id."""
    return control.check.partition(".")[0]


def _lineage(policy: Policy) -> list[str]:
    return [entry.partition(" ")[0] for entry in policy.lineage]


def _file(library: PolicyLibrary, policy: str) -> str:
    """Its file; empty: it is built in."""
    path = library.file(policy)
    return "" if path is None else str(path)


def _used(door: Door) -> Used:
    run = door.latest()
    if run is None:
        return Used()
    inventory, counted = door.inventory(run.id), dict[str, Counter[str]]()
    for each in inventory.assets:
        counted.setdefault(each.policy or "", Counter())[each.agency] += 1
    digests = {name: policy_digest(each) for name, each in door.policies(run.id).items()}
    return Used(inventory.agencies, counted, digests)


def _policies(request: Request, library: PolicyLibrary) -> Table:
    language, used = request.language, _used(request.door)
    rows = []
    for each in library.all():
        at = used.at(each.id)
        default = f" ({policy_words.DEFAULT.in_(language)})" if each.id == settings.WRITTEN.policy else ""
        rows.append(
            (
                Cell(each.id, common.link("policy", policy=each.id), look="code"),
                Cell(each.title.in_(language) + default),
                Cell(each.version),
                common.count_cell(len(each.controls), language),
                Cell(", ".join(_lineage(each)[1:]) or "–", look="code"),
                Cell(_file(library, each.id) or policy_words.BUILT_IN.in_(language)),
                common.count_cell(sum(count for _, count in at), language),
                common.count_cell(len(at), language),
                Cell(used.since(each).in_(language)),
            )
        )
    columns = (
        Column(labels.CODE),
        Column(policy_words.NAME),
        Column(labels.VERSION),
        Column(policy_words.CONTROLS, numeric=True),
        Column(policy_words.PARENTS),
        Column(policy_words.WHERE_FROM),
        Column(policy_words.USED_AT, numeric=True),
        Column(policy_words.USED_BY, numeric=True),
        Column(policy_words.SINCE_RUN),
    )
    return Table(policy_words.TITLE, columns, rows, policy_words.NONE)


def _controls(request: Request, found: list[Demand]) -> Table:
    """What the page shows of each control at a glance."""
    language = request.language
    rows = [
        (
            Cell(each.control.id, f"#{each.control.id}", look="code"),
            Cell(each.control.title.in_(language)),
            common.severity_cell(each.control.severity, language),
            common.count_cell(each.control.due_days, language),
            Cell(each.control.check, look="code"),
            Cell(each.control.origin, look="code"),
            Cell(each.changed_by or "–", look="code"),
        )
        for each in found
    ]
    columns = (
        Column(words.CONTROL),
        Column(words.DEMAND),
        Column(labels.SEVERITY),
        Column(policy_words.DUE_DAYS, numeric=True),
        Column(labels.RULE),
        Column(policy_words.STATED_BY),
        Column(policy_words.CHANGED_BY),
    )
    return Table(policy_words.EFFECTIVE, columns, rows, policy_words.CONTROLS_NONE)


def _whole(request: Request, found: list[Demand]) -> Table:
    """The same with all that there is to say, for a spreadsheet."""
    language, short = request.language, _controls(request, found)
    rows = [
        (
            *row,
            Cell(each.decided(language)),
            Cell(canonical(dict(each.control.params)).decode()),
            Cell(applies(each.control.when, language)),
            Cell("" if each.control.effective is None else each.control.effective.isoformat()),
            Cell("; ".join(f"{basis.document} {basis.clause or ''}".strip() for basis in each.control.basis)),
            Cell(each.control.rationale.in_(language)),
            Cell(each.control.remediation.vi if language == "vi" else each.control.remediation.en),
        )
        for row, each in zip(short.rows, found, strict=True)
    ]
    more = (
        Column(policy_words.DECIDED),
        Column(policy_words.PARAMS),
        Column(policy_words.WHEN),
        Column(policy_words.FROM_DAY),
        Column(words.BASIS),
        Column(words.WHY),
        Column(words.HOW_TO_FIX),
    )
    return Table(short.caption, (*short.columns, *more), rows, short.empty)
