"""How these tests ask a rule: parameters as a policy gives them, and the form of every answer looked at."""

from typing import Any

from checks.check import COMMON_REASONS, Check
from checks.model.evidence import ProbeFailure
from checks.model.finding import Instance, Outcome
from reports.messages.catalogue import sentence
from tests.factories import subject


def ask(
    check: Check[Any, Any], observation: Any, params: dict[str, Any] | None = None, **circumstances: Any
) -> Outcome:
    """The outcome of a rule: known reasons, sentences with every value in place, unique keys at the place looked at."""
    given = check.parameters(params or {})
    shown = subject(observation, **circumstances)
    if isinstance(observation, ProbeFailure):
        assert check.on_failure is not None
        outcome = check.on_failure(shown, given)
    else:
        outcome = check.judge(shown, given)
    assert outcome.reason in check.reasons | COMMON_REASONS or outcome.reason == getattr(observation, "reason", None)
    assert (outcome.verdict == "fail") == bool(outcome.instances)
    assert len({each.key for each in outcome.instances}) == len(outcome.instances)
    for instance in outcome.instances:
        assert instance.reason in check.reasons
        assert instance.key.startswith(shown.where)
        field = instance.path.split(".")[0]
        assert isinstance(observation, ProbeFailure) or hasattr(observation, field)
    statements: list[Outcome | Instance] = [outcome, *outcome.instances]
    for said in statements:
        for value in said.params.values():
            texts = value if isinstance(value, tuple) else (str(value),)
            assert all(len(each) <= 200 for each in texts)
        assert sentence(said.reason, said.params, "vi") != sentence(said.reason, said.params, "en")
    return outcome


def short(outcome: Outcome) -> str:
    """An outcome in short: "pass", "fail key_too_small", "not_assessable groups_unknown"."""
    reasons = [each.reason for each in outcome.instances] or [outcome.reason]
    return " ".join([outcome.verdict, *(each for each in reasons if each != "met")])
