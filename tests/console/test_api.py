"""The JSON API: who sees what by a token, what a token is worth, how much may be asked, and what answers look like."""

import http.client
import json
import sqlite3
from contextlib import closing
from typing import Any

import jsonschema
import pytest

from tests.cli.command import khien
from tests.console.conftest import ROOT, Console
from tests.console.estate import PASSWORD, SECRET, USERS
from tests.console.inside import give_second_factor
from tests.console.visitor import PATIENCE, Answer, Visitor

ROLES = ("", "an-ninh", "kiem-toan", "van-thu")
OWN: dict[str, int] = {"": 401, "an-ninh": 200, "kiem-toan": 200, "van-thu": 200}
OVERSEEN: dict[str, int] = {**OWN, "van-thu": 404}
GETS: dict[str, tuple[str, dict[str, int]]] = {
    "metrics": ("/metrics", OVERSEEN),
    "api-openapi": ("/api/v1/openapi.json", {**OWN, "": 200}),
    "api-me": ("/api/v1/me", OWN),
    "api-agencies": ("/api/v1/agencies", OWN),
    "api-agency": ("/api/v1/agencies/so-mau", OWN),
    "api-agency-scores": ("/api/v1/agencies/so-mau/scores", OWN),
    "api-scores": ("/api/v1/scores", OWN),
    "api-runs": ("/api/v1/runs", OWN),
    "api-run": ("/api/v1/runs/RUN", OWN),
    "api-runs-in-flight": ("/api/v1/runs-in-flight", OVERSEEN),
    "api-run-cancellation": ("/api/v1/runs/RUN/cancellation", OVERSEEN),
    "api-stop": ("/api/v1/stop", OVERSEEN),
    "api-run-findings": ("/api/v1/runs/RUN/findings", OWN),
    "api-finding": ("/api/v1/runs/RUN/findings/cong-so-mau/TLS-LEGACY", OWN),
    "api-run-differences": ("/api/v1/runs/RUN/differences?before=FIRST", OWN),
    "api-reports": ("/api/v1/reports", OWN),
    "api-report": ("/api/v1/reports/0", OWN),
    "api-report-file": ("/api/v1/reports/0/file", OWN),
    "api-requests": ("/api/v1/requests", OWN),
    "api-acts": ("/api/v1/acts", OVERSEEN),
}
"""Route to an address of it, and what each role gets by GET with a token ("" is nobody)."""
ASKS: dict[str, int] = {"": 401, "an-ninh": 201, "kiem-toan": 404, "van-thu": 201}
"""What each role gets who asks for a scan."""
FOREIGN = ("so-khac", "xa-mau", "trang-khac", "trang-xa", "Sở Khác", "Xã Mẫu")


def ask(
    console: Console, token: str, path: str, *, source: str = "127.0.0.1", body: str | None = None, **headers: str
) -> Answer:
    """One request of a program; RUN and FIRST stand for the last and the first run."""
    connection = http.client.HTTPConnection("127.0.0.1", console.port, timeout=PATIENCE, source_address=(source, 0))
    given = {"Authorization": f"Bearer {token}"} if token else {}
    path = path.replace("RUN", console.run).replace("FIRST", console.made["runs"][0])
    connection.request("GET" if body is None else "POST", path, body, given | headers)
    response = connection.getresponse()
    answer = Answer(response.status, response.headers, response.read())
    connection.close()
    return answer


@pytest.fixture(scope="module")
def tokens(console: Console) -> dict[str, str]:
    """A token of each user, and none of nobody."""
    made = {"": ""}
    for name in USERS:
        made[name] = khien("user", "token", "add", name, "thu-nghiem", folder=console.folder).out.strip()
        assert made[name].startswith("khien_")
    return made


def got(console: Console, token: str, path: str) -> Any:
    """The JSON of a good answer."""
    answer = ask(console, token, path)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json"), answer.text
    return json.loads(answer.body)


@pytest.mark.parametrize("role", ROLES)
def test_what_each_role_gets(console: Console, tokens: dict[str, str], role: str) -> None:
    found = {name: ask(console, tokens[role], path).status for name, (path, _) in GETS.items()}
    assert found == {name: table[role] for name, (_, table) in GETS.items()}
    assert ask(console, tokens[role], "/api/v1/requests", body='{"what": "scan"}').status == ASKS[role]


def test_a_token_counts_once_its_user_has_settled_in(console: Console) -> None:
    khien("user", "add", "chua-xong", "--role", "auditor", folder=console.folder, typed="first-password-2026\n")
    khien("user", "add", "thieu", "--role", "security", "--keep-password", folder=console.folder, typed=f"{PASSWORD}\n")
    made = {
        name: khien("user", "token", "add", name, "som", folder=console.folder).out.strip()
        for name in ("chua-xong", "thieu")
    }
    assert [ask(console, each, "/api/v1/me").status for each in made.values()] == [401, 401]
    visitor = Visitor(console.port)
    visitor.sign_in("chua-xong", "first-password-2026")
    form = {"current": "first-password-2026", "new": "second-password-2026", "again": "second-password-2026"}
    assert visitor.post("/account/password", form, page="/account/password").to == "/account?password"
    give_second_factor(console.folder, "thieu", SECRET)
    assert [got(console, each, "/api/v1/me")["user"] for each in made.values()] == ["chua-xong", "thieu"]


def test_a_session_is_no_token(console: Console) -> None:
    answer = console.visitor("an-ninh").get("/api/v1/me")
    assert answer.status == 401 and answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/agencies/so-khac",
        "/api/v1/agencies/so-khac/scores",
        "/api/v1/agencies/nobody",
        "/api/v1/runs?agency=so-khac",
        "/api/v1/runs/20200101-000000-abcd",
        "/api/v1/runs/RUN/findings?agency=so-khac",
        "/api/v1/runs/RUN/findings/trang-khac/TLS-LEGACY",
        "/api/v1/runs/RUN/differences?before=FIRST&agency=so-khac",
        "/api/v1/runs/RUN/differences?before=20200101-000000-abcd",
        "/api/v1/reports/1",
        "/api/v1/reports/2/file",
        "/api/v1/reports/999",
        "/api/v1/acts?agency=so-khac",
        "/api/v1/nowhere",
    ],
)
def test_what_is_of_another_agency_is_not_found_as_what_is_not_there(
    console: Console, tokens: dict[str, str], path: str
) -> None:
    answer = ask(console, tokens["van-thu"], path)
    assert (answer.status, answer.body) == (404, ask(console, tokens["van-thu"], "/api/v1/nowhere-else").body)


def test_an_agency_reads_of_itself_alone(console: Console, tokens: dict[str, str]) -> None:
    whole = "".join(ask(console, tokens["an-ninh"], path).text for path, _ in GETS.values())
    own = "".join(ask(console, tokens["van-thu"], path).text for path, _ in GETS.values())
    for foreign in FOREIGN:
        assert foreign in whole and foreign not in own, foreign
    asked = [{"what": "scan", "agency": "so-khac"}, {"what": "recheck", "asset": "trang-khac"}]
    assert [ask(console, tokens["van-thu"], "/api/v1/requests", body=json.dumps(each)).status for each in asked] == [
        404,
        404,
    ]


def test_a_request_of_an_agency_is_a_recheck_of_itself(console: Console, tokens: dict[str, str]) -> None:
    body = json.dumps({"what": "scan", "asset": "thu-so-mau"})
    made = json.loads(ask(console, tokens["van-thu"], "/api/v1/requests", body=body).body)
    assert made["task"]["agencies"] == ["so-mau"] and made["task"]["recheck"] and made["by"] == "van-thu"
    assert made["id"] in [each["id"] for each in got(console, tokens["kiem-toan"], "/api/v1/requests")["items"]]
    assert made["id"] not in [each["id"] for each in got(console, tokens["nguoi-khac"], "/api/v1/requests")["items"]]


def test_pages_make_up_the_whole(console: Console, tokens: dict[str, str]) -> None:
    path = "/api/v1/runs/RUN/findings?verdict=fail"
    whole = got(console, tokens["kiem-toan"], f"{path}&limit=200")
    assert whole["next"] is None and {each["verdict"] for each in whole["items"]} == {"fail"}
    parts: list[Any] = []
    offset: int | None = 0
    while offset is not None:
        page = got(console, tokens["kiem-toan"], f"{path}&limit=7&offset={offset}")
        parts += page["items"]
        offset = page["next"]
    assert parts == whole["items"] and len(parts) > 7


def test_a_finding_has_its_evidence_and_the_words_of_the_policy(console: Console, tokens: dict[str, str]) -> None:
    found = got(console, tokens["van-thu"], "/api/v1/runs/RUN/findings/cong-so-mau/TLS-LEGACY")
    assert found["finding"]["verdict"] == "fail"
    assert {each["target"] for each in found["finding"]["evidence"]} == set(found["evidence"])
    assert "TLS-LEGACY" in found["policy_text"]


def test_differences_tell_what_became_worse(console: Console, tokens: dict[str, str]) -> None:
    found = got(console, tokens["kiem-toan"], "/api/v1/runs/RUN/differences?before=FIRST&limit=200")["items"]
    told = {(each["asset"], each["control"]): each["kind"] for each in found}
    assert told["cong-so-mau", "TLS-LEGACY"] == "new" and told["trang-xa", "TLS-LEGACY"] == "fixed"
    assert "still_failing" not in told.values()


def test_a_file_is_the_very_one_and_on_record(console: Console, tokens: dict[str, str]) -> None:
    assert ask(console, tokens["van-thu"], "/api/v1/reports/0/file").body == b"%PDF-1.7 so-mau"
    newest = got(console, tokens["kiem-toan"], "/api/v1/acts?what=data.downloaded&limit=1")["items"][0]
    assert (newest["who"], newest["subject"]) == ("van-thu", "07-BC-TTM.so-mau.vi.pdf")


@pytest.mark.parametrize(
    ("path", "places"),
    [
        ("/api/v1/runs?limit=201", {"limit"}),
        ("/api/v1/runs?limit=0&offset=-1", {"limit", "offset"}),
        ("/api/v1/runs?limit=1&limit=2", {"limit"}),
        ("/api/v1/runs?nonsense=1", {"nonsense"}),
        ("/api/v1/runs/RUN/findings?verdict=bad", {"verdict"}),
        ("/api/v1/runs/RUN/differences", {"before"}),
        ("/api/v1/acts?since=2026-01-01T00:00:00", {"since"}),
        ("/api/v1/acts?since=2020-01-01T00:00:00Z", set()),
        ("/api/v1/acts?until=0001-01-01T00:00:00Z", set()),
    ],
)
def test_bad_parameters_are_named_in_both_languages(
    console: Console, tokens: dict[str, str], path: str, places: set[str]
) -> None:
    answer = ask(console, tokens["kiem-toan"], path)
    assert (answer.status, answer.headers["Content-Type"]) == (400, "application/problem+json")
    told = json.loads(answer.body)
    assert {each["place"] for each in told["faults"]} == places
    assert told["title"] == told["texts"]["title"]["vi"] == "Yêu cầu sai"
    english = json.loads(ask(console, tokens["kiem-toan"], path, **{"Accept-Language": "en-GB"}).body)
    assert english["title"] == told["texts"]["title"]["en"] == "Bad request"
    assert all(told["texts"]["detail"].values())


@pytest.mark.parametrize("body", ["", "[]", "{", '{"what": "x"}', '{"what": "scan", "other": 1}', "\x00"])
def test_a_bad_body_asks_for_nothing(console: Console, tokens: dict[str, str], body: str) -> None:
    assert ask(console, tokens["an-ninh"], "/api/v1/requests", body=body).status == 400


def test_other_methods_are_refused_with_a_problem(console: Console, tokens: dict[str, str]) -> None:
    answer = ask(console, tokens["an-ninh"], "/api/v1/runs", body="{}")
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")
    assert json.loads(answer.body)["status"] == 405


def test_a_token_is_made_once_shown_and_revoked_in_the_console(console: Console) -> None:
    visitor = Visitor(console.port)
    visitor.sign_in("kiem-toan")
    form = {"token": "bang", "days": "30", "current": PASSWORD}
    assert (
        "Mật khẩu hiện tại không đúng"
        in visitor.post("/account/tokens", {**form, "current": "x"}, page="/account/tokens").text
    )
    made = visitor.post("/account/tokens", form, page="/account/tokens").text
    secret = made[(start := made.index("khien_")) : made.index("<", start)]
    assert got(console, secret, "/api/v1/me") | {"expires": ""} == {
        "user": "kiem-toan",
        "role": "auditor",
        "agency": "",
        "token": "bang",
        "expires": "",
    }
    assert secret not in visitor.get("/account/tokens").text
    assert secret.encode() not in (console.folder / "khien.sqlite3").read_bytes()
    assert "Đã có mã tên bang" in visitor.post("/account/tokens", form, page="/account/tokens").text
    other = console.visitor("van-thu")
    assert other.post("/account/tokens/bang/revoke", page="/account/tokens").status == 404
    assert visitor.post("/account/tokens/bang/revoke", page="/account/tokens").to == "/account/tokens"
    assert ask(console, secret, "/api/v1/me").status == 401
    listed = khien("history", "acts", "--what", "token", "--json", folder=console.folder)
    acts = [(each["what"], each["subject"]) for each in listed.json() if each["subject"].endswith("/bang")]
    assert acts == [("token.added", "kiem-toan/bang"), ("token.revoked", "kiem-toan/bang")]
    assert secret not in listed.out


def test_a_token_ends_with_its_time_and_with_its_user(console: Console) -> None:
    folder = console.folder
    typed = "first-password-2026\n"
    khien("user", "add", "tam", "--role", "auditor", "--keep-password", folder=folder, typed=typed)
    first, second = (khien("user", "token", "add", "tam", name, folder=folder).out.strip() for name in ("a", "b"))
    assert [ask(console, each, "/api/v1/me").status for each in (first, second)] == [200, 200]
    assert khien("user", "token", "add", "tam", "a", folder=folder).status == 2
    assert khien("user", "token", "add", "khong-co", "a", folder=folder).status == 2
    assert khien("user", "token", "revoke", "tam", "a", folder=folder).status == 0
    assert khien("user", "token", "revoke", "tam", "a", folder=folder).status == 2
    listed = khien("user", "token", "list", "tam", "--json", folder=folder).json()
    assert [(each["name"], each["used"] is not None) for each in listed] == [("b", True)]
    over(console, "b")
    assert [ask(console, each, "/api/v1/me").status for each in (first, second)] == [401, 401]
    third = khien("user", "token", "add", "tam", "c", folder=folder).out.strip()
    assert ask(console, third, "/api/v1/me").status == 200
    khien("user", "disable", "tam", folder=folder)
    assert ask(console, third, "/api/v1/me").status == 401


def over(console: Console, name: str) -> None:
    """Let a token's time be up."""
    with closing(sqlite3.connect(console.folder / "khien.sqlite3", timeout=60)) as database, database:
        database.execute("UPDATE console_token SET expires = created WHERE name = ?", (name,))


def test_who_asks_too_much_is_told_when_to_come_again(console: Console, tokens: dict[str, str]) -> None:
    token = khien("user", "token", "add", "nguoi-khac", "nhieu", folder=console.folder).out.strip()
    refused = None
    for _ in range(1300):  # more than two minutes' worth: one minute is among them
        refused = ask(console, token, "/api/v1/me", source="127.0.0.77")
        if refused.status != 200:
            break
    assert refused is not None and refused.status == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert "300" in json.loads(refused.body)["texts"]["detail"]["en"]
    assert ask(console, tokens["nguoi-khac"], "/api/v1/me").status == 200  # another token at another address


def test_metrics_count_by_route_and_name_nobody(console: Console, tokens: dict[str, str]) -> None:
    ask(console, tokens["van-thu"], "/api/v1/agencies/so-khac")
    told = ask(console, tokens["kiem-toan"], "/metrics").text
    assert 'khien_console_requests_total{route="api-agency",status="404"}' in told
    assert "khien_console_seconds_bucket" in told and "process_open_fds" in told
    assert not any(each in told for each in ("so-khac", "van-thu", "kiem-toan", console.run))


def test_the_kept_description_is_that_of_the_running_console(console: Console) -> None:
    """Renew it with `khien serve --openapi > docs/schemas/openapi.json`."""
    kept = (ROOT / "docs" / "schemas" / "openapi.json").read_text(encoding="utf-8")
    assert json.loads(kept) == got(console, "", "/api/v1/openapi.json")
    assert json.loads(kept) == khien("serve", "--openapi", folder=console.folder).json()


def test_every_answer_is_of_the_type_that_is_described(console: Console, tokens: dict[str, str]) -> None:
    document = got(console, "", "/api/v1/openapi.json")
    for path, methods in document["paths"].items():
        [address] = [each for each, _ in GETS.values() if fits(path, each.partition("?")[0])]
        content = methods["get"]["responses"]["200"]["content"]
        if "application/json" in content:
            schema = {**content["application/json"]["schema"], "components": document["components"]}
            jsonschema.Draft202012Validator(schema).validate(got(console, tokens["an-ninh"], address))


def fits(template: str, path: str) -> bool:
    """Whether a path is of a template."""
    one, other = template.split("/"), path.split("/")
    return len(one) == len(other) and all(a == b or a.startswith("{") for a, b in zip(one, other, strict=True))
