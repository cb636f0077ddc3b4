"""Triggers that refuse to change or remove a row, on both databases: for whoever comes past the models.

Who owns the database can drop them; that is what the chain of digests is for.
A later step that lets Django make a table anew on SQLite has to put that table's triggers back.
"""

from django.db import migrations

TABLES = (
    "history_blob",
    "history_run",
    "history_runend",
    "history_sighting",
    "history_finding",
    "history_findinginstance",
    "history_chainentry",
)

SQLITE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, 'history is append-only'); END
"""

POSTGRESQL_FUNCTION = """
CREATE FUNCTION history_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'history is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""
POSTGRESQL_ROWS = """
CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION history_refuse()
"""
POSTGRESQL_TABLE = """
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION history_refuse()
"""


def guarding(*tables):
    """What puts the triggers on tables that a later step makes, and what takes them away again."""

    def guard(apps, schema_editor):
        for table in tables:
            if schema_editor.connection.vendor == "sqlite":
                for verb in ("update", "delete"):
                    schema_editor.execute(SQLITE.format(table=table, verb=verb))
            else:
                schema_editor.execute(POSTGRESQL_ROWS.format(table=table))
                schema_editor.execute(POSTGRESQL_TABLE.format(table=table))

    def release(apps, schema_editor):
        for table in tables:
            if schema_editor.connection.vendor == "sqlite":
                for verb in ("update", "delete"):
                    schema_editor.execute(f"DROP TRIGGER {table}_no_{verb}")
            else:
                schema_editor.execute(f"DROP TRIGGER {table}_no_change ON {table}")
                schema_editor.execute(f"DROP TRIGGER {table}_no_truncate ON {table}")

    return guard, release


def refuse(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL_FUNCTION)
    guarding(*TABLES)[0](apps, schema_editor)


def allow(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for table in TABLES:
            for verb in ("update", "delete"):
                schema_editor.execute(f"DROP TRIGGER {table}_no_{verb}")
        return
    schema_editor.execute("DROP FUNCTION history_refuse() CASCADE")


class Migration(migrations.Migration):
    dependencies = [("history", "0001_tables")]

    operations = [migrations.RunPython(refuse, allow)]
