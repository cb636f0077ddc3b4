"""Proof: that a run, a finding or a report is what was committed, computed anew while one waits; the keys and the
signed states of the log; and the evidence of a finding to take away.

Everything that is remembered is verified by `khien history verify`: it takes longer than a page may.
"""

from django.http import HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header

from checks.model.canonical import canonical, plain
from checks.model.checkpoint import Witness, witness
from checks.model.text import Text
from console import audit_words, journal, paging, tables, words
from console.alone import alone
from console.pages import page
from console.request import Request, Unclear
from console.tables import Cell, Column, Table
from console.views import common
from console.views.findings import policy_text
from history.inspection import Inspection
from history.proofs import Ledger, Proof
from history.signatures import State
from reports.messages.figures import moment, number
from reports.messages.ledger import BELIEFS, FAULTS, KEY_STATES

SHOWN = 50
"""Signed states on a page."""
LONGEST = 200
"""Characters of a checkpoint that somebody types."""


def run(request: Request, run: str) -> HttpResponse:
    """A run that has ended, whole."""
    with alone():
        proof = Inspection(request.door).prove_run(run)
    return _proof(request, proof, common.link("run", run=run), audit_words.of_run(run))


def finding(request: Request, run: str, asset: str, control: str) -> HttpResponse:
    """A finding."""
    proof = Inspection(request.door).prove_finding(run, asset, control)
    back = common.link("finding", run=run, asset=asset, control=control)
    return _proof(request, proof, back, audit_words.of_finding(asset, control))


def report(request: Request, number: int) -> HttpResponse:
    """A file that was issued, signed or sent."""
    proof = Inspection(request.door).prove_file(number)
    return _proof(request, proof, common.link("reports"), audit_words.of_file(number), file=True)


def evidence(request: Request, run: str, asset: str, control: str) -> HttpResponse:
    """A finding with all that it rests on, as canonical JSON: the bytes of each observation stand in it as they are
    digested. That it was taken is put on record."""
    row, found = request.door.run(run), request.door.finding(run, asset, control)
    policy = request.door.policies(run)[found.policy]
    demand, rests = policy.control(control), {each.target for each in found.evidence}
    seen = {key: each for key, each in request.door.evidence(run, found).items() if key in rests}
    file, text = ("", "") if demand is None else policy_text(request.door, run, policy, demand)
    told = {
        "schema": "khien.evidence/1",
        "run": {"id": row.id, "digest": row.head, "log_entry": Inspection(request.door).place(run)},
        "finding": plain(found),
        "looks": [
            {"sighting": plain(each.sighting), "observation": plain(each.observation)}
            for _, each in sorted(seen.items())
        ],
        "policy": {
            "id": policy.id,
            "version": policy.version,
            "digest": row.policies[policy.id],
            "file": file,
            "text": text,
        },
    }
    name = f"{run}-{asset}-{control}.json"
    journal.note("data.downloaded", journal.signed_in(request.account.name), name, (found.agency,))
    disposition = content_disposition_header(True, name) or "attachment"
    return HttpResponse(canonical(told), content_type="application/json", headers={"Content-Disposition": disposition})


def checkpoints(request: Request) -> HttpResponseBase:
    """The log as it is: its keys, its signed states, and whether it begins with a state that somebody noted."""
    ledger = Inspection(request.door).ledger()
    states = ledger.signatures.states[::-1]
    if tables.wants_csv(request):
        second = request.GET.get("table") == "keys"
        table = _keys(request, ledger) if second else _states(request, ledger, states)
        return tables.answer(request, table, "keys" if second else "checkpoints")
    part, noted = paging.part(request, len(states), SHOWN), _noted(request)
    return page(
        request,
        "checkpoints.html",
        head=ledger.head(),
        keys=_keys(request, ledger),
        states=_states(request, ledger, states[part.start : part.end]),
        part=part,
        faults=[each for state in ledger.signatures.states for each in state.faults] + [*ledger.signatures.faults],
        fault_names=FAULTS,
        noted=request.GET.get("noted", "").strip()[:LONGEST],
        begins=None if noted is None else _begins(ledger, noted),
    )


def _proof(request: Request, proof: Proof, back: str, about: Text, file: bool = False) -> HttpResponse:
    computed = audit_words.COMPUTED_BYTES if file else audit_words.COMPUTED_ENTRIES
    found = ((audit_words.IN_RUN, proof.entry), (audit_words.IN_LOG, proof.leaf))
    belief = None if proof.signed is None else BELIEFS[proof.signed.belief]
    return page(
        request,
        "proof.html",
        proof=proof,
        leaves=[(title, each) for title, each in found if each is not None],
        about=about,
        back=back,
        belief=belief,
        computed=computed,
        faults=FAULTS,
    )


def _noted(request: Request) -> Witness | None:
    written = request.GET.get("noted", "").strip()[:LONGEST]
    if not written:
        return None
    try:
        return witness(written)
    except ValueError:
        raise Unclear(audit_words.NO_CHECKPOINT) from None


def _begins(ledger: Ledger, noted: Witness) -> bool:
    """Whether the log begins with a state that was noted elsewhere."""
    return noted.size <= ledger.tree.size and noted.fits(ledger.head(noted.size))


def _keys(request: Request, ledger: Ledger) -> Table:
    language = request.language
    rows = [
        (
            Cell(each.key, look="code"),
            Cell(KEY_STATES[each.state].in_(language)),
            Cell(moment(each.made.at, language), value=each.made.at.isoformat()),
            Cell(each.made.by),
            Cell(each.before or "–", look="code"),
            Cell("–" if each.revoked is None else moment(each.revoked.at, language)),
            Cell("–" if each.revoked is None else each.revoked.reason),
        )
        for each in ledger.signatures.keyring.keys.values()
    ]
    columns = (
        Column(audit_words.KEY),
        Column(words.STATE),
        Column(audit_words.IN_USE_FROM),
        Column(audit_words.BY),
        Column(audit_words.TOOK_PLACE_OF),
        Column(audit_words.REVOKED),
        Column(words.REASON),
    )
    return Table(audit_words.KEYS, columns, rows, audit_words.KEYS_NONE)


def _states(request: Request, ledger: Ledger, found: tuple[State, ...]) -> Table:
    language, rows = request.language, []
    for state in found:
        told = state.logged.checkpoint
        if state.faults:
            worth = Cell("; ".join(each.detail for each in state.faults), look="fail")
        else:
            belief = ledger.signatures.keyring.belief(state.logged)
            worth = Cell(BELIEFS[belief].in_(language), look="pass" if belief == "good" else "not_assessable")
        rows.append(
            (
                Cell(number(state.logged.sequence, language), value=state.logged.sequence),
                Cell(moment(told.at, language), value=told.at.isoformat()),
                Cell(number(told.size, language), look="number", value=told.size),
                Cell(told.root, look="code"),
                Cell(told.key, look="code"),
                worth,
                Cell((audit_words.YES if state.logged.timestamp else audit_words.NO).in_(language)),
            )
        )
    columns = (
        Column(audit_words.CHECKPOINT),
        Column(words.DATE),
        Column(audit_words.LEAVES, numeric=True),
        Column(audit_words.ROOT),
        Column(audit_words.KEY),
        Column(audit_words.SIGNATURE),
        Column(audit_words.STAMPED),
    )
    return Table(audit_words.CHECKPOINTS, columns, rows, audit_words.CHECKPOINTS_NONE)
