"""Slots of schedules, requests and the emergency stop: steps, which like everything here are only ever added."""

from importlib import import_module

from django.db import migrations, models

triggers = import_module("history.migrations.0002_append_only")
TABLE = "history_operationstep"


class Migration(migrations.Migration):
    dependencies = [("history", "0006_issued")]

    operations = [
        migrations.CreateModel(
            name="OperationStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject", models.CharField(max_length=120)),
                ("sequence", models.PositiveIntegerField()),
                ("kind", models.CharField(max_length=10)),
                ("name", models.CharField(max_length=40)),
                ("slot", models.DateTimeField(null=True)),
                ("step", models.CharField(max_length=10)),
                ("at", models.DateTimeField()),
                ("body", models.TextField()),
                ("digest", models.CharField(max_length=71)),
            ],
            options={"abstract": False},
        ),
        migrations.AddIndex(
            model_name="operationstep",
            index=models.Index(fields=["kind", "name", "sequence", "slot"], name="operation_slots"),
        ),
        migrations.AddConstraint(
            model_name="operationstep",
            constraint=models.UniqueConstraint(fields=("subject", "sequence"), name="operation_in_order"),
        ),
        migrations.RunPython(*triggers.guarding(TABLE)),
        # Null, and without a default: SQLite then adds the column, and the table keeps its triggers.
        migrations.AddField(
            model_name="run",
            name="purpose",
            field=models.CharField(max_length=10, null=True),
        ),
    ]
