"""How an address of the API answers: parameters and body are read into their type, the answer is told from its own.

The types are plain dataclasses, and the same that `console.api.openapi` describes: nothing is said twice.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar, cast

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from pydantic import Field, StringConstraints, ValidationError

from checks.model.canonical import STRICT, adapter
from checks.model.text import Text
from console.api.problems import Fault, problem
from console.request import Request
from history.errors import BadAct

LONGEST_PAGE = 200
DEEPEST = 1_000_000
Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")]
"""An id of an agency, asset, control or run, as parameters take it."""
Limit = Annotated[int, Field(ge=1, le=LONGEST_PAGE)]
Offset = Annotated[int, Field(ge=0, le=DEEPEST)]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Nothing:
    """No parameters."""

    __pydantic_config__ = STRICT


@dataclass(frozen=True, slots=True)
class Paging:
    """Which part of a list."""

    __pydantic_config__ = STRICT

    limit: Limit = 50
    offset: Offset = 0


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A part of a list."""

    __pydantic_config__ = STRICT

    items: tuple[T, ...]
    next: int | None
    """The offset of the part that follows; None: this is the last."""


class Refused(Exception):
    """Parameters that are well formed and cannot be answered."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(frozen=True, slots=True)
class Operation:
    """What one method does at an address."""

    name: str
    """Its id in OpenAPI."""
    summary: Text
    view: Callable[..., object]
    """Is called with the request, the parameters, the body if it takes one, and what the path names. Whatever else
    than an HttpResponse it gives is told as JSON."""
    answer: Any
    """The type of what it gives, or the media type of bytes."""
    query: type = Nothing
    body: type | None = None
    status: int = 200
    conflicts: bool = False
    """Whether it can raise BadAct, which becomes 409."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address."""

    name: str
    path: str
    """As `django.urls.path` takes it, below /api/v1/."""
    get: Operation
    post: Operation | None = None
    overseers: bool = False
    """Whether it is there for the security team and for auditors alone."""

    @property
    def view(self) -> Callable[..., HttpResponse]:
        """What Django calls. A token is no cookie: no page of others can make a browser send it, so forms need none."""

        def answer(request: HttpRequest, **path: object) -> HttpResponse:
            operation = self.post if request.method == "POST" and self.post is not None else self.get
            return _answer(cast(Request, request), operation, path)

        return csrf_exempt(answer)


def part(found: list[T], paging: Any) -> Page[T]:
    """The part of a list that was asked for; the list may end one behind it."""
    end = paging.offset + paging.limit
    return Page(tuple(found[paging.offset : end]), end if len(found) > end else None)


def _answer(request: Request, operation: Operation, path: Mapping[str, object]) -> HttpResponse:
    try:
        given = [adapter(operation.query).validate_python(_parameters(request))]
        if operation.body is not None:
            given.append(adapter(operation.body).validate_json(request.body))
    except ValidationError as error:
        return _mistaken(request, error)
    try:
        answer = operation.view(request, *given, **path)
    except Refused as error:
        return problem(request, 400, error.text)
    except BadAct as error:
        return problem(request, 409, error.text)
    if isinstance(answer, HttpResponse):
        return answer
    text = json.dumps(adapter(operation.answer).dump_python(answer, mode="json"), ensure_ascii=False, allow_nan=False)
    # a lone surrogate from a damaged header has no UTF-8 form; it is told escaped
    return HttpResponse(
        text.encode("utf-8", "backslashreplace"), status=operation.status, content_type="application/json"
    )


def _parameters(request: Request) -> dict[str, str | list[str]]:
    """What stands in the URL; what stands there twice is a list, which no parameter takes."""
    return {name: values[0] if len(values) == 1 else values for name, values in request.GET.lists()}


def _mistaken(request: Request, error: ValidationError) -> HttpResponse:
    """400, naming each place."""
    found = tuple(
        Fault(".".join(map(str, each["loc"])) or "body", each["type"])
        for each in error.errors(include_input=False, include_url=False, include_context=False)
    )[:20]
    names = ", ".join(sorted({each.place[:80] for each in found}))
    return problem(request, 400, Text(f"Không nhận được: {names}", f"Cannot be taken: {names}"), found)
