"""The types of a policy file as people write it, and the JSON Schema that is generated from them.

Only shape is held here: keys, types, bounds, words. What needs another file or the registry of rules (parents,
overrides, parameters) is the business of `policies.resolve`.
"""

import json
import unicodedata
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core.core_schema import NullableSchema, WithDefaultSchema

from checks.model.policy import Severity
from checks.model.text import Text, TextError

MAX_PARENTS = 20
"""Policies that one policy may extend; more is a mistake."""
MAX_WORDS = 8000
"""Characters of one text; a longer one is a mistake."""


def _words(value: str) -> str:
    if not value.strip():
        raise TextError("không được để trống", "must not be blank")
    if any(unicodedata.category(each) in ("Cc", "Cs") and each not in "\n\t" for each in value):
        raise TextError("chứa ký tự điều khiển", "holds a control character")
    return value.strip("\n")


def _given(value: Any) -> Any:
    if value is None:
        raise TextError("không được để trống (null)", "must not be null")
    return value


def _distinct(value: tuple[Any, ...]) -> tuple[Any, ...]:
    twice = next((each for index, each in enumerate(value) if each in value[:index]), None)
    if twice is not None:
        raise TextError(f"{twice!r} lặp lại", f"{twice!r} is there twice")
    return value


Words = Annotated[str, Field(min_length=1, max_length=MAX_WORDS), AfterValidator(_words)]
POLICY_ID = r"^[a-z0-9-]{1,40}$"
PolicyId = Annotated[str, StringConstraints(pattern=POLICY_ID)]
ControlId = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]+(-[A-Z0-9]+)*$", max_length=40)]
Version = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z][0-9A-Za-z.+-]{0,39}$")]
Level = Annotated[int, Field(ge=1, le=5)]
Label = Annotated[str, StringConstraints(pattern=r"^\S{1,60}$")]
DueDays = Annotated[int, Field(ge=1, le=3650)]
Given = AfterValidator(_given)
"""For keys that may be left out but, once written, must say something."""


class Written(BaseModel):
    """A part of a policy file: strict, no unknown key, frozen."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, use_attribute_docstrings=True)


class WrittenText(Written):
    """The same words in Vietnamese and in English."""

    vi: Words
    en: Words

    def text(self) -> Text:
        return Text(self.vi, self.en)


class WrittenBasis(Written):
    """What a control rests on."""

    kind: Literal["law", "standard", "profile", "good_practice"]
    """A control without a legal text behind it says so here."""
    document: Words
    clause: Annotated[Words | None, Given] = None
    confidence: Literal["text", "summary", "news"] = "text"
    """Whether the document itself was read, or a summary of it, or news about it."""


class WrittenWhen(Written):
    """Which assets a control applies to; a key that is left out does not restrict."""

    levels: Annotated[Annotated[tuple[Level, ...], Field(min_length=1)] | None, Given] = None
    """System levels, 1 to 5."""
    tags: Annotated[Annotated[tuple[Label, ...], Field(min_length=1)] | None, Given] = None
    """The asset has at least one of them."""
    zones: Annotated[Annotated[tuple[Label, ...], Field(min_length=1)] | None, Given] = None
    """The vantage that the asset is looked at from."""


class WrittenRemediation(WrittenText):
    """What to do, and for each common server the lines to paste."""

    nginx: Annotated[Words | None, Given] = None
    apache: Annotated[Words | None, Given] = None
    iis: Annotated[Words | None, Given] = None
    """PowerShell, web.config or registry lines."""


BasisList = Annotated[tuple[WrittenBasis, ...], Field(min_length=1)]
RawParams = dict[str, Any]


class WrittenControl(Written):
    """One demand."""

    title: WrittenText
    check: Words
    """Id of the rule that judges it, as in "tls.protocols"."""
    params: RawParams = Field(default_factory=dict)
    """Parameters of the rule; its own type says which."""
    severity: Severity
    due_days: DueDays
    """Days from first seen to due."""
    when: WrittenWhen = WrittenWhen()
    effective: Annotated[date | None, Given] = None
    """The day from which it counts, as in 2027-01-01; before it, findings are announced and count in no score."""
    basis: BasisList
    rationale: WrittenText
    remediation: WrittenRemediation


class WrittenOverride(Written):
    """Fields of an inherited control that this policy replaces, each as a whole; or its disabling, with the reason."""

    disabled: Annotated[Literal[True] | None, Given] = None
    """The control is switched off; nothing but `reason` may stand beside it."""
    reason: Annotated[WrittenText | None, Given] = None
    """Why the control is switched off; reports show it."""
    title: Annotated[WrittenText | None, Given] = None
    check: Annotated[Words | None, Given] = None
    params: Annotated[RawParams | None, Given] = None
    severity: Annotated[Severity | None, Given] = None
    due_days: Annotated[DueDays | None, Given] = None
    when: Annotated[WrittenWhen | None, Given] = None
    effective: Annotated[date | None, Given] = None
    basis: Annotated[BasisList | None, Given] = None
    rationale: Annotated[WrittenText | None, Given] = None
    remediation: Annotated[WrittenRemediation | None, Given] = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        given = self.model_fields_set
        if not given:
            raise TextError("không thay đổi gì", "changes nothing")
        if "disabled" in given and given != {"disabled", "reason"}:
            raise TextError("disabled phải đi cùng reason và chỉ reason", "disabled goes with reason and nothing else")
        if "disabled" not in given and "reason" in given:
            raise TextError("reason chỉ đi cùng disabled: true", "reason goes only with disabled: true")
        return self


class WrittenPolicy(Written):
    """A policy file."""

    policy: PolicyId
    """Id of the policy."""
    version: Version
    """In quotes, as in "2026.1"."""
    title: WrittenText
    legal_basis: Annotated[tuple[WrittenText, ...] | None, Given] = None
    """Documents that the official letter cites at its head; left out, those of the parents."""
    extends: Annotated[tuple[PolicyId, ...], Field(max_length=MAX_PARENTS), AfterValidator(_distinct)] = ()
    """Policies whose controls this one inherits."""
    controls: dict[ControlId, WrittenControl] = Field(default_factory=dict)
    override: dict[ControlId, WrittenOverride] = Field(default_factory=dict)
    """Changes to inherited controls."""

    @model_validator(mode="after")
    def _some_demand(self) -> Self:
        if not self.controls and not self.extends:
            raise TextError("chính sách không yêu cầu gì", "the policy demands nothing")
        return self


class _Schema(GenerateJsonSchema):
    """A key that may be left out has no value to show; null is not one that it takes."""

    def default_schema(self, schema: WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def nullable_schema(self, schema: NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a policy file, for editors; policies/schema.json holds it."""
    generated = WrittenPolicy.model_json_schema(schema_generator=_Schema)
    return {"$schema": _Schema.schema_dialect, **generated}


def schema_text() -> str:
    """What policies/schema.json holds, byte for byte."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
