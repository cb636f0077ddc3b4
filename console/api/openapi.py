"""The OpenAPI document (3.1): made of the table of endpoints and of the types that they read and tell."""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from pydantic import TypeAdapter

from checks.model.canonical import adapter
from checks.model.text import Text
from console.api.endpoints import ENDPOINTS
from console.api.interface import Endpoint, Operation
from console.api.problems import MEDIA_TYPE, TITLES, Problem
from console.pages import VERSION

BASE = "/api/v1/"
CONVERTERS: dict[str, dict[str, Any]] = {
    "slug": {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$"},
    "int": {"type": "integer", "minimum": 0},
}
"""What Django's converters of paths take."""
PLACE = re.compile(r"<(\w+):(\w+)>")
Mode = Literal["validation", "serialization"]


def show(request: HttpRequest) -> HttpResponse:
    """The document, for everybody: it tells nothing that is not in the source code."""
    return HttpResponse(content(), content_type="application/json")


@cache
def content() -> bytes:
    """The document as it is kept under docs/schemas."""
    return (json.dumps(document(), ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def document() -> dict[str, Any]:
    """The whole document."""
    inputs = list(_types())
    references, schemas = TypeAdapter.json_schemas(inputs, ref_template="#/components/schemas/{model}")
    paths = {BASE + PLACE.sub(r"{\2}", each.path): _methods(each, references) for each in ENDPOINTS}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Khiên", "version": VERSION, "license": {"name": "AGPL-3.0-or-later"}},
        "paths": paths,
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
    }


def _types() -> Iterator[tuple[str, Mode, TypeAdapter[Any]]]:
    yield "problem", "serialization", adapter(Problem)
    for operation in _operations():
        if not isinstance(operation.answer, str):
            yield f"{operation.name} answer", "serialization", adapter(operation.answer)
        if operation.body is not None:
            yield f"{operation.name} body", "validation", adapter(operation.body)


def _operations() -> Iterator[Operation]:
    for endpoint in ENDPOINTS:
        yield endpoint.get
        if endpoint.post is not None:
            yield endpoint.post


def _methods(endpoint: Endpoint, references: Any) -> dict[str, Any]:
    told = {"get": _operation(endpoint, endpoint.get, references)}
    if endpoint.post is not None:
        told["post"] = _operation(endpoint, endpoint.post, references)
    return told


def _operation(endpoint: Endpoint, operation: Operation, references: Any) -> dict[str, Any]:
    if isinstance(operation.answer, str):
        good: dict[str, Any] = {"*/*": {}}
    else:
        good = {"application/json": {"schema": references[f"{operation.name} answer", "serialization"]}}
    problem = {MEDIA_TYPE: {"schema": references["problem", "serialization"]}}
    statuses = [400, 401, 404, 405, *([409] if operation.conflicts else []), 429]
    told: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary.en,
        "description": operation.summary.vi,
        "parameters": [*_path(endpoint), *_query(operation)],
        "responses": {
            str(operation.status): {"description": operation.summary.en, "content": good},
            **{str(each): {"description": _both(TITLES[each]), "content": problem} for each in statuses},
        },
    }
    if operation.body is not None:
        schema = references[f"{operation.name} body", "validation"]
        told["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return told


def _path(endpoint: Endpoint) -> Iterator[dict[str, Any]]:
    for converter, name in PLACE.findall(endpoint.path):
        yield {"name": name, "in": "path", "required": True, "schema": CONVERTERS[converter]}


def _query(operation: Operation) -> Iterator[dict[str, Any]]:
    """Parameters of simple types: each schema stands by itself."""
    schema = adapter(operation.query).json_schema(mode="validation")
    for name, each in schema.get("properties", {}).items():
        yield {"name": name, "in": "query", "required": name in schema.get("required", ()), "schema": _said(each)}


def _said(schema: dict[str, Any]) -> dict[str, Any]:
    """Without null, which no URL can say: what may be left out is not required."""
    choices = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
    told = {name: value for name, value in schema.items() if name not in ("anyOf", "title")}
    if choices:
        told = {**told, **choices[0]}
    return {name: value for name, value in told.items() if name != "default" or value is not None}


def _both(text: Text) -> str:
    return f"{text.en} / {text.vi}"
