"""The archive of what was issued, signed or sent, which like everything here is only ever added to."""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

triggers = import_module("history.migrations.0002_append_only")
TABLE = "history_issuedfile"


def refuse(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for verb in ("update", "delete"):
            schema_editor.execute(triggers.SQLITE.format(table=TABLE, verb=verb))
        return
    schema_editor.execute(triggers.POSTGRESQL_ROWS.format(table=TABLE))
    schema_editor.execute(triggers.POSTGRESQL_TABLE.format(table=TABLE))


def allow(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for verb in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER {TABLE}_no_{verb}")
        return
    schema_editor.execute(f"DROP TRIGGER {TABLE}_no_change ON {TABLE}")
    schema_editor.execute(f"DROP TRIGGER {TABLE}_no_truncate ON {TABLE}")


class Migration(migrations.Migration):
    dependencies = [("history", "0005_finding_kinds")]

    operations = [
        migrations.CreateModel(
            name="IssuedFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sequence", models.PositiveIntegerField(unique=True)),
                ("agency", models.CharField(max_length=40)),
                ("number", models.PositiveIntegerField(null=True)),
                ("day", models.DateField(null=True)),
                ("at", models.DateTimeField()),
                ("body", models.TextField()),
                ("digest", models.CharField(max_length=71)),
                (
                    "content",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="history.blob"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="issued", to="history.run"
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        migrations.RunPython(refuse, allow),
    ]
