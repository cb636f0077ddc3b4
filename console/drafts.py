"""Changed inventories between their preview and their being stored: what is seen is what is stored.

A draft is never changed. It is its user's alone, knows which inventory it was made from, and is forgotten after a day.
"""

import json
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction

from checks.model.canonical import canonical, digest
from checks.model.inventory import Inventory, inventory_in, state
from console.models import Draft, User
from history.errors import NotSeen
from history.inventories import Kept

LIFE = timedelta(days=1)
MOST = 10
"""So many drafts one user has; the oldest goes first."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """A draft that was found."""

    inventory: Inventory
    state: dict[str, Any]
    instead_of: str


def make(user: User, inventory: Inventory, instead_of: Kept) -> str:
    """Keep a changed inventory until it is decided on; the name of its page."""
    data, now = canonical(state(inventory)), datetime.now(UTC)
    whole = digest(data)
    name = digest(f"{instead_of.digest} {whole}".encode())[-32:]
    values = {"instead_of": instead_of.digest, "digest": whole, "body": zlib.compress(data), "created": now}
    with transaction.atomic():
        Draft.objects.filter(created__lt=now - LIFE).delete()
        Draft.objects.update_or_create(user=user, name=name, defaults=values)
        kept = Draft.objects.filter(user=user).order_by("-created").values_list("pk", flat=True)[:MOST]
        Draft.objects.filter(user=user).exclude(pk__in=list(kept)).delete()
    return name


def find(user: User, name: str) -> Proposed:
    """A draft of a user. Raises NotSeen where there is none, or no more."""
    found = Draft.objects.filter(user=user, name=name, created__gte=datetime.now(UTC) - LIFE).first()
    data = b"" if found is None else zlib.decompress(found.body)
    if found is None or digest(data) != found.digest:
        raise NotSeen(name)
    kept: dict[str, Any] = json.loads(data)
    return Proposed(inventory_in(kept), kept, found.instead_of)


def drop(user: User, name: str) -> None:
    """Forget a draft."""
    Draft.objects.filter(user=user, name=name).delete()
