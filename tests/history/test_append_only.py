"""Nothing that was written is changed or removed: neither through the models nor past them."""

from dataclasses import replace

import pytest
from django.apps import apps
from django.db import DatabaseError, models

from checks.model.alert import AlertStep
from history import alerts, deliveries, issues, matters, stop
from history.errors import AppendOnly
from history.models import Sighting
from history.store import Recorder
from tests.history.samples import DELIVERY, EVIDENCE, FILE, ISSUED, START, WAIVER, open_run, whole_run
from tests.history.tampering import execute

MODELS = sorted(apps.get_app_config("history").get_models(), key=lambda each: each.__name__)


@pytest.fixture
def run(recorder: Recorder) -> str:
    """A run that puts at least one row into every table."""
    return _run_in_every_table(recorder)


def _run_in_every_table(recorder: Recorder) -> str:
    matters.ask(replace(WAIVER, approved_by=""), START)
    run_id = whole_run(recorder)
    deliveries.record(replace(DELIVERY, run=run_id))
    issues.archive(replace(ISSUED, run=run_id), FILE)
    stop.halt("Trần Văn Mẫu", "", START)
    alerts.record(AlertStep("judged", START, run=run_id))
    return run_id


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
    _run_in_every_table(Recorder())
    with pytest.raises(DatabaseError, match="append-only"):
        execute(f"REPLACE INTO {model._meta.db_table} SELECT * FROM {model._meta.db_table}")


@pytest.mark.parametrize("model", MODELS, ids=lambda each: each.__name__)
def test_postgresql_refuses_to_truncate(postgres: str, model: type[models.Model]) -> None:
    whole_run(Recorder())
    with pytest.raises(DatabaseError, match="append-only"):
        execute(f"TRUNCATE {model._meta.db_table} CASCADE")


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
