"""The log of deliveries, which like everything here is only ever added to."""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

triggers = import_module("history.migrations.0002_append_only")
TABLE = "history_delivery"


class Migration(migrations.Migration):
    dependencies = [("history", "0003_acts")]

    operations = [
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sequence", models.PositiveIntegerField(unique=True)),
                ("agency", models.CharField(max_length=40)),
                ("recipient", models.TextField()),
                ("state", models.CharField(max_length=10)),
                ("at", models.DateTimeField()),
                ("body", models.TextField()),
                ("digest", models.CharField(max_length=71)),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="deliveries", to="history.run"
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        migrations.RunPython(*triggers.guarding(TABLE)),
    ]
