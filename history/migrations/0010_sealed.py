"""Runs that have ended are kept sealed: what does not change from run to run once, under its digest.

Every ended run is sealed here as it would be today, from its rows, after its chain has been checked. What its reports
print, the last digest of the chain, is kept with it; and so is every fault that was found. Rows of runs that are open
stay as they are.
"""

from collections import Counter
from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

from checks.model.canonical import adapter, canonical, digest, dump, load
from checks.model.finding import Finding
from history import rows, sealed
from history.errors import Damaged
from history.facts import Closing, Opening
from history.ledger import Leaf, Problem, verify_chain, verify_leaves, verify_order

triggers = import_module("history.migrations.0002_append_only")
CHUNK = 500
JOURNAL = ("history_sighting", "history_chainentry")
CHANGED = (*JOURNAL, "history_runend", "history_blob")
KEPT = ("history_runend", "history_blob", "history_agencyrecord")

JOURNALS = {
    "matter": ("Act", ("name", "sequence")),
    "delivery": ("Delivery", ("sequence",)),
    "file": ("IssuedFile", ("sequence",)),
    "operation": ("OperationStep", ("subject", "sequence")),
    "alert": ("AlertStep", ("sequence",)),
}
"""By the kind of the leaf: the table, and the columns that name a row."""

SQLITE_UPDATE = triggers.SQLITE.replace("{verb}", "update")
SQLITE_DELETE = """
CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
WHEN NOT EXISTS (SELECT 1 FROM history_runend WHERE run_id = OLD.run_id)
BEGIN SELECT RAISE(ABORT, 'history is append-only'); END
"""
POSTGRESQL_FUNCTION = """
CREATE FUNCTION history_refuse_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM history_runend WHERE run_id = OLD.run_id) THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'history is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$
"""
POSTGRESQL_ROWS = """
CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION history_refuse_open()
"""


def allow(apps, schema_editor):
    for table in CHANGED:
        if schema_editor.connection.vendor == "sqlite":
            for verb in ("update", "delete"):
                schema_editor.execute(f"DROP TRIGGER {table}_no_{verb}")
        else:
            schema_editor.execute(f"DROP TRIGGER {table}_no_change ON {table}")
            schema_editor.execute(f"DROP TRIGGER {table}_no_truncate ON {table}")


def refuse(apps, schema_editor):
    """Rows of looks and links may go once their run has ended; nothing else."""
    if schema_editor.connection.vendor == "sqlite":
        for table in KEPT:
            for verb in ("update", "delete"):
                schema_editor.execute(triggers.SQLITE.format(table=table, verb=verb))
        for table in JOURNAL:
            schema_editor.execute(SQLITE_UPDATE.format(table=table))
            schema_editor.execute(SQLITE_DELETE.format(table=table))
        return
    schema_editor.execute(POSTGRESQL_FUNCTION)
    for table in KEPT:
        schema_editor.execute(triggers.POSTGRESQL_ROWS.format(table=table))
    for table in JOURNAL:
        schema_editor.execute(POSTGRESQL_ROWS.format(table=table))
    for table in (*KEPT, *JOURNAL):
        schema_editor.execute(triggers.POSTGRESQL_TABLE.format(table=table))


def seal(apps, schema_editor):
    for run in apps.get_model("history", "Run").objects.filter(end__isnull=False).order_by("started", "id"):
        Old(apps, run).seal()
    with schema_editor.connection.cursor() as cursor:
        for table in JOURNAL:
            cursor.execute(f"DELETE FROM {table} WHERE run_id IN (SELECT run_id FROM history_runend)")
        cursor.execute("CREATE TEMPORARY TABLE khien_bodies AS SELECT DISTINCT body_id FROM history_finding")
        if schema_editor.connection.vendor == "postgresql":  # or the tables could not be changed in this transaction
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def remove_bodies(apps, schema_editor):
    """Findings are stored by asset now; of each alone there is no use any more."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("DELETE FROM history_blob WHERE digest IN (SELECT body_id FROM khien_bodies)")
        cursor.execute("DROP TABLE khien_bodies")
        if schema_editor.connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def log(apps, schema_editor):
    """A leaf for every run that ended and every row of a journal from before the log, in the order of time."""
    table = apps.get_model("history", "LogEntry").objects
    known = set(table.values_list("kind", "subject"))
    ended = apps.get_model("history", "RunEnd").objects.values_list("finished", "run", "record")
    leaves = [(at, "run", run, record) for at, run, record in ended]
    for kind, (model, named) in JOURNALS.items():
        rows_of = apps.get_model("history", model).objects.order_by("sequence").values_list("at", "digest", *named)
        leaves += [(at, kind, "/".join(map(str, name)), told) for at, told, *name in rows_of]
    fresh = [each for each in sorted(leaves, key=lambda each: each[0]) if each[1:3] not in known]
    table.bulk_create(
        (
            apps.get_model("history", "LogEntry")(index=index, kind=kind, subject=subject, content=content)
            for index, (_, kind, subject, content) in enumerate(fresh, len(known))
        ),
        batch_size=CHUNK,
    )


class Old:
    """A run that has ended, in the form of before."""

    def __init__(self, apps, run):
        self.tables = {
            name: apps.get_model("history", name)
            for name in ("Blob", "Sighting", "Finding", "FindingInstance", "ChainEntry", "AgencyRecord", "RunEnd")
        }
        self.run, self.end = run, run.end
        self.faults = []

    def seal(self):
        opening = load(Opening, rows.content(self.run.opening))
        entries = self.entries()
        sightings = list(self.tables["Sighting"].objects.filter(run=self.run).order_by("id"))
        findings = self.findings()
        leaves = [
            Leaf("opening", "", self.run.opening_id),
            *(Leaf("plan", each.subject, each.content) for each in entries if each.kind == "plan"),
            *(Leaf("sighting", row.key, rows.row_digest(row)) for row in sightings),
            *(Leaf("finding", name, body) for name, body in self.committed),
            Leaf("closing", "", self.closing()),
        ]
        self.faults += [*verify_chain(entries), *verify_order(entries), *verify_leaves(entries, leaves)]
        looks = [rows.look(row) for row in sightings]
        bodies = {(finding.asset, finding.control): body for finding, body in findings}
        packed = sealed.pack(
            self.run.started,
            looks,
            [finding for finding, _ in findings],
            lambda finding: bodies[finding.asset, finding.control],
        )
        closing = Closing(
            run=self.run.pk,
            outcome=self.end.outcome,
            finished=self.end.finished,
            reason=rows.unescape(self.end.reason),
            sightings=len(looks),
            findings=len(findings),
            connections=sum(look.connections for look in looks),
            tools=rows.tools(looks),
            plan=tuple(each.content for each in entries if each.kind == "plan"),
            agencies=packed.contents,
            times=packed.times,
            faults=tuple((each.fault, each.what, each.detail) for each in self.faults),
            head=entries[-1].digest if entries else "",
        )
        self.write(opening, closing, packed)

    def entries(self):
        found = []
        for row in self.tables["ChainEntry"].objects.filter(run=self.run).order_by("sequence", "id"):
            try:
                found.append(rows.entry(row))
            except Damaged:
                self.faults.append(Problem("damaged", f"chain entry, row {row.pk}", "a column is not of its type"))
        return found

    def findings(self):
        """The findings with their bytes; a column that is not that of its body is a fault."""
        found = []
        self.committed = []
        instances = {}
        columns = ("finding", "key", "reason", "first_seen", "due")
        for name, *rest in self.tables["FindingInstance"].objects.filter(finding__run=self.run).values_list(*columns):
            instances.setdefault(name, Counter())[tuple(rest)] += 1
        for row in self.tables["Finding"].objects.filter(run=self.run).order_by("id").select_related("body"):
            name = f"{row.asset}/{row.control}"
            self.committed.append((name, row.body_id))
            try:
                body = rows.content(row.body)
                finding = load(Finding, body)
            except (Damaged, ValueError):
                self.faults.append(Problem("damaged", f"finding {name}", f"blob {row.body_id}"))
                continue
            found.append((finding, body))
            self.faults += [Problem("changed", f"finding {name}", f"column {each}") for each in different(row, finding)]
            told = Counter((rows.escape(i.key), i.reason, i.first_seen, i.due) for i in finding.instances)
            if told != instances.get(row.pk, Counter()):
                self.faults.append(Problem("changed", f"finding {name}", "its instances"))
        return found

    def closing(self):
        """The digest that the chain committed to."""
        end = self.end
        told = {
            "run": end.run_id,
            "outcome": end.outcome,
            "finished": adapter(type(end.finished)).dump_python(end.finished, mode="json"),
            "reason": rows.unescape(end.reason),
            "sightings": end.sightings,
            "findings": end.findings,
            "schema": 1,
        }
        return digest(canonical(told))

    def write(self, opening, closing, packed):
        closed = dump(closing)
        parts = {asset: part for each in packed.agencies.values() for asset, part in each.items()}
        entries = sealed.entries(opening, self.run.opening_id, closing, digest(closed), parts)
        record = dump(sealed.record(self.run.pk, entries))
        bodies = {**packed.bodies, digest(closed): closed, digest(record): record}
        blobs = self.tables["Blob"].objects
        for start in range(0, len(bodies), CHUNK):
            chunk = list(bodies)[start : start + CHUNK]
            known = set(blobs.filter(pk__in=chunk).values_list("pk", flat=True))
            stored = (rows.blob(bodies[name]) for name in chunk if name not in known)
            blobs.bulk_create(self.tables["Blob"](digest=b.digest, size=b.size, body=b.body) for b in stored)
        self.tables["RunEnd"].objects.filter(pk=self.run.pk).update(
            sightings=closing.sightings,
            findings=closing.findings,
            closing_id=digest(closed),
            record_id=digest(record),
        )
        self.tables["AgencyRecord"].objects.bulk_create(
            [
                self.tables["AgencyRecord"](
                    run=self.run, agency=agency, content_id=content, tally=packed.tallies[agency]
                )
                for agency, content in packed.contents.items()
            ],
            batch_size=CHUNK,
        )


def different(row, finding):
    wanted = {
        "agency": finding.agency,
        "asset": finding.asset,
        "control": finding.control,
        "verdict": finding.verdict,
        "severity": finding.severity,
        "reason": finding.reason,
        "policy": finding.policy,
        "gaps": len(finding.gaps),
        "waived": finding.waiver is not None,
        "announced": finding.announced is not None,
    }
    return [name for name, value in wanted.items() if getattr(row, name) != value]


def blob(null):
    return models.ForeignKey(
        db_index=False,
        null=null,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="history.blob",
    )


class Migration(migrations.Migration):
    dependencies = [("history", "0009_log")]

    operations = [
        migrations.RunPython(allow),
        migrations.AddField("runend", "closing", blob(null=True)),
        migrations.AddField("runend", "record", blob(null=True)),
        migrations.CreateModel(
            name="AgencyRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("agency", models.CharField(max_length=40)),
                ("tally", models.TextField()),
                ("content", blob(null=False)),
                (
                    "run",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agencies",
                        to="history.run",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["agency", "run"], name="agency_record_run")],
                "constraints": [models.UniqueConstraint(fields=("run", "agency"), name="agency_once_a_run")],
            },
        ),
        migrations.RunPython(seal),
        migrations.AlterField("runend", "closing", blob(null=False)),
        migrations.AlterField("runend", "record", blob(null=False)),
        migrations.DeleteModel("FindingInstance"),
        migrations.DeleteModel("Finding"),
        migrations.RunPython(remove_bodies),
        migrations.RunPython(log),
        migrations.RunPython(refuse),
    ]
