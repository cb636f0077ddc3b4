"""The tables. Rows are only ever added: the model refuses, and so do triggers in the database.

Columns beside a digest are an index over the bytes that the digest names; `history.audit` holds them to it.
Nobody but `history`'s own modules touches a model.
"""

from typing import Any, ClassVar, NoReturn

from django.db import models

from history.errors import AppendOnly

DIGEST_LENGTH = 71
"""Characters of "sha256:" and a SHA-256 in hexadecimal."""


class AppendOnlyQuerySet(models.QuerySet[Any]):
    """Rows that can be found and added, and nothing else."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise AppendOnly(self.model.__name__)

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly(self.model.__name__)

    def delete(self) -> NoReturn:
        raise AppendOnly(self.model.__name__)


class AppendOnlyModel(models.Model):
    """A row that is written once."""

    objects: ClassVar[models.Manager[Any]] = models.Manager.from_queryset(AppendOnlyQuerySet)()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnly(f"{type(self).__name__} {self.pk}")
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly(f"{type(self).__name__} {self.pk}")


class Blob(AppendOnlyModel):
    """Bytes under their digest, stored once however often they are seen: observations, findings, policies and their
    texts, inventories, plans, waivers, opening facts, files that were issued."""

    digest = models.CharField(max_length=DIGEST_LENGTH, primary_key=True)
    size = models.PositiveIntegerField()
    """Bytes before compression."""
    body = models.BinaryField()
    """zlib (RFC 1950)."""


class Run(AppendOnlyModel):
    """One scan. Its state is that of its end: none yet, finished or abandoned."""

    id = models.CharField(max_length=40, primary_key=True)
    vantage = models.TextField()
    started = models.DateTimeField()
    as_of = models.DateTimeField()
    opening = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    """Canonical JSON of all facts that the run started from; its digest heads the chain."""
    purpose = models.CharField(max_length=10, null=True)
    """"recheck" for one that judges only a part of each asset; null for a whole scan."""

    class Meta:
        indexes: ClassVar = [models.Index(fields=["started"], name="run_started")]


class RunEnd(AppendOnlyModel):
    """How a run ended; a run without one is open."""

    run = models.OneToOneField(Run, on_delete=models.PROTECT, primary_key=True, related_name="end")
    outcome = models.CharField(max_length=10)
    """finished | abandoned"""
    finished = models.DateTimeField()
    reason = models.TextField()
    """Why it was abandoned."""
    sightings = models.PositiveIntegerField()
    findings = models.PositiveIntegerField()


class Sighting(AppendOnlyModel):
    """One look at one target."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="sightings", db_index=False)
    key = models.TextField()
    """Key of the target."""
    target = models.TextField()
    """Canonical JSON."""
    address = models.CharField(max_length=64)
    """IP address looked at; empty for a name."""
    vantage = models.TextField()
    started = models.DateTimeField()
    finished = models.DateTimeField()
    connections = models.PositiveIntegerField()
    tools = models.TextField()
    """Canonical JSON: tools and versions."""
    observation = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "key"], name="sighting_once_a_run")]


class Finding(AppendOnlyModel):
    """One control at one asset in one run."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="findings", db_index=False)
    agency = models.CharField(max_length=40)
    asset = models.CharField(max_length=40)
    control = models.TextField()
    verdict = models.CharField(max_length=20)
    severity = models.CharField(max_length=10)
    reason = models.TextField()
    policy = models.TextField()
    gaps = models.PositiveIntegerField()
    """Places of the asset at which the control could not be assessed."""
    waived = models.BooleanField()
    """Whether a waiver lies over it."""
    announced = models.BooleanField()
    """Whether its control did not count yet."""
    body = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+", db_index=False)
    """The whole finding, instances included; the same finding in the next run is the same blob."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "asset", "control"], name="finding_once_a_run"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["agency", "run"], name="finding_agency_run"),
            models.Index(fields=["asset", "control"], name="finding_asset_control"),
        ]


class FindingInstance(AppendOnlyModel):
    """One thing that fails a control, with its own age."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="instances")
    key = models.TextField()
    """Escaped as inside a JSON string, since PostgreSQL stores no NUL; long, so never in an index."""
    reason = models.TextField()
    first_seen = models.DateField(null=True)
    due = models.DateField(null=True, db_index=True)


class LogEntry(AppendOnlyModel):
    """One leaf of the log of the whole database: see `history.log`."""

    index = models.PositiveBigIntegerField(primary_key=True)
    """0, 1, 2 ... without gaps."""
    kind = models.CharField(max_length=20)
    """run, otherwise the `LEAF` of a journal."""
    subject = models.CharField(max_length=200)
    """Id of the run, otherwise the `place` of the row."""
    content = models.CharField(max_length=DIGEST_LENGTH)
    """Digest of the run's record, otherwise that of the row."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "subject"], name="logged_once")]


class JournalRow(AppendOnlyModel):
    """A row of a journal: something that was done. It is stored by `history.journal.commit`, with a leaf of the log."""

    LEAF: ClassVar[str]
    """The kind of its leaf."""

    sequence = models.PositiveIntegerField(unique=True)
    """0, 1, 2 ... without gaps."""
    at = models.DateTimeField()
    body = models.TextField()
    """Canonical JSON of what is told; the columns beside it are an index."""
    digest = models.CharField(max_length=DIGEST_LENGTH)
    """Of the body; the next row of the chain names it."""

    class Meta:
        abstract = True

    @property
    def place(self) -> str:
        """The subject of its leaf."""
        return str(self.sequence)


class Act(JournalRow):
    """One step in the matter of a waiver or a dispute: see `history.matters`."""

    LEAF = "matter"

    matter = models.CharField(max_length=10)
    """waiver, dispute"""
    name = models.CharField(max_length=40)
    """Id of the waiver or dispute."""
    sequence = models.PositiveIntegerField()
    step = models.CharField(max_length=10)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["name", "sequence"], name="act_in_order")]

    @property
    def place(self) -> str:
        return f"{self.name}/{self.sequence}"


class Delivery(JournalRow):
    """One step of bringing a report to a contact: see `history.deliveries`."""

    LEAF = "delivery"

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="deliveries")
    agency = models.CharField(max_length=40)
    recipient = models.TextField()
    state = models.CharField(max_length=10)


class AlertStep(JournalRow):
    """One step in the matter of alerts: see `history.alerts`."""

    LEAF = "alert"

    step = models.CharField(max_length=10)
    run = models.CharField(max_length=40)
    """Empty where no run is concerned."""
    agency = models.CharField(max_length=40)
    """Empty: the estate."""
    recipient = models.TextField()


class IssuedFile(JournalRow):
    """A file that was issued, signed or sent: see `history.issues`."""

    LEAF = "file"

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="issued")
    agency = models.CharField(max_length=40)
    """Empty: the estate."""
    number = models.PositiveIntegerField(null=True)
    day = models.DateField(null=True)
    content = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    """The file."""


class OperationStep(JournalRow):
    """One step of a slot, a request, a schedule or the emergency stop: see `history.operations`."""

    LEAF = "operation"

    subject = models.CharField(max_length=120)
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=40)
    slot = models.DateTimeField(null=True)
    step = models.CharField(max_length=10)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["subject", "sequence"], name="operation_in_order")]
        indexes: ClassVar = [models.Index(fields=["kind", "name", "sequence", "slot"], name="operation_slots")]

    @property
    def place(self) -> str:
        return f"{self.subject}/{self.sequence}"


class ChainEntry(AppendOnlyModel):
    """One link of a run's chain: see `history.ledger`."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="chain", db_index=False)
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=10)
    """opening, plan, sighting, finding, closing"""
    subject = models.TextField()
    """Key of the target, "asset/control", or digest of the addition to the plan; empty otherwise."""
    content = models.CharField(max_length=DIGEST_LENGTH)
    previous = models.CharField(max_length=DIGEST_LENGTH)
    """Empty for the first."""
    digest = models.CharField(max_length=DIGEST_LENGTH)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "sequence"], name="chain_in_order")]
