"""Columns for what a finding counts by, so that figures of a run are made without reading the findings themselves.

They are filled in from the bodies, which stay as they are: for that the table can be changed, and cannot afterwards.
"""

import json
import zlib
from importlib import import_module

from django.db import migrations, models

triggers = import_module("history.migrations.0002_append_only")
TABLE = "history_finding"
CHUNK = 500
refuse, allow = triggers.guarding(TABLE)


def fill(apps, schema_editor):
    findings = apps.get_model("history", "Finding").objects
    marked = {"waived": [], "announced": []}
    for row in findings.order_by("pk").select_related("body").iterator(CHUNK):
        body = json.loads(zlib.decompress(bytes(row.body.body)))
        if body.get("waiver") is not None:
            marked["waived"].append(row.pk)
        if body.get("announced") is not None:
            marked["announced"].append(row.pk)
    for column, keys in marked.items():
        for start in range(0, len(keys), CHUNK):
            findings.filter(pk__in=keys[start : start + CHUNK]).update(**{column: True})


def leave(apps, schema_editor):
    """Nothing to undo: the columns go."""


class Migration(migrations.Migration):
    dependencies = [("history", "0004_deliveries")]

    operations = [
        migrations.RunPython(allow, refuse),
        migrations.AddField("finding", "waived", models.BooleanField(default=False), preserve_default=False),
        migrations.AddField("finding", "announced", models.BooleanField(default=False), preserve_default=False),
        migrations.RunPython(fill, leave),
        migrations.RunPython(refuse, allow),
    ]
