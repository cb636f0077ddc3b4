"""How often somebody may fail to sign in before they must wait.

Counted are the failures of the last WINDOW: of one name from one address, of one name from anywhere, and from one
address whatever the name. So a stranger who guesses must wait soon, and cannot keep out somebody at another address
before having failed PER_NAME times. Names that nobody has are counted alike: nothing tells them apart.
"""

from datetime import datetime, timedelta

from console.models import NAME_LENGTH, FailedTry

WINDOW = timedelta(minutes=15)
PER_PAIR, PER_NAME, PER_ADDRESS = 5, 30, 60
KEPT = timedelta(days=1)


def must_wait(name: str, address: str, now: datetime) -> bool:
    """Whether no more tries are taken now."""
    recent = FailedTry.objects.filter(at__gt=now - WINDOW)
    same_name = recent.filter(name=name[:NAME_LENGTH])
    return (
        same_name.filter(address=address).count() >= PER_PAIR
        or same_name.count() >= PER_NAME
        or recent.filter(address=address).count() >= PER_ADDRESS
    )


def failed(name: str, address: str, now: datetime) -> None:
    """Count a failure, and forget those that count no more."""
    FailedTry.objects.filter(at__lt=now - KEPT).delete()
    FailedTry.objects.create(name=name[:NAME_LENGTH], address=address, at=now)


def succeeded(name: str, address: str) -> None:
    """Forget the failures of a name at an address."""
    FailedTry.objects.filter(name=name[:NAME_LENGTH], address=address).delete()
