"""The policies that there are: the built-in ones and those of the directories that people name.

Everything is read and resolved at once, so that one mistake anywhere is told before anything is scanned.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Literal

from checks.model.canonical import digest, dump, load
from checks.model.policy import Policy
from checks.model.text import Text
from checks.registry import REGISTRY
from policies.resolve import FIELDS, PolicyFile, Resolver
from policies.strict_yaml import Document, InputError, InputErrors, parse, text_of
from policies.written import WrittenPolicy, schema

__all__ = ["Draft", "PolicyLibrary", "from_text", "policy_digest", "schema"]

MAX_POLICY_BYTES = 1024 * 1024
"""A larger policy file is refused unread."""
MAX_POLICY_NODES = 50_000
"""A policy file with more keys and values is refused."""
MAX_POLICIES = 200
"""Policy files in all directories together; more is a wrong directory."""
ENDINGS = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Decision:
    """A place in a policy file that has a say in one control."""

    policy: str
    """Id of the policy whose file it is."""
    source: str
    """The file."""
    place: str
    """"line:column"."""
    says: Literal["states", "changes", "disables"]
    fields: tuple[str, ...] = ()
    """What an override replaces; empty where the control is stated in full or switched off."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The text of a policy that stands in no file of a library."""

    text: str
    name: str
    """What errors call it."""

    def __str__(self) -> str:
        return self.name


class PolicyLibrary:
    """Every policy of the built-in directory and of `directories` (each a directory or a single file).

    A file or draft of `instead` takes the place of the policy that has its id, whoever extends it. Raises InputErrors
    with every fault of every file, in the order of files and places.
    """

    def __init__(self, directories: Sequence[Path] = (), instead: Sequence[Path | Draft] = ()) -> None:
        errors: list[InputError] = []
        self._files: dict[str, PolicyFile] = {}
        self._placed: frozenset[str] = frozenset()
        self._misshapen: list[Document] = []
        for each in instead:
            self._read(each, errors)
        self._placed = frozenset(self._files)
        with as_file(files("policies")) as built_in:
            self._built_in = built_in
            paths = _paths([built_in, *directories], errors)
            if len(paths) > MAX_POLICIES:
                vi, en = f"hơn {MAX_POLICIES} tệp chính sách", f"more than {MAX_POLICIES} policy files"
                raise InputErrors([InputError(str(paths[-1].parent), "", Text(vi, en))])
            for path in paths:
                self._read(path, errors)
        broken = {str(each.value.get("policy")) for each in self._misshapen if isinstance(each.value, dict)}
        resolver = Resolver(self._files, {check.id: check for check in REGISTRY}, broken - self._files.keys())
        for document in self._misshapen:
            resolver.look_into(document)
        resolved = {policy_id: resolver.resolve(policy_id) for policy_id in self._files}
        errors.extend(resolver.errors)
        if errors:
            order = {str(path): index for index, path in enumerate((*instead, *paths))}
            raise InputErrors(sorted(dict.fromkeys(errors), key=lambda each: _order(each, order)))
        self._policies = {policy_id: policy for policy_id, policy in resolved.items() if policy is not None}

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of all policies, sorted."""
        return tuple(sorted(self._policies))

    def get(self, policy_id: str) -> Policy:
        """The policy of that id, resolved. Raises InputErrors for an unknown one."""
        if policy_id not in self._policies:
            known = ", ".join(self.ids)
            vi, en = f"không có chính sách này; hiện có: {known}", f"there is no such policy; there are: {known}"
            raise InputErrors([InputError(policy_id, "", Text(vi, en))])
        return self._policies[policy_id]

    def all(self) -> tuple[Policy, ...]:
        """Every policy, resolved, in the order of ids."""
        return tuple(self._policies[policy_id] for policy_id in self.ids)

    @property
    def placed(self) -> tuple[Policy, ...]:
        """The policies of what was given as `instead`, in the order of ids."""
        return tuple(each for each in self.all() if each.id in self._placed)

    def file(self, policy_id: str) -> Path | None:
        """The file of a policy; None: it is built in. Raises InputErrors for an unknown policy."""
        self.get(policy_id)
        path = Path(self._files[policy_id].document.source)
        return None if path.parent == self._built_in else path

    def of(self, place: Path) -> tuple[Policy, ...]:
        """The policies of a file or of a directory's files, in the order of ids."""
        place = place.resolve()
        paths = {policy_id: Path(file.document.source).resolve() for policy_id, file in self._files.items()}
        return tuple(each for each in self.all() if place in (paths[each.id], paths[each.id].parent))

    def sources(self, policy_id: str) -> Mapping[str, str]:
        """Policy id to the text of its file: this policy and every ancestor, in the order of its lineage.

        Raises InputErrors for an unknown policy.
        """
        ids = [entry.split(" ", 1)[0] for entry in self.get(policy_id).lineage]
        return {each: self._files[each].text for each in ids}

    def decisions(self, policy_id: str, control_id: str) -> tuple[Decision, ...]:
        """Every place that has a say in a control of a policy, the nearest first; the last ones state it in full.

        Empty for a control that neither the policy nor an ancestor knows. Raises InputErrors for an unknown policy.
        """
        ids = [entry.split(" ", 1)[0] for entry in self.get(policy_id).lineage]
        found: dict[Decision, None] = {}
        wanted = {policy_id}
        for each in ids:  # a policy comes before all of its ancestors that no nearer one has named
            file = self._files[each]
            if each not in wanted:
                continue
            if control_id in file.written.controls:
                found[_decision(file, "controls", control_id, "states")] = None
                continue
            change = file.written.override.get(control_id)
            if change is not None:
                says: Literal["changes", "disables"] = "disables" if change.disabled else "changes"
                found[_decision(file, "override", control_id, says)] = None
            wanted.update(file.written.extends)
        return tuple(found)

    def _read(self, source: Path | Draft, errors: list[InputError]) -> None:
        try:
            text = source.text if isinstance(source, Draft) else text_of(source, MAX_POLICY_BYTES)
            file = _policy_file(text, str(source))
        except _Misshapen as found:
            errors.extend(found.errors)
            self._misshapen.append(found.document)
            return
        except InputErrors as found:
            errors.extend(found.errors)
            return
        policy_id = file.written.policy
        if policy_id in self._placed:
            return
        other = self._files.get(policy_id)
        if other is not None:
            vi = f"chính sách {policy_id!r} đã có trong {other.document.source}"
            en = f"policy {policy_id!r} is already in {other.document.source}"
            errors.append(file.document.error(("policy",), Text(vi, en)))
            return
        self._files[policy_id] = file


@lru_cache(maxsize=MAX_POLICIES)
def _policy_file(text: str, source: str) -> PolicyFile:
    """A text in the shape of a policy; kept, because YAML is slow and a daemon reads the same files for ever."""
    document = parse(text, source, MAX_POLICY_NODES)
    try:
        return PolicyFile(document, text, document.validated(WrittenPolicy))
    except InputErrors as error:
        raise _Misshapen(error.errors, document) from None


class _Misshapen(InputErrors):
    """YAML that has not the shape of a policy."""

    def __init__(self, errors: Sequence[InputError], document: Document) -> None:
        super().__init__(errors)
        self.document = document


def _decision(file: PolicyFile, part: str, control_id: str, says: Literal["states", "changes", "disables"]) -> Decision:
    fields: tuple[str, ...] = ()
    if says == "changes":
        given = file.written.override[control_id].model_fields_set
        fields = tuple(name for name in FIELDS if name in given)
    place = file.document.places[(part, control_id)]
    return Decision(file.written.policy, file.document.source, place, says, fields)


def policy_digest(policy: Policy) -> str:
    """The name of a resolved policy: the digest of its canonical bytes."""
    return digest(dump(policy))


def from_text(resolved: bytes) -> Policy:
    """A policy of its canonical bytes, as history keeps it. Raises pydantic.ValidationError on anything else."""
    return load(Policy, resolved)


def _paths(directories: Iterable[Path], errors: list[InputError]) -> list[Path]:
    """The files of directories in their order, each file once however often it is named."""
    found: dict[Path, Path] = {}
    for each in directories:
        for path in [each] if each.is_file() else _files_of(each, errors):
            found.setdefault(path.resolve(), path)
    return list(found.values())


def _files_of(directory: Path, errors: list[InputError]) -> list[Path]:
    try:
        return sorted(path for path in directory.iterdir() if path.suffix in ENDINGS)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        vi, en = f"không đọc được thư mục chính sách: {reason}", f"cannot read the policy directory: {reason}"
        errors.append(InputError(str(directory), "", Text(vi, en)))
        return []


def _order(error: InputError, order: Mapping[str, int]) -> tuple[int, tuple[int, ...]]:
    place = tuple(int(part) for part in error.place.split(":")) if error.place else ()
    return order.get(error.source, -1), place
