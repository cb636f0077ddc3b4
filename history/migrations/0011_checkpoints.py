"""Signed states of the log, and statements on the keys that sign them, only ever added to."""

from importlib import import_module

from django.db import migrations, models

triggers = import_module("history.migrations.0002_append_only")
TABLES = ("history_checkpoint", "history_keystatement")


def refuse(apps, schema_editor):
    for table in TABLES:
        if schema_editor.connection.vendor == "sqlite":
            for verb in ("update", "delete"):
                schema_editor.execute(triggers.SQLITE.format(table=table, verb=verb))
        else:
            schema_editor.execute(triggers.POSTGRESQL_ROWS.format(table=table))
            schema_editor.execute(triggers.POSTGRESQL_TABLE.format(table=table))


def allow(apps, schema_editor):
    for table in TABLES:
        if schema_editor.connection.vendor == "sqlite":
            for verb in ("update", "delete"):
                schema_editor.execute(f"DROP TRIGGER {table}_no_{verb}")
        else:
            schema_editor.execute(f"DROP TRIGGER {table}_no_change ON {table}")
            schema_editor.execute(f"DROP TRIGGER {table}_no_truncate ON {table}")


def journal(*columns):
    """The columns of every journal, and its own."""
    return [
        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
        ("sequence", models.PositiveIntegerField(unique=True)),
        ("at", models.DateTimeField()),
        ("body", models.TextField()),
        ("digest", models.CharField(max_length=71)),
        *columns,
    ]


class Migration(migrations.Migration):
    dependencies = [("history", "0010_sealed")]

    operations = [
        migrations.CreateModel(
            name="Checkpoint",
            fields=journal(("size", models.PositiveBigIntegerField())),
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="KeyStatement",
            fields=journal(("key", models.CharField(max_length=64)), ("step", models.CharField(max_length=10))),
            options={"abstract": False},
        ),
        migrations.RunPython(refuse, allow),
    ]
