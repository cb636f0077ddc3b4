"""Acts that remove the bodies of old evidence, and the triggers that let such a body go."""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

triggers = import_module("history.migrations.0002_append_only")
journal = import_module("history.migrations.0011_checkpoints").journal
TABLES = ("history_retention", "history_removedbody")
GOES_OR_COMES = """
NEW.digest = OLD.digest AND NEW.size = OLD.size AND (length(NEW.body) = 0 OR length(OLD.body) = 0)
AND EXISTS (SELECT 1 FROM history_removedbody WHERE blob_id = OLD.digest)
"""
SQLITE = f"""
CREATE TRIGGER history_blob_no_update BEFORE UPDATE ON history_blob WHEN NOT ({GOES_OR_COMES})
BEGIN SELECT RAISE(ABORT, 'history is append-only'); END
"""
POSTGRESQL_FUNCTION = f"""
CREATE FUNCTION history_refuse_body() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND {GOES_OR_COMES} THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'history is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$
"""
POSTGRESQL = """
CREATE TRIGGER history_blob_no_change BEFORE UPDATE OR DELETE ON history_blob
FOR EACH ROW EXECUTE FUNCTION history_refuse_body()
"""


def refuse(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for table in TABLES:
            for verb in ("update", "delete"):
                schema_editor.execute(triggers.SQLITE.format(table=table, verb=verb))
        schema_editor.execute("DROP TRIGGER history_blob_no_update")
        schema_editor.execute(SQLITE)
        return
    for table in TABLES:
        schema_editor.execute(triggers.POSTGRESQL_ROWS.format(table=table))
        schema_editor.execute(triggers.POSTGRESQL_TABLE.format(table=table))
    schema_editor.execute(POSTGRESQL_FUNCTION)
    schema_editor.execute("DROP TRIGGER history_blob_no_change ON history_blob")
    schema_editor.execute(POSTGRESQL)


def blob(indexed):
    return models.ForeignKey(
        db_index=indexed, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="history.blob"
    )


class Migration(migrations.Migration):
    dependencies = [("history", "0011_checkpoints")]

    operations = [
        migrations.CreateModel(
            name="Retention",
            fields=journal(("bodies", blob(indexed=False))),
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="RemovedBody",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("act", models.PositiveIntegerField()),
                ("blob", blob(indexed=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("blob", "act"), name="removed_once_an_act")],
            },
        ),
        migrations.RunPython(refuse),
    ]
