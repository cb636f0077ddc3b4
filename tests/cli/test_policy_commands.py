"""khien policy: check, show --effective, diff and impact, as a shell runs them."""

import re
from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.cli.command import ALWAYS, CONTROL, done, khien_each
from tests.cli.conftest import Scanned


def policy(name: str, controls: str, more: str = "") -> str:
    """A policy file."""
    return f'policy: {name}\nversion: "1"\ntitle: {{vi: Tên, en: Name}}\n{more}controls:\n{controls}'


def control(name: str, check: str, params: str = "{}", severity: str = "high") -> str:
    return CONTROL.format(id=name, check=check, params=params, severity=severity)


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A province, an agency and an asset, each with a policy that extends the one above it."""
    folder = tmp_path_factory.mktemp("estate")
    rules = folder / "rules"
    rules.mkdir()
    tagged = control("X-TAG", "headers.framing").replace(
        "    severity",
        "    when: {levels: [4, 5], tags: [intranet], zones: [dmz]}\n    effective: 2199-01-01\n    severity",
    )
    texts = {
        "tinh": policy("tinh", control("X-TLS", "tls.served") + control("X-CSP", "headers.csp") + tagged),
        "so": policy("so", control("X-OWN", "headers.cors"), "extends: [tinh]\noverride: {X-CSP: {severity: low}}\n"),
        "cong": policy(
            "cong",
            "",
            "extends: [so]\noverride:\n  X-TLS: {due_days: 3}\n"
            "  X-OWN: {disabled: true, reason: {vi: Lý do, en: Reason}}\n",
        ).replace("controls:\n", ""),
    }
    for name, text in texts.items():
        (rules / f"{name}.yaml").write_text(text, encoding="utf-8")
    (folder / "khien.yaml").write_text("policies: [rules]\npolicy: tinh\n", encoding="utf-8")
    (folder / "inventory.yaml").write_text(
        "agencies:\n"
        f"  - {{id: so-mau, name: {{vi: Sở, en: Office}}, policy: so, authorisation: {ALWAYS}}}\n"
        f"  - {{id: xa-mau, name: {{vi: Xã, en: Commune}}, authorisation: {ALWAYS}}}\n"
        "assets:\n"
        "  - {id: cong, agency: so-mau, level: 3, url: 'https://cong.example/', policy: cong}\n"
        "  - {id: trang, agency: so-mau, level: 3, url: 'https://trang.example/'}\n"
        "  - {id: xa, agency: xa-mau, level: 4, url: 'https://xa.example/', zone: dmz, tags: [intranet]}\n",
        encoding="utf-8",
    )
    return folder


def test_effective_names_the_level_the_file_and_the_line(estate: Path) -> None:
    shown = done("policy", "show", "--effective", "--asset", "cong", "--json", folder=estate).json()
    assert (shown["policy"], shown["chosen"]) == (
        "cong",
        {"layer": "asset", "file": "inventory.yaml", "place": "5:72"},
    )
    rows = {each["control"]: each for each in shown["controls"]}
    decided = {
        name: (row["level"], row["decided"][0]["file"], row["decided"][0]["place"]) for name, row in rows.items()
    }
    assert decided == {
        "X-CSP": ("agency", "rules/so.yaml", "5:12"),
        "X-TAG": ("province", "rules/tinh.yaml", "23:3"),
        "X-TLS": ("asset", "rules/cong.yaml", "6:3"),
    }
    assert rows["X-TLS"]["decided"][0]["fields"] == ["due_days"]
    assert rows["X-TLS"]["decided"][1]["policy"] == "tinh"
    (off,) = shown["disabled"]
    assert (off["control"], off["by"], off["file"], off["place"]) == ("X-OWN", "cong", "rules/cong.yaml", "7:3")


def test_effective_says_whether_a_control_applies(estate: Path) -> None:
    ended = khien_each(
        ["policy", "show", "--asset", "trang", "--json"],
        ["policy", "show", "--asset", "xa", "--json"],
        ["policy", "show", "--asset", "trang"],
        ["policy", "show", "tinh", "--asset", "cong"],
        ["policy", "show", "--asset", "cong"],
        folder=estate,
    )
    assert [each.status for each in ended] == [0] * 5
    found = [{each["control"]: each for each in one.json()["controls"]} for one in ended[:2]]
    assert (found[0]["X-TAG"]["applies"], found[1]["X-TAG"]["applies"]) == (False, True)
    assert len(found[0]["X-TAG"]["when"]) == 3
    assert found[1]["X-TAG"]["when"] == []
    assert found[0]["X-TAG"]["effective"] == "2199-01-01"
    assert [one.json()["chosen"]["layer"] for one in ended[:2]] == ["agency", "province"]
    assert ended[1].json()["chosen"]["place"] == "2:1"
    assert found[0]["X-TAG"]["when"] == [
        "level 3 is not in 4, 5",
        "has no tag of intranet",
        "zone internet is not in dmz",
    ]
    assert "no: level 3 is not in" in ended[2].out
    assert "(from 2199-01-01)" in ended[2].out
    assert "rules/tinh.yaml:" in ended[2].out
    assert "tinh (command: --policy)" in ended[3].out
    assert "X-OWN: switched off at rules/cong.yaml:7:3: Reason" in ended[4].out


def test_what_cannot_be_shown(estate: Path) -> None:
    ended = khien_each(
        ["policy", "show", "--effective"],
        ["policy", "show"],
        ["policy", "show", "absent"],
        ["policy", "show", "--asset", "absent"],
        ["policy", "show", "absent", "--asset", "cong"],
        ["policy", "diff", "tinh", "absent"],
        ["policy", "check", "absent"],
        folder=estate,
    )
    assert [each.status for each in ended] == [2] * 7


def test_lists_of_agencies_have_their_file_and_line_named(estate: Path, tmp_path: Path) -> None:
    (tmp_path / "khien.yaml").write_text(f"policies: ['{estate / 'rules'}']\npolicy: tinh\ninventory: lists\n")
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "agencies.csv").write_text("id,name.vi,name.en,policy\nso-mau,Sở,Office,so\n")
    (tmp_path / "lists" / "assets.csv").write_text("id,agency,level,url\ncong,so-mau,3,https://cong.example/\n")
    shown = done("policy", "show", "--asset", "cong", "--json", folder=tmp_path).json()
    assert shown["chosen"] == {"layer": "agency", "file": "lists/agencies.csv", "place": "2:4"}
    assert shown["controls"][0]["decided"][0]["file"] == str(estate / "rules" / "so.yaml")


def test_a_workbook_of_agencies_has_its_cell_named(estate: Path, tmp_path: Path) -> None:
    (tmp_path / "khien.yaml").write_text(f"policies: ['{estate / 'rules'}']\npolicy: tinh\ninventory: lists.xlsx\n")
    book = Workbook()
    agencies = book.create_sheet("agencies")
    agencies.append(["id", "name.vi", "name.en", "policy"])
    agencies.append(["so-mau", "Sở", "Office", "so"])
    assets = book.create_sheet("assets")
    assets.append(["id", "agency", "level", "url"])
    assets.append(["cong", "so-mau", 3, "https://cong.example/"])
    book.save(tmp_path / "lists.xlsx")
    shown = done("policy", "show", "--asset", "cong", "--json", folder=tmp_path).json()
    assert shown["chosen"] == {"layer": "agency", "file": "lists.xlsx", "place": "agencies!D2"}


def test_a_policy_that_is_not_there_is_told_where_it_is_named(estate: Path, tmp_path: Path) -> None:
    (tmp_path / "khien.yaml").write_text(f"policies: ['{estate / 'rules'}']\npolicy: tinhh\n", encoding="utf-8")
    text = (estate / "inventory.yaml").read_text(encoding="utf-8")
    (tmp_path / "inventory.yaml").write_text(text.replace("policy: cong", "policy: congg"), encoding="utf-8")
    ended = done("policy", "show", "--asset", "cong", folder=tmp_path, status=2)
    assert [line.rpartition("/")[2] for line in ended.err.splitlines()] == [
        "khien.yaml:2:1: there is no policy 'tinhh'; is it 'tinh'?",
        "inventory.yaml:5:72: there is no policy 'congg'; is it 'cong'?",
    ]


def test_a_draft_is_shown_for_an_asset_before_it_is_in_force(estate: Path, tmp_path: Path) -> None:
    draft = tmp_path / "so.yaml"
    text = (estate / "rules" / "so.yaml").read_text(encoding="utf-8")
    draft.write_text(text.replace("X-CSP: {severity: low}", "X-TLS: {severity: low}"), encoding="utf-8")
    shown = done("policy", "show", draft, "--effective", "--asset", "trang", "--json", folder=estate).json()
    assert (shown["policy"], shown["chosen"]["layer"]) == ("so", "command")
    rows = {each["control"]: each for each in shown["controls"]}
    assert (rows["X-TLS"]["decided"][0]["file"], rows["X-TLS"]["decided"][0]["place"]) == (str(draft), "5:12")
    assert rows["X-CSP"]["decided"][0]["file"] == "rules/tinh.yaml"


def test_check_says_what_it_has_checked(estate: Path, tmp_path: Path) -> None:
    (tmp_path / "rules.txt").write_text("no policy", encoding="utf-8")
    folder, one, nothing, all_of_them = khien_each(
        ["policy", "check", "rules"],
        ["policy", "check", "rules/so.yaml"],
        ["policy", "check", tmp_path],
        ["policy", "check"],
        folder=estate,
    )
    assert folder.out.splitlines() == [
        "cong 1: 3 controls, 1 switched off",
        "so 1: 4 controls, 0 switched off",
        "tinh 1: 3 controls, 0 switched off",
        "Valid: 3 policies.",
    ]
    assert one.out.splitlines()[-2:] == ["so 1: 4 controls, 0 switched off", "Valid: 1 policies."]
    assert (nothing.status, nothing.err) == (2, f"no file .yaml or .yml in: {tmp_path}\n")
    assert "nghe-an-web" in all_of_them.out


HOSTILE = {
    "bomb": b"a: &a [x, x]\nb: &b [*a, *a]\n",
    "tag": b"policy: !!python/object/apply:os.system [id]\n",
    "nul": b"policy: a\x00\n",
    "utf-16": "policy: a\n".encode("utf-16"),
    "latin": b"policy: m\xe3u\n",
    "merge": b"<<: {policy: mau}\n",
    "deep": b"[" * 5000,
    "escape": b'"\\e]0;x\\a\\nrules.yaml:1:1: fine": 1\n',
    "path": b'policy: a\nversion: "1"\ntitle: {vi: a, en: b}\nextends: [../../../etc/passwd]\n',
    "empty": b"",
}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_hostile_files_are_told_with_their_line_and_column(estate: Path, tmp_path: Path, language: str) -> None:
    for name, data in HOSTILE.items():
        (tmp_path / f"{name}.yaml").write_bytes(data)
    (ended,) = khien_each(["--lang", language, "policy", "check", tmp_path], folder=estate)
    assert ended.status == 2
    lines = ended.err.splitlines()
    assert all(re.match(rf"{tmp_path}/[a-z0-9-]+\.yaml:\d+:\d+: \S", each) for each in lines)
    assert {Path(each.split(":")[0]).stem for each in lines} == set(HOSTILE)
    assert "\x1b" not in ended.err


def test_check_tells_every_fault_with_its_place(estate: Path, tmp_path: Path) -> None:
    bad = policy("bad", control("X-1", "no.rule") + control("X-2", "headers.hsts", "{min_age: long}"))
    (tmp_path / "bad.yaml").write_text(bad, encoding="utf-8")
    (tmp_path / "worse.yaml").write_text("policy: [\n", encoding="utf-8")
    in_words, as_json, one, good, good_json = khien_each(
        ["policy", "check", tmp_path],
        ["policy", "check", tmp_path, "--json"],
        ["policy", "check", tmp_path / "bad.yaml"],
        ["policy", "check"],
        ["policy", "check", "--json"],
        folder=estate,
    )
    assert in_words.status == as_json.status == one.status == 2
    assert [line.partition(": ")[0].rpartition("/")[2] for line in in_words.err.splitlines()] == [
        "bad.yaml:7:5",
        "bad.yaml:17:14",
        "worse.yaml:2:1",
    ]
    told = as_json.json()
    assert [each["place"] for each in told] == ["7:5", "17:14", "2:1"]
    assert set(told[0]["message"]) == {"vi", "en"}
    assert len(one.err.splitlines()) == 2
    assert (good.status, good_json.json()) == (0, [])


def test_diff_in_a_table_and_in_json(estate: Path, tmp_path: Path) -> None:
    new = tmp_path / "tinh.yaml"
    text = (estate / "rules" / "tinh.yaml").read_text(encoding="utf-8")
    new.write_text(text.replace("due_days: 30", "due_days: 9", 1).replace("Vì sao", "Vì " + "s" * 400, 1))
    table, found, by_file = khien_each(
        ["policy", "diff", "tinh", "cong"],
        ["policy", "diff", "tinh", "cong", "--json"],
        ["policy", "diff", "tinh", new],
        folder=estate,
    )
    assert [(each["control"], each["kind"]) for each in found.json()] == [("X-CSP", "changed"), ("X-TLS", "changed")]
    assert found.json()[1]["fields"] == [{"field": "due_days", "before": 30, "after": 3}]
    assert "severity" in table.out
    assert "X-TLS" in by_file.out
    assert "…" in by_file.out


def test_impact_judges_stored_evidence_and_writes_nothing(scanned: Scanned, tmp_path: Path) -> None:
    stricter = policy(
        "small",
        control("TLS-12", "tls.protocols", "{required: [tls1_2]}")
        + control("TLS-OLD", "tls.protocols", "{forbidden: [tls1_2]}", "critical").replace(
            "    severity", "    effective: 2199-01-01\n    severity"
        )
        + control("PORT-ALL", "ports.expected", '{scan: ["1-65535"]}'),
    )
    (tmp_path / "small.yaml").write_text(stricter, encoding="utf-8")
    before, table, found, narrow, foreign, unknown, policy_unknown, after = khien_each(
        ["history", "export", scanned.run],
        ["policy", "impact", tmp_path / "small.yaml", "--run", scanned.run],
        ["policy", "impact", tmp_path / "small.yaml", "--run", scanned.run, "--json"],
        ["policy", "impact", "small", "--run", scanned.run, "--agency", "so-mau", "--json"],
        ["policy", "impact", "small", "--run", scanned.run, "--agency", "absent"],
        ["policy", "impact", "small", "--run", "absent"],
        ["policy", "impact", "absent"],
        ["history", "export", scanned.run],
        folder=scanned.folder,
    )
    assert before.out == after.out
    assert [each.status for each in (foreign, unknown, policy_unknown)] == [2, 2, 2]
    (agency,) = found.json()["agencies"]
    shifts = {(each["kind"], each["asset"], each["control"]) for each in agency["shifts"]}
    assert ("new_fail", "cong", "TLS-OLD") in shifts
    assert ("no_longer_fails", "cong", "CERT-TRUST") in shifts
    assert ("no_longer_assessable", "cong", "PORT-ALL") in shifts
    (gap,) = [each for each in agency["shifts"] if (each["asset"], each["control"]) == ("cong", "PORT-ALL")]
    assert gap["reasons"][0]["reason"] == "ports_not_asked"
    assert agency["after"]["score"] != agency["before"]["score"]
    assert "would fail: cong/TLS-OLD (critical; before: not counted)" in table.out
    assert (
        "would no longer fail: cong/CERT-TRUST (critical; before: fail); this policy has no such control" in table.out
    )
    assert "could not be assessed: cong/PORT-ALL" in table.out
    assert narrow.json()["agencies"][0]["shifts"] == []


def test_impact_needs_a_run(estate: Path) -> None:
    ended = done("policy", "impact", "tinh", folder=estate, status=2)
    assert "no scan run is finished" in ended.err
