"""What the chain commits to of a look is what was written, not what today's types would write."""

from dataclasses import replace
from datetime import UTC, datetime

from checks.model.canonical import canonical, digest, plain
from checks.model.evidence import Hop, HttpObservation, Sighting
from checks.model.target import HttpTarget, PortsTarget, TlsTarget
from history import models, rows

MOMENT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
SIGHTING = Sighting(PortsTarget("192.0.2.1", "22"), "internet", MOMENT, MOMENT, 1, {"nmap": "7.93"}, "sha256:00")


def row_of(sighting: Sighting) -> models.Sighting:
    return models.Sighting(**rows.sighting_columns("run", sighting)[0])


def test_a_look_is_committed_to_as_it_is() -> None:
    exact = replace(SIGHTING, finished=MOMENT.replace(microsecond=120))
    for each in (SIGHTING, exact):
        assert rows.sighting_columns("run", each)[1] == digest(canonical(plain(each)))
        assert rows.row_digest(row_of(each)) == digest(canonical(plain(each)))


def test_a_field_that_a_type_gained_since_is_not_tampering() -> None:
    """A row of before ports targets had the field `known`."""
    row = row_of(SIGHTING)
    row.target = '{"address":"192.0.2.1","ports":"22"}'
    as_written = {**plain(SIGHTING), "target": {"address": "192.0.2.1", "ports": "22"}}
    assert rows.row_digest(row) == digest(canonical(as_written))


def test_a_look_of_before_targets_said_what_they_ask_is_read() -> None:
    row = row_of(SIGHTING)
    row.target = '{"address":"192.0.2.1","port":443,"server_name":null,"starttls":null}'
    row.key, row.address = "tls:192.0.2.1:443::", "192.0.2.1"
    assert rows.sighting(rows.look(row)).target == TlsTarget("192.0.2.1", 443, None)
    assert rows.row_digest(row) != ""


def test_another_spelling_of_the_same_value_is_named() -> None:
    row = row_of(SIGHTING)
    row.tools = '{"nmap": "7.93"}'
    assert rows.row_digest(row) == ""


def test_a_look_of_before_urls_were_asked_beside_the_page_is_read() -> None:
    row = row_of(SIGHTING)
    row.target = '{"address":"192.0.2.1","url":"https://a.example/"}'
    row.key, row.address = "http:192.0.2.1:https://a.example/", "192.0.2.1"
    assert rows.sighting(rows.look(row)).target == HttpTarget("192.0.2.1", "https://a.example/")
    assert rows.row_digest(row) != ""


def test_what_was_seen_before_pages_were_read_is_read_and_keeps_its_digest() -> None:
    written = (
        b'{"end":"answered","failure":null,"hops":[{"address":"192.0.2.1","headers":[["Server","x"]],'
        b'"http_version":"1.1","status":200,"tls":"tls1_3","url":"https://a.example/"}],"kind":"http",'
        b'"next_url":null,"schema":1}'
    )
    row = rows.blob(written)
    assert rows.content(row) == written
    found = rows.evidence(rows.look(row_of(SIGHTING)), rows.content(row)).observation
    hop = Hop("https://a.example/", "192.0.2.1", 200, (("Server", "x"),), tls="tls1_3")
    assert found == HttpObservation((hop,), "answered")
    assert (found.hops[0].page, found.trace, found.failures) == (None, None, ())
