"""Signed states of the log, and statements on the keys that sign them, only ever added to."""

from importlib import import_module

from django.db import migrations, models

triggers = import_module("history.migrations.0002_append_only")
TABLES = ("history_checkpoint", "history_keystatement")


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
        migrations.RunPython(*triggers.guarding(*TABLES)),
    ]
