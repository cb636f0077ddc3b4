"""How tests ask a rule: parameters as a policy gives them, and everything that a rule must never do held against it."""

from collections.abc import Mapping
from typing import Any

from checks.check import COMMON_REASONS, Check, Subject
from checks.model.canonical import canonical
from checks.model.evidence import ProbeFailure
from checks.model.finding import Outcome
from checks.model.text import Language
from reports.messages.catalogue import sentence


def ask(check: Check[Any, Any], subject: Subject[Any], params: Mapping[str, Any] | None = None) -> Outcome:
    """The outcome of a rule, after a look at its form: known reasons, whole sentences, unique keys in place."""
    given = check.params.model_validate_json(canonical(dict(params or {})))
    if isinstance(subject.observation, ProbeFailure):
        assert check.on_failure is not None
        outcome = check.on_failure(subject, given)
        known = check.reasons | COMMON_REASONS | {subject.observation.reason}
    else:
        outcome = check.judge(subject, given)
        unanswered = {each.reason for each in getattr(subject.observation, "failures", ())}
        known = check.reasons | COMMON_REASONS | unanswered | ({"not_asked"} if check.asks or check.records else set())
    assert outcome.reason in known
    assert (outcome.verdict == "fail") == bool(outcome.instances)
    keys = [each.key for each in outcome.instances]
    assert len(set(keys)) == len(keys)
    assert all(len(str(value)) <= 300 for value in outcome.params.values())
    languages: tuple[Language, ...] = ("vi", "en")
    for language in languages:
        assert sentence(outcome.reason, outcome.params, language)
        assert all(sentence(each.reason, each.params, language) for each in outcome.instances)
    for instance in outcome.instances:
        assert instance.reason in check.reasons
        assert instance.key.startswith(subject.where)
        assert not instance.path or stands_at(subject.observation, instance.path) is not None
        assert all(len(str(value)) <= 300 for value in instance.params.values())
    return outcome


def stands_at(observation: Any, path: str) -> Any:
    """What a path leads to. Raises LookupError or AttributeError where it leads nowhere."""
    for part in path.split("."):
        observation = observation[int(part)] if part.isdecimal() else getattr(observation, part)
    return observation


def verdict(outcome: Outcome) -> str:
    """An outcome in short: "pass", "fail hsts_missing", "not_assessable error_status"."""
    reasons = [each.reason for each in outcome.instances] or [outcome.reason]
    return " ".join([outcome.verdict, *(each for each in reasons if each != "met")])
