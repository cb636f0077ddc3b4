"""The log of the whole database, which like everything here is only ever added to. What was stored before has no leaf yet."""

from importlib import import_module

from django.db import migrations, models

triggers = import_module("history.migrations.0002_append_only")
TABLE = "history_logentry"


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
        migrations.RunPython(*triggers.guarding(TABLE)),
    ]
