"""What is told in brief of findings and agencies, of the runs that there are: made of their findings."""

from collections import Counter
from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

from checks.model.canonical import digest, load
from checks.model.finding import Finding
from history import brief, rows, sealed
from history.errors import Damaged

triggers = import_module("history.migrations.0002_append_only")
CHUNK = 500
TABLE = "history_brief"


def fill(apps, schema_editor):
    contents = apps.get_model("history", "AgencyRecord").objects.order_by().values_list("content", flat=True).distinct()
    maker = Maker(apps)
    for content in sorted(contents):
        maker.agency(content)
    maker.store()
    if schema_editor.connection.vendor == "postgresql":  # or the table could get no triggers in this transaction
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Maker:
    """Blobs that are damaged, or are not what they should be, are left out: the audit tells of them."""

    def __init__(self, apps):
        self.blobs, self.briefs = (apps.get_model("history", name) for name in ("Blob", "Brief"))
        self.numbers = {}
        """By kind its number; what counts by the same is one object, however many there are."""
        self.kinds = {}
        """By the digest of findings what each counts by, as numbers."""
        self.made = []

    def bytes_of(self, names):
        found = {}
        for start in range(0, len(names), CHUNK):
            for row in self.blobs.objects.filter(pk__in=names[start : start + CHUNK]):
                try:
                    found[row.pk] = rows.content(row)
                except Damaged:
                    continue
        return found

    def agency(self, content):
        try:
            parts = sealed.load_parts(self.bytes_of([content]).get(content, b""))
        except ValueError:
            return
        names = [part.findings for part in parts.values() if part.findings]
        for name, data in self.bytes_of([each for each in names if each not in self.kinds]).items():
            try:
                findings = [load(Finding, line) for line in sealed.lines(data)]
            except ValueError:
                continue
            self.keep(name, brief.said_bytes(findings), brief.grounds_text(findings))
            self.kinds[name] = [self.numbers.setdefault(kind, len(self.numbers)) for kind in brief.kinds(findings)]
        if all(name in self.kinds for name in names):
            counts = Counter(number for name in names for number in self.kinds[name])
            kinds = list(self.numbers)
            self.keep(content, brief.counts_bytes({kinds[number]: count for number, count in counts.items()}))

    def keep(self, of, data, grounds=""):
        self.made.append((of, data, grounds))
        if len(self.made) >= CHUNK:
            self.store()

    def store(self):
        bodies = {digest(data): data for _, data, _ in self.made}
        known = set(self.blobs.objects.filter(pk__in=list(bodies)).values_list("pk", flat=True))
        fresh = (rows.blob(data) for name, data in bodies.items() if name not in known)
        self.blobs.objects.bulk_create(self.blobs(digest=b.digest, size=b.size, body=b.body) for b in fresh)
        self.briefs.objects.bulk_create(
            self.briefs(of_id=of, told_id=digest(data), grounds=grounds) for of, data, grounds in self.made
        )
        self.made = []


class Migration(migrations.Migration):
    dependencies = [("history", "0013_administrative_acts")]

    operations = [
        migrations.CreateModel(
            name="Brief",
            fields=[
                (
                    "of",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="history.blob",
                    ),
                ),
                ("grounds", models.TextField()),
                (
                    "told",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="history.blob",
                    ),
                ),
            ],
        ),
        migrations.RunPython(fill),
        migrations.RunPython(*triggers.guarding(TABLE)),
    ]
