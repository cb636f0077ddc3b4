"""The archive of what was issued, signed or sent, which like everything here is only ever added to."""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

triggers = import_module("history.migrations.0002_append_only")
TABLE = "history_issuedfile"


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
        migrations.RunPython(*triggers.guarding(TABLE)),
    ]
