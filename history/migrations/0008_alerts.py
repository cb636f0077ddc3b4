"""The log of alerts, which like everything here is only ever added to."""

from importlib import import_module

from django.db import migrations, models

triggers = import_module("history.migrations.0002_append_only")
TABLE = "history_alertstep"


class Migration(migrations.Migration):
    dependencies = [("history", "0007_operations")]

    operations = [
        migrations.CreateModel(
            name="AlertStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sequence", models.PositiveIntegerField(unique=True)),
                ("body", models.TextField()),
                ("digest", models.CharField(max_length=71)),
                ("step", models.CharField(max_length=10)),
                ("run", models.CharField(max_length=40)),
                ("agency", models.CharField(max_length=40)),
                ("recipient", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={"abstract": False},
        ),
        migrations.RunPython(*triggers.guarding(TABLE)),
    ]
