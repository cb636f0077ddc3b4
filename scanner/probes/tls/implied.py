"""Vulnerabilities and features, decided from what was heard anyway wherever that can be; the rest is named.

A harmless answer that is implied by one version says nothing while another version is in doubt.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from checks.model.evidence import Protocol
from checks.tls.features import NAMES as JUDGED_FEATURES
from checks.tls.vulnerabilities import NAMES as JUDGED_VULNERABILITIES
from scanner.probes.tls.examination import Examination
from scanner.probes.tls.notes import OLD, Notes
from scanner.probes.tls.reply import Doubt
from scanner.probes.tls.vulnerabilities.worker import Answer, Question

Told = bool | Doubt
"""Yes, no, or why it cannot be told."""

VULNERABILITIES: Final = tuple(JUDGED_VULNERABILITIES)
FEATURES: Final = (*JUDGED_FEATURES, "grease_tolerance")

_UNASKED: Final = Doubt("incomplete", "not asked")
_SHUT_OUT: Final = Doubt("tls_failed", "a client certificate is asked for")
_SHORT: Final = Doubt("incomplete", "hellos that ask for it are not answered")


def open_questions(examination: Examination) -> tuple[Question, ...]:
    """What is wanted, is not implied, and must be tried."""
    notes, wanted = examination.notes, examination.wanted
    if notes.old is None or examination.look.stopped is not None:
        return ()
    found: dict[Question, bool] = {
        "heartbleed": wanted.vulnerability("heartbleed") and _heartbleed(notes) is None,
        "ccs_injection": wanted.vulnerability("ccs_injection") and _ccs_injection(notes) is None,
        "robot": wanted.vulnerability("robot") and _robot(notes) is None,
        "client_renegotiation": wanted.feature("client_renegotiation")
        and isinstance(notes.renegotiates, Doubt)
        and not _shut_out(notes),
    }
    return tuple(question for question, asked in found.items() if asked)


def vulnerabilities(examination: Examination, answers: Mapping[Question, Answer]) -> dict[str, Told]:
    """Each vulnerability: there, not there, or why it cannot be told."""
    notes = examination.notes
    implied: dict[Question, Told | None] = {
        "heartbleed": _heartbleed(notes),
        "ccs_injection": _ccs_injection(notes),
        "robot": _robot(notes),
    }
    told: dict[str, Told] = {}
    for name, value in implied.items():
        if not examination.wanted.vulnerability(name):
            told[name] = Doubt("not_asked")
        else:
            told[name] = _weighed(
                notes, _answered(examination, answers, name) if value is None else value, harmless=False
            )
    return told


def features(examination: Examination, answers: Mapping[Question, Answer]) -> dict[str, Told]:
    """Each feature that has a meaning for the endpoint: there, not there, or why it cannot be told."""
    notes, wanted = examination.notes, examination.wanted
    renegotiates: Told = _UNASKED if notes.renegotiates is None else notes.renegotiates
    if _shut_out(notes):
        renegotiates = _SHUT_OUT
    elif isinstance(renegotiates, Doubt) and answers:
        renegotiates = _answered(examination, answers, "client_renegotiation")
    told: dict[str, Told] = {
        "compression": _old(notes, "compression", harmless=False),
        "secure_renegotiation": _old(notes, "secure_renegotiation", harmless=True),
        "client_renegotiation": _weighed(notes, _implied(notes, renegotiates, harmless=False), harmless=False),
        "early_data": _early_data(notes),
        "extended_master_secret": False
        if notes.old == "ssl3"  # which has no extensions (RFC 6101)
        else _old(notes, "extended_master_secret", harmless=True),
        "heartbeat": False if notes.old == "ssl3" else _old(notes, "heartbeat", harmless=False),
        "session_tickets": _tickets(notes),
        "grease_tolerance": _UNASKED if notes.grease is None else notes.grease,
    }
    extended = [notes.versions[each].told for each in OLD if each != "ssl3"]
    etm = [each["encrypt_then_mac"] for each in extended if "encrypt_then_mac" in each]
    if etm:  # it bears on suites with block chaining only
        told["encrypt_then_mac"] = all(etm)
    fallback = _fallback(notes)
    if fallback is not None:
        told["fallback_scsv"] = _weighed(notes, fallback, harmless=True)
    return {name: told[name] if wanted.feature(name) else Doubt("not_asked") for name in FEATURES if name in told}


def _answered(examination: Examination, answers: Mapping[Question, Answer], question: Question) -> Told:
    """What came of a question that had to be tried; one that was not had no time left, or no server that answers."""
    answer = answers.get(question)
    if answer is None:
        return examination.look.stopped or Doubt("deadline")
    return answer.value if answer.value is not None else Doubt(answer.reason or "incomplete", answer.detail)


def _heartbleed(notes: Notes) -> Told | None:
    """A server that has heartbeats answers the extension (RFC 6520 section 2); None: it has to be tried, in SSL 3.0
    too, in whose hellos there is no extension: OpenSSL 1.0.1 answers heartbeats all the same."""
    if notes.old is None:
        return _implied(notes, False, harmless=False)
    told = [notes.versions[each].told.get("heartbeat") for each in OLD[:-1] if notes.accepted(each)]
    return False if told and all(each is False for each in told) else None


def _ccs_injection(notes: Notes) -> Told | None:
    """The extended master secret came to OpenSSL with 1.1.0, after the fault had been mended in every branch
    (CVE-2014-0224, 2014-06-05), and never to a branch that had it; None: it has to be tried."""
    if notes.old is None:
        return _implied(notes, False, harmless=False)
    return False if notes.versions[notes.old].told.get("extended_master_secret") else None


def _robot(notes: Notes) -> Told | None:
    """None: it has to be tried. Who must have a certificate refuses us for the lack of one before it decrypts."""
    if notes.key_transport is not None:
        return _SHUT_OUT if _shut_out(notes) else None
    return next((doubt for each in OLD if (doubt := notes.versions[each].doubt) is not None), False)


def _shut_out(notes: Notes) -> bool:
    """Whether no handshake came about where a client certificate is asked for: no other client would get further."""
    told = notes.renegotiates
    return notes.wants_client_certificate and isinstance(told, Doubt) and told.reason == "tls_failed"


def _fallback(notes: Notes) -> Told | None:
    """None: with one version at most below TLS 1.3 there is nothing to fall back to."""
    return _doubt_of(notes, OLD) if notes.fallback is None else notes.fallback


def _early_data(notes: Notes) -> Told:
    if notes.accepted("tls1_3"):
        return _UNASKED if notes.early_data is None else notes.early_data
    return notes.versions["tls1_3"].doubt or False


def _tickets(notes: Notes) -> Told:
    """True where one version has them; False where each was asked that could."""
    told = {version: each.told[_TICKETS] for version, each in notes.versions.items() if _TICKETS in each.told}
    if any(told.values()):
        return True
    if notes.accepted("tls1_3") and "tls1_3" not in told:
        return notes.early_data if isinstance(notes.early_data, Doubt) else _UNASKED
    doubt = _doubt_of(notes, ("tls1_3", *OLD))
    if doubt is not None:
        return doubt
    if notes.old == "ssl3":  # which has no extensions (RFC 6101)
        return False
    return False if notes.old in told else _implied(notes, _SHORT, harmless=False)


_TICKETS: Final = "session_tickets"


def _old(notes: Notes, name: str, *, harmless: bool) -> Told:
    """A feature of versions below TLS 1.3, as the newest of them has it."""
    value: Told = _SHORT
    if notes.old is not None:
        value = notes.versions[notes.old].told.get(name, _SHORT)
    return _weighed(notes, _implied(notes, value, harmless=harmless), harmless=harmless)


def _implied(notes: Notes, value: Told, *, harmless: bool) -> Told:
    """The value, or the answer where there is no version below TLS 1.3 to ask in."""
    if notes.old is not None:
        return value
    if notes.versions["ssl2"].accepted and not notes.accepted("tls1_3"):
        return Doubt("incomplete", "SSL 2.0 is the only version to ask in")
    return _doubt_of(notes, (*OLD, "ssl2")) or harmless


def _weighed(notes: Notes, value: Told, *, harmless: bool) -> Told:
    """The harmless answer of one version says nothing while another version is in doubt."""
    doubt = _doubt_of(notes, OLD)
    return doubt if doubt is not None and value is harmless else value


def _doubt_of(notes: Notes, versions: Sequence[Protocol]) -> Doubt | None:
    """Why it is not known whether one of these versions is supported, if so."""
    unknown = (notes.versions[each] for each in versions if notes.versions[each].supported(each) is None)
    return next((each.doubt or Doubt("not_asked") for each in unknown), None)
