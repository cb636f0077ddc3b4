"""Nothing that was written is changed or removed: neither through the models nor past them; rows of looks and links go
only with the end of their run, when they are sealed."""

import pytest
from django.apps import apps
from django.db import DatabaseError, models

from history.errors import AppendOnly
from history.models import ChainEntry, Sighting, remove_journal
from history.store import Recorder
from tests.history.samples import EVIDENCE, FINDINGS, START, in_every_table, open_run, whole_run
from tests.history.tampering import execute

MODELS = sorted(apps.get_app_config("history").get_models(), key=lambda each: each.__name__)


@pytest.fixture
def run(recorder: Recorder) -> str:
    """A finished run, and at least one row in every table."""
    return in_every_table(recorder)[0]


@pytest.mark.parametrize("model", MODELS, ids=lambda each: each.__name__)
def test_models_refuse(run: str, model: type[models.Model]) -> None:
    row = model._default_manager.all()[0]
    with pytest.raises(AppendOnly):
        row.save()
    with pytest.raises(AppendOnly):
        row.delete()
    with pytest.raises(AppendOnly):
        model._default_manager.all().delete()
    with pytest.raises(AppendOnly):
        model._default_manager.all().update(pk=row.pk)
    with pytest.raises(AppendOnly):
        model._default_manager.bulk_update([row], ["pk"])


@pytest.mark.parametrize("model", MODELS, ids=lambda each: each.__name__)
def test_the_database_refuses(run: str, model: type[models.Model], recorder: Recorder) -> None:
    table, number = model._meta.db_table, model._default_manager.count()
    key = model._meta.pk.column if model._meta.pk else ""
    with pytest.raises(DatabaseError, match="append-only"):
        execute(f'UPDATE {table} SET "{key}" = "{key}"')
    with pytest.raises(DatabaseError, match="append-only"):
        execute(f"DELETE FROM {table}")
    assert model._default_manager.count() == number > 0
    assert recorder.verify(run) == []


@pytest.mark.parametrize("model", MODELS, ids=lambda each: each.__name__)
def test_sqlite_refuses_to_replace(sqlite: str, model: type[models.Model]) -> None:
    in_every_table(Recorder())
    with pytest.raises(DatabaseError, match="append-only"):
        execute(f"REPLACE INTO {model._meta.db_table} SELECT * FROM {model._meta.db_table}")


@pytest.mark.parametrize("model", MODELS, ids=lambda each: each.__name__)
def test_postgresql_refuses_to_truncate(postgres: str, model: type[models.Model]) -> None:
    whole_run(Recorder())
    with pytest.raises(DatabaseError, match="append-only"):
        execute(f"TRUNCATE {model._meta.db_table} CASCADE")


def test_what_is_sealed_may_go_and_nothing_else_of_the_run(recorder: Recorder) -> None:
    """The rows of looks and links are removed in the step that ends their run: none is left, and none can go before."""
    run = open_run(recorder)
    recorder.record_all(run, EVIDENCE)
    for table in ("history_sighting", "history_chainentry"):
        with pytest.raises(DatabaseError, match="append-only"):
            execute(f"DELETE FROM {table} WHERE run_id = %s", [run])
    with pytest.raises(DatabaseError, match="append-only"):
        remove_journal(run)
    recorder.finish(run, FINDINGS, START)
    assert not Sighting.objects.exists()
    assert not ChainEntry.objects.exists()
    assert recorder.evidence(run) == {each.sighting.target.key: each for each in EVIDENCE}


def test_an_upsert_is_refused_too(recorder: Recorder) -> None:
    run = open_run(recorder)
    recorder.record(run, EVIDENCE[0])
    row = Sighting.objects.get(run=run)
    row.connections = 0
    with pytest.raises(DatabaseError, match="append-only"):
        Sighting.objects.bulk_create(
            [row], update_conflicts=True, unique_fields=["run", "key"], update_fields=["connections"]
        )
    assert recorder.evidence(run)[row.key].sighting.connections == 3
