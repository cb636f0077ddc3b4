"""The forms for one asset and for one agency: their fields with what stands in them, and what is wrong with each.

A form is one row of a sheet of an inventory file: the names of its fields are those of the columns.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from checks.model.asset import Agency
from checks.model.inventory import Inventory
from checks.model.text import Language, Text
from console import inventory_words as words
from console.request import Request
from policies.strict_yaml import InputError

Sheet = Literal["agencies", "assets"]
LONGEST = 4000
"""Characters of one field."""
SPARE = 2
"""So many contacts can be added at once."""
MOST_CONTACTS = 30
AUTHORISATION = ("document", "valid_from", "valid_until", "window", "timezone", "addresses", "source")
CONTACT = ("email", "role", "language")
GENERAL: Mapping[Sheet, tuple[str, ...]] = {
    "agencies": ("id", "name.vi", "name.en", "parent", "policy", "formerly"),
    "assets": ("id", "agency", "url", "level", "tags", "policy"),
}
SCOPE: Mapping[Sheet, tuple[str, ...]] = {
    "agencies": (),
    "assets": ("zone", "address", "ports", "endpoints", "trust_anchors"),
}
REQUIRED = frozenset({"id", "name.vi", "name.en", "agency", "url", "level"})
_CONTACT_FIELD = re.compile(r"contacts\.([0-9]{1,2})\.(email|role|language)")

Options = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Field:
    """One field."""

    name: str
    label: Text
    value: str
    help: Text | None = None
    kind: Literal["text", "date"] = "text"
    options: Options = ()
    """Where one of them is chosen."""
    required: bool = False
    fixed: bool = False
    """Shown, and not to be changed."""
    errors: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Fields under one heading."""

    title: Text
    fields: tuple[Field, ...]
    help: Text | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen where something is chosen, in a language."""

    language: Language
    agencies: tuple[Agency, ...]
    policies: tuple[str, ...]

    def of(self, sheet: Sheet, name: str) -> Options:
        """The options of a field; none where it is free text."""
        kind = "contacts." + name.rpartition(".")[2] if name.startswith("contacts.") else name
        agencies = [(each.id, f"{each.name.in_(self.language)} ({each.id})") for each in self.agencies]
        policies = [(each, each) for each in self.policies]
        match kind:
            case "agency":
                return [("", self._say(words.CHOOSE)), *agencies]
            case "parent":
                return [("", self._say(words.NO_PARENT)), *agencies]
            case "policy":
                own = words.AGENCYS_POLICY if sheet == "assets" else words.CONFIGURED_POLICY
                return [("", self._say(own)), *policies]
            case "level":
                return [("", self._say(words.CHOOSE)), *((f"{each}", f"{each}") for each in range(1, 6))]
            case "contacts.role":
                return [("", self._say(words.NO_ROLE)), *self._named(words.CONTACT_ROLES)]
            case "contacts.language":
                return [("", self._say(words.DEFAULT_LANGUAGE)), *self._named(words.LANGUAGES)]
        return ()

    def _say(self, text: Text) -> str:
        return text.in_(self.language)

    def _named(self, names: Mapping[str, Text]) -> Options:
        return [(key, text.in_(self.language)) for key, text in names.items()]


def given(request: Request, sheet: Sheet) -> dict[str, str]:
    """What was typed, by the names of columns: contacts one after the other, and nothing of an authorisation that is
    empty but for its time zone."""
    names = [*GENERAL[sheet], *SCOPE[sheet], *(f"authorisation.{each}" for each in AUTHORISATION)]
    found = {name: request.POST.get(name, "").strip()[:LONGEST] for name in names}
    if not any(found[f"authorisation.{each}"] for each in AUTHORISATION if each != "timezone"):
        found = {name: text for name, text in found.items() if not name.startswith("authorisation.")}
    return found | (_contacts(request.POST.items()) if sheet == "agencies" else {})


def groups(
    sheet: Sheet, values: Mapping[str, str], choices: Choices, errors: Iterable[InputError], fixed: bool
) -> tuple[tuple[Group, ...], tuple[InputError, ...]]:
    """The form with what stands in it, and the errors that belong to none of its fields. `fixed`: its id stays."""
    told: dict[str, list[Text]] = {}
    for error in errors:
        told.setdefault(error.place, []).append(error.message)

    def field(name: str) -> Field:
        key = re.sub(r"^contacts\.[0-9]+\.", "contacts.", name)
        found = Field(
            name,
            words.FIELDS[key],
            values.get(name, "internet" if name == "zone" else ""),
            words.HELP.get(key),
            "date" if name.startswith("authorisation.valid_") else "text",
            choices.of(sheet, name),
            name in REQUIRED,
            fixed and name == "id",
        )
        return replace(found, errors=tuple(told.pop(name, ())))

    made = [Group(words.GENERAL, tuple(map(field, GENERAL[sheet])))]
    if SCOPE[sheet]:
        made.append(Group(words.LOOKED_AT, tuple(map(field, SCOPE[sheet]))))
    permission = tuple(field(f"authorisation.{each}") for each in AUTHORISATION)
    if sheet == "assets":
        made.append(Group(words.OWN_AUTHORISATION, permission, words.OWN_AUTHORISATION_HELP))
    else:
        made.append(Group(words.AUTHORISATION, permission))
        people = len({each.group(1) for name in values if (each := _CONTACT_FIELD.fullmatch(name))})
        rows = range(min(people + SPARE, MOST_CONTACTS))
        made.append(
            Group(words.FIELDS["contacts"], tuple(field(f"contacts.{at}.{each}") for at in rows for each in CONTACT))
        )
    left = tuple(InputError("", place, message) for place, messages in told.items() for message in messages)
    return tuple(made), left


def parents_of(inventory: Inventory, agency: str) -> tuple[Agency, ...]:
    """Agencies that may stand above one."""
    return tuple(each for each in inventory.agencies if each.id != agency)


def _contacts(posted: Iterable[tuple[str, object]]) -> dict[str, str]:
    """The contacts that say something, numbered anew."""
    rows: dict[int, dict[str, str]] = {}
    for name, value in posted:
        match = _CONTACT_FIELD.fullmatch(name)
        if match is not None:
            rows.setdefault(int(match[1]), {})[match[2]] = f"{value}".strip()[:LONGEST]
    kept = [rows[number] for number in sorted(rows) if rows[number].get("email") or rows[number].get("role")]
    return {f"contacts.{at}.{key}": row.get(key, "") for at, row in enumerate(kept[:MOST_CONTACTS]) for key in CONTACT}
