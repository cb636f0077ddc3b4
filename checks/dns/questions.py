"""What the rules of this family say where DNS was not asked, or gave no answer. It holds no demand of its own."""

from checks.check import Subject
from checks.model.dns import DnsQuestion
from checks.model.evidence import DnsObservation
from checks.model.finding import Outcome, not_assessable


def gap(subject: Subject[DnsObservation], question: DnsQuestion) -> Outcome:
    """Why a question has no answer."""
    failure = subject.observation.unanswered(question)
    return not_assessable(failure.reason, detail=failure.detail) if failure else not_assessable("not_asked")
