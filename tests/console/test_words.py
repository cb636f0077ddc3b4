"""The words and drawings of the console, and the part of a policy that it shows: what needs no server."""

import string
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from checks.model.text import Text
from console import audit_words, charts, inventory_words, policy_words, report_words, words
from console.charts import Point
from console.policy_text import stated, states
from history.facts import RunRow

NOW = datetime(2026, 12, 1, tzinfo=UTC)
POLICY = """\
policy: mau  # một chính sách
controls:
  TLS-12:
    title: {vi: A, en: B}
    # lời giải thích

    check: tls.protocols
  TLS-1:
    check: other
override:
  HDR-X: {disabled: true}
"""


def texts(value: object) -> Iterator[Text]:
    """Every Text in a value of the catalogue."""
    if isinstance(value, Text):
        yield value
    elif isinstance(value, dict | tuple):
        for each in value.values() if isinstance(value, dict) else value:
            yield from texts(each)


def test_both_languages_have_the_same_places() -> None:
    found = [
        (name, each)
        for catalogue in (words, audit_words, inventory_words, policy_words, report_words)
        for name, value in vars(catalogue).items()
        if name.isupper()
        for each in texts(value)
    ]
    assert len(found) > 150
    for name, each in found:
        places = [{place for _, place, _, _ in string.Formatter().parse(side) if place} for side in (each.vi, each.en)]
        assert places[0] == places[1], name
        assert each.vi.strip() and each.en.strip(), name


def points(*shares: int | None) -> list[Point]:
    """One a day."""
    return [Point(f"run-{number}", date(2026, 11, 1 + number), share, 10_000) for number, share in enumerate(shares)]


def test_a_trend_breaks_where_a_run_has_no_figure() -> None:
    drawn = ElementTree.fromstring(charts.trend(points(5000, None, 7000, 8000), "en"))
    line = drawn.find("./path[@class='line score']")
    assert line is not None and line.attrib["d"].count("M") == 2
    assert len(drawn.findall("./circle")) == 3
    assert "not determined" in drawn.attrib["aria-label"]


@pytest.mark.parametrize("shares", [(), (None,), (0,), (10_000,)])
def test_a_trend_of_hardly_anything_is_whole(shares: tuple[int | None, ...]) -> None:
    ElementTree.fromstring(charts.trend(points(*shares), "vi"))


def test_every_agency_is_in_one_band() -> None:
    _, bands = charts.distribution([0, 999, 1000, 9999, 10_000, None], "vi")
    assert [count for _, count in bands] == [2, 1, 0, 0, 0, 0, 0, 0, 0, 2]


def test_a_bar_shows_what_there_is_one_of_among_thousands() -> None:
    drawn = ElementTree.fromstring(charts.verdicts({"fail": 1, "pass": 100_000, "not_assessable": 0}, "vi"))
    widths = {each.attrib["class"]: float(each.attrib["width"]) for each in drawn}
    assert set(widths) == {"part fail", "part pass"}
    assert widths["part fail"] >= 4
    assert sum(widths.values()) <= charts.WIDTH


def test_what_a_policy_states_of_a_control_is_cut_out_word_for_word() -> None:
    assert stated(POLICY, "TLS-12") == (
        "TLS-12:\n  title: {vi: A, en: B}\n  # lời giải thích\n\n  check: tls.protocols"
    )
    assert stated(POLICY, "HDR-X") == "HDR-X: {disabled: true}"
    assert stated(POLICY, "TLS") == ""
    assert states(POLICY, "mau") and not states(POLICY, "ma") and not states(POLICY, "m.u")


@pytest.mark.parametrize(("reasons", "left_out"), [((), 0), (("retired", "outside_window"), 0), (("not_selected",), 1)])
def test_a_run_of_a_part_says_how_much_it_was_not_asked_to_look_at(reasons: tuple[str, ...], left_out: int) -> None:
    exclusions = tuple((f"a-{number}", reason, "") for number, reason in enumerate(reasons))
    run = RunRow(
        id="r", started=NOW, finished=NOW, as_of=NOW, vantage="internet", state="finished", reason="", head="",
        sightings=0, connections=0, findings={}, tools={}, policies={}, rule_versions={}, data_versions={},
        exclusions=exclusions,
    )  # fmt: skip
    assert run.not_asked_for == left_out
