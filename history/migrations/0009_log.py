"""The log of the whole database, which like everything here is only ever added to. What was stored before has no leaf yet."""

from importlib import import_module

from django.db import migrations, models

triggers = import_module("history.migrations.0002_append_only")
TABLE = "history_logentry"


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
    dependencies = [("history", "0008_alerts")]

    operations = [
        migrations.CreateModel(
            name="LogEntry",
            fields=[
                ("index", models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=20)),
                ("subject", models.CharField(max_length=200)),
                ("content", models.CharField(max_length=71)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("kind", "subject"), name="logged_once")],
            },
        ),
        migrations.RunPython(refuse, allow),
    ]
