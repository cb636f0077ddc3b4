"""The journal of administrative acts, which like everything here is only ever added to."""

from importlib import import_module

from django.db import migrations, models

triggers = import_module("history.migrations.0002_append_only")
TABLE = "history_administrativeact"


class Migration(migrations.Migration):
    dependencies = [("history", "0012_retention")]

    operations = [
        migrations.CreateModel(
            name="AdministrativeAct",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sequence", models.PositiveIntegerField(unique=True)),
                ("what", models.CharField(max_length=40)),
                ("subject", models.TextField()),
                ("at", models.DateTimeField()),
                ("body", models.TextField()),
                ("digest", models.CharField(max_length=71)),
            ],
        ),
        migrations.AddIndex(
            model_name="administrativeact",
            index=models.Index(fields=["what", "sequence"], name="administrative_what"),
        ),
        migrations.RunPython(*triggers.guarding(TABLE)),
    ]
