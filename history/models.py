"""The tables. Rows are only ever added: the model refuses, and so do triggers in the database.

Two exceptions, and the triggers let nothing else pass. The looks and the links of a run, which are kept as rows while
it is open, are removed once it has ended and is sealed (`remove_journal`). The body of a piece of evidence may go, and
come back, once an act says so (`put_body`).

Columns beside a digest are an index over the bytes that the digest names; `history.audit` holds them to it.
Nobody but `history`'s own modules touches a model.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NoReturn

from django.db import connection, models

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
    """zlib (RFC 1950); empty where it was removed (`history.retention`)."""


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
    closing = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+", db_index=False)
    """Canonical JSON of how it ended and of what it holds."""
    record = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+", db_index=False)
    """Canonical JSON of the size and the root of its entries."""


class Sighting(AppendOnlyModel):
    """One look at one target in a run that is open; when the run ends it is sealed, and the row goes."""

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


class AgencyRecord(AppendOnlyModel):
    """What a run that has ended holds of one agency: see `history.sealed`. An index over the run's closing facts."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="agencies", db_index=False)
    agency = models.CharField(max_length=40)
    """Empty: the looks that no finding refers to."""
    content = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+", db_index=False)
    """Its assets, each with the digests of its findings and of its looks; the same of the next run is the same blob."""
    tally = models.TextField()
    """Canonical JSON: how many findings of each kind there are."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "agency"], name="agency_once_a_run")]
        indexes: ClassVar = [models.Index(fields=["agency", "run"], name="agency_record_run")]


class Brief(AppendOnlyModel):
    """What is told in brief of a blob: see `history.brief`. An index over what it is of, which is the findings of an
    asset or what a run holds of an agency."""

    of = models.OneToOneField(Blob, on_delete=models.PROTECT, primary_key=True, related_name="+")
    told = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+", db_index=False)
    """What findings say in brief, the same whatever was seen; or how many of each kind an agency's controls have."""
    grounds = models.TextField()
    """Of findings what each was judged on, in canonical JSON; otherwise empty."""


class RemovedBody(AppendOnlyModel):
    """That the body of a blob was removed: see `history.retention`. The triggers let a body go that has such a row, and
    let it come back."""

    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    act = models.PositiveIntegerField()
    """Place of the `Retention` row."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["blob", "act"], name="removed_once_an_act")]


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
    """waiver, dispute, fault"""
    name = models.CharField(max_length=40)
    """Id of the waiver or dispute, or of what is acknowledged."""
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
    """One step of a slot, a request, a schedule, a cancelled run or the emergency stop: see `history.operations`."""

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


class Checkpoint(JournalRow):
    """A signed state of the log: see `history.checkpoints`."""

    LEAF = "checkpoint"

    size = models.PositiveBigIntegerField()


class KeyStatement(JournalRow):
    """What is said of a key that signs checkpoints: see `history.keys`."""

    LEAF = "key"

    key = models.CharField(max_length=64)
    """The public key, in hexadecimal."""
    step = models.CharField(max_length=10)
    """made, rotated, revoked"""


class AdministrativeAct(JournalRow):
    """One act that no other journal has: see `history.acts`."""

    LEAF = "act"

    what = models.CharField(max_length=40)
    subject = models.TextField()
    """Escaped as inside a JSON string, since PostgreSQL stores no NUL."""

    class Meta:
        indexes: ClassVar = [models.Index(fields=["what", "sequence"], name="administrative_what")]


class ChainEntry(AppendOnlyModel):
    """One link of an open run's chain: see `history.ledger`; when the run ends it is sealed, and the row goes."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="chain", db_index=False)
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=10)
    """opening, plan, sighting"""
    subject = models.TextField()
    """Key of the target, or digest of the addition to the plan; empty otherwise."""
    content = models.CharField(max_length=DIGEST_LENGTH)
    previous = models.CharField(max_length=DIGEST_LENGTH)
    """Empty for the first."""
    digest = models.CharField(max_length=DIGEST_LENGTH)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "sequence"], name="chain_in_order")]


class Retention(JournalRow):
    """Bodies of evidence that were removed because they are old: see `history.retention`."""

    LEAF = "retention"

    bodies = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+", db_index=False)
    """The list of them, with their sizes."""


def insert(table: type[AppendOnlyModel], made: Sequence[Mapping[str, Any]]) -> None:
    """Add rows of a table, of which the database gives the numbers, each as its values by column: for many of them
    several times as fast as Django's own way.

    Raises django.db.DatabaseError.
    """
    columns = [each for each in table._meta.concrete_fields if not each.primary_key]
    moments = [each for each in columns if each.get_internal_type() == "DateTimeField"]  # the others go as they are
    names, places = ", ".join(f'"{each.column}"' for each in columns), ", ".join(["%s"] * len(columns))
    values = []
    for row in made:
        told = {each.attname: each.get_db_prep_save(row[each.attname], connection) for each in moments}
        values.append([told[each.attname] if each.attname in told else row[each.attname] for each in columns])
    if values:
        with connection.cursor() as cursor:
            statement = f"INSERT INTO {table._meta.db_table} ({names}) VALUES ({places})"  # noqa: S608 (our names)
            cursor.executemany(statement, values)


def remove_journal(run_id: str) -> None:
    """Remove the rows of a run that has ended, which are kept in another form by then: the one thing that is removed.

    Raises django.db.DatabaseError for a run that is open.
    """
    with connection.cursor() as cursor:
        for table in (Sighting, ChainEntry):
            cursor.execute(f"DELETE FROM {table._meta.db_table} WHERE run_id = %s", [run_id])  # noqa: S608 (our table)


def put_body(digest: str, body: bytes) -> None:
    """Put the body of a blob in the place of another, one of which is empty: the one thing that is changed.

    Raises django.db.DatabaseError where no act says that it was removed (`RemovedBody`).
    """
    with connection.cursor() as cursor:
        cursor.execute("UPDATE history_blob SET body = %s WHERE digest = %s", [body, digest])
