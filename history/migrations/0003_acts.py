"""Waivers and disputes that are kept in the database: acts, which like everything here are only ever added."""

from importlib import import_module

from django.db import migrations, models

triggers = import_module("history.migrations.0002_append_only")
TABLE = "history_act"


class Migration(migrations.Migration):
    dependencies = [("history", "0002_append_only")]

    operations = [
        migrations.CreateModel(
            name="Act",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("matter", models.CharField(max_length=10)),
                ("name", models.CharField(max_length=40)),
                ("sequence", models.PositiveIntegerField()),
                ("step", models.CharField(max_length=10)),
                ("at", models.DateTimeField()),
                ("body", models.TextField()),
                ("digest", models.CharField(max_length=71)),
            ],
        ),
        migrations.AddConstraint(
            model_name="act",
            constraint=models.UniqueConstraint(fields=("name", "sequence"), name="act_in_order"),
        ),
        migrations.RunPython(*triggers.guarding(TABLE)),
    ]
