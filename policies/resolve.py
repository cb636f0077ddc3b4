"""From policy files to policies: inheritance, overrides, and parameters held against their rules.

Pure: files come in as values that are already of the right shape. Faults are collected, never raised, so that a
reader sees all of them at once; a policy with a fault, in its own file or above it, does not come out.
"""

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError

from checks.check import Check
from checks.model.policy import Basis, Control, Disabled, Policy, Remediation, When
from checks.model.text import Text
from policies.explain import details, explain, nearest, quoted
from policies.strict_yaml import Document, InputError
from policies.written import (
    MAX_PARENTS,
    POLICY_ID,
    WrittenControl,
    WrittenOverride,
    WrittenPolicy,
    WrittenRemediation,
    WrittenWhen,
)

FIELDS = ("title", "check", "params", "severity", "due_days", "when", "effective", "basis", "rationale", "remediation")
"""What an override may replace."""

MAX_SUGGESTIONS = 50
"""After so many errors none is told with what may have been meant."""

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """One policy as it stands in its file."""

    document: Document
    text: str
    """The file's text, byte order mark removed."""
    written: WrittenPolicy


@dataclass(slots=True)
class Inheritance:
    """What the parents of a policy hand down."""

    controls: dict[str, list[tuple[str, Control]]] = field(default_factory=dict)
    """Control id to its distinct forms, each with the parent that it comes from; more than one is a conflict."""
    disabled: list[Disabled] = field(default_factory=list)
    lineage: list[str] = field(default_factory=list)
    legal_basis: list[Text] = field(default_factory=list)

    def add(self, parent: Policy) -> None:
        """Take in one parent; what is equal to something already there is the same thing (a diamond)."""
        for control in parent.controls:
            forms = self.controls.setdefault(control.id, [])
            if control not in [form for _, form in forms]:
                forms.append((parent.id, control))
        _extend(self.disabled, parent.disabled)
        _extend(self.lineage, parent.lineage)
        _extend(self.legal_basis, parent.legal_basis)


def _extend(found: list[Any], more: Iterable[Any]) -> None:
    found.extend(each for each in more if each not in found)


class Resolver:
    """Makes policies of files; ask for them with `resolve`, then look at `errors`.

    `broken` are the ids of files that have not the shape of a policy: whoever extends one of them does not come out
    either, but that is no fault of its own.
    """

    def __init__(
        self, files: Mapping[str, PolicyFile], rules: Mapping[str, Check[Any, Any]], broken: Collection[str] = ()
    ) -> None:
        self.files = files
        self.rules = rules
        self.broken = broken
        self.errors: list[InputError] = []
        self._done: dict[str, Policy | None] = {}
        self._open: list[str] = []

    def resolve(self, policy_id: str) -> Policy | None:
        """The policy with everything inherited, or None where it or an ancestor has a fault."""
        if policy_id not in self._done:
            self._open.append(policy_id)
            self._done[policy_id] = self._policy(self.files[policy_id])
            self._open.pop()
        return self._done[policy_id]

    def _policy(self, file: PolicyFile) -> Policy | None:
        written, faults = file.written, len(self.errors)
        own = {name: self._own(file, name, each) for name, each in written.controls.items()}
        inherited = self._inherit(file)
        if inherited is None:
            return None
        controls, disabled = self._apply(file, inherited)
        for name in own.keys() & inherited.controls.keys():
            vi = f"{name}: đã kế thừa từ {inherited.controls[name][0][0]}; muốn đổi thì ghi vào override"
            en = f"{name}: is inherited from {inherited.controls[name][0][0]}; to change it, put it under override"
            self._fault(file, ("controls", name), vi, en)
        every = {**controls, **{name: control for name, control in own.items() if control is not None}}
        if not every and len(self.errors) == faults:
            self._fault(file, (), "chính sách không còn yêu cầu nào", "the policy has no demand left")
        if len(self.errors) > faults:
            return None
        stated = written.legal_basis
        return Policy(
            id=written.policy,
            version=written.version,
            title=written.title.text(),
            controls=tuple(every[name] for name in sorted(every)),
            disabled=tuple(sorted((each for each in disabled if each.control not in every), key=_disabled_key)),
            lineage=(f"{written.policy} {written.version}", *inherited.lineage),
            legal_basis=tuple(inherited.legal_basis) if stated is None else tuple(each.text() for each in stated),
        )

    def look_into(self, document: Document) -> None:
        """Tell of parents, rules and parameters in a file that has not the shape of a policy as a whole.

        So that somebody who mends it is told everything at once.
        """
        written = document.value if isinstance(document.value, dict) else {}
        parents = written.get("extends")
        for index, parent_id in enumerate(parents[:MAX_PARENTS] if isinstance(parents, list) else ()):
            if isinstance(parent_id, str) and re.fullmatch(POLICY_ID, parent_id):
                self._reachable(document, ("extends", index), parent_id)
        for part in ("controls", "override"):
            controls = written.get(part)
            for name, control in controls.items() if isinstance(controls, dict) else ():
                check = control.get("check") if isinstance(control, dict) else None
                params = control.get("params", {}) if isinstance(control, dict) else None
                if isinstance(check, str) and isinstance(params, dict):
                    self._params(document, (part, name), check, params)

    def _inherit(self, file: PolicyFile) -> Inheritance | None:
        """What the parents hand down, or None where one of them does not come out."""
        found: Inheritance | None = Inheritance()
        for index, parent_id in enumerate(file.written.extends):
            parent = None
            if self._reachable(file.document, ("extends", index), parent_id):
                parent = self.resolve(parent_id)
            if parent is None:
                found = None
            elif found is not None:
                found.add(parent)
        return found

    def _reachable(self, document: Document, place: Place, parent_id: str) -> bool:
        if parent_id in self.broken:
            return False
        if parent_id not in self.files:
            near = self._nearest(parent_id, [*self.files, *self.broken])
            vi = f"không có chính sách {quoted(parent_id)}{near.vi}"
            en = f"there is no policy {quoted(parent_id)}{near.en}"
            self.errors.append(document.error(place, Text(vi, en)))
            return False
        if parent_id in self._open:
            circle = " -> ".join([*self._open[self._open.index(parent_id) :], parent_id])
            vi, en = f"kế thừa vòng tròn: {circle}", f"circular inheritance: {circle}"
            self.errors.append(document.error(place, Text(vi, en)))
            return False
        return True

    def _apply(self, file: PolicyFile, inherited: Inheritance) -> tuple[dict[str, Control], list[Disabled]]:
        """The inherited controls with this file's overrides."""
        override, controls, disabled = file.written.override, dict[str, Control](), list(inherited.disabled)
        switched_off = {each.control: each.by for each in inherited.disabled}
        for name, forms in inherited.controls.items():
            change = override.get(name)
            if change is None:
                controls[name] = forms[0][1]
                self._undecided(file, name, forms, switched_off.get(name))
            elif change.disabled and change.reason is not None:
                disabled.append(Disabled(name, change.reason.text(), file.written.policy))
            else:
                changed = self._changed(file, name, [form for _, form in forms], change)
                controls.update({name: changed} if changed else {})
        for name in override.keys() - inherited.controls.keys():
            near = self._nearest(name, inherited.controls)
            vi = f"{name}: không kế thừa biện pháp nào như vậy{near.vi}"
            en = f"{name}: no such control is inherited{near.en}"
            if name in switched_off:
                vi += f" ({switched_off[name]} đã tắt; muốn dùng lại thì ghi đầy đủ vào controls)"
                en += f" ({switched_off[name]} has disabled it; to have it again, state it in full under controls)"
            self._fault(file, ("override", name), vi, en)
        return controls, disabled

    def _undecided(
        self, file: PolicyFile, name: str, forms: Sequence[tuple[str, Control]], switched_off: str | None
    ) -> None:
        """An error where the parents disagree and this file does not decide."""
        if len(forms) > 1:
            parents = ", ".join(parent for parent, _ in forms)
            vi = f"{name}: khác nhau giữa các chính sách cha ({parents}); phải quyết định trong override"
            en = f"{name}: the parents differ ({parents}); decide under override"
            self._fault(file, ("extends",), vi, en)
        elif switched_off is not None:
            vi = f"{name}: {forms[0][0]} yêu cầu nhưng {switched_off} đã tắt; phải quyết định trong override"
            en = f"{name}: {forms[0][0]} demands it, {switched_off} has disabled it; decide under override"
            self._fault(file, ("extends",), vi, en)

    def _changed(
        self, file: PolicyFile, name: str, forms: Sequence[Control], change: WrittenOverride
    ) -> Control | None:
        """An inherited control with the fields that the override gives."""
        given = _fields(change)
        base = forms[0]
        contested = [each for each in FIELDS if any(getattr(form, each) != getattr(base, each) for form in forms)]
        undecided = ", ".join(each for each in contested if each not in given)
        if undecided:
            vi = f"{name}: các chính sách cha khác nhau ở {undecided}; phải ghi rõ tại đây"
            en = f"{name}: the parents differ in {undecided}; state it here"
            self._fault(file, ("override", name), vi, en)
            return None
        if "check" in given or "params" in given:
            place: Place = ("override", name)
            params = self._params(
                file.document, place, given.get("check", base.check), given.get("params", dict(base.params))
            )
            if params is None:
                return None
            given["params"] = params
        origins = {form.origin for form in forms}
        return replace(base, **given, origin=base.origin if len(origins) == 1 else file.written.policy)

    def _own(self, file: PolicyFile, name: str, written: WrittenControl) -> Control | None:
        params = self._params(file.document, ("controls", name), written.check, written.params)
        if params is None:
            return None
        return Control(id=name, **{**_fields(written), "params": params}, origin=file.written.policy)

    def _params(self, document: Document, place: Place, check_id: str, raw: Mapping[str, Any]) -> dict[str, Any] | None:
        """The rule's parameters, complete, as JSON types; None after an error."""
        check = self.rules.get(check_id)
        if check is None:
            near = self._nearest(check_id, self.rules)
            vi, en = f"không có quy tắc {quoted(check_id)}{near.vi}", f"there is no rule {quoted(check_id)}{near.en}"
            self.errors.append(document.error((*place, "check"), Text(vi, en)))
            return None
        above = (*place, "params")
        try:
            params: dict[str, Any] = check.params.model_validate_json(json.dumps(raw)).model_dump(mode="json")
        except ValidationError as error:
            self.errors += [document.error((*above, *each["loc"]), explain(each, above)) for each in details(error)]
            return None
        return params

    def _nearest(self, name: str, known: Iterable[str]) -> Text:
        """What was meant, perhaps; no more of it after many errors, because it costs."""
        return nearest(name, known) if len(self.errors) < MAX_SUGGESTIONS else Text("", "")

    def _fault(self, file: PolicyFile, place: Place, vi: str, en: str) -> None:
        self.errors.append(file.document.error(place, Text(vi, en)))


def _disabled_key(each: Disabled) -> tuple[str, str]:
    return each.control, each.by


def _fields(written: WrittenControl | WrittenOverride) -> dict[str, Any]:
    """The fields that are given, in the types of the model; parameters stay as they are written."""
    found: dict[str, Any] = {}
    for name in FIELDS:
        value = getattr(written, name)
        if value is not None:
            found[name] = _model(value)
    return found


def _model(value: Any) -> Any:
    match value:
        case WrittenRemediation():
            return Remediation(value.vi, value.en, value.nginx, value.apache, value.iis)
        case WrittenWhen():
            return When(value.levels or (), value.tags or (), value.zones or ())
        case tuple():
            return tuple(Basis(each.kind, each.document, each.clause, each.confidence) for each in value)
    return value.text() if hasattr(value, "text") else value
