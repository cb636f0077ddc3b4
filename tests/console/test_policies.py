"""Policies in the console: read as their files are, compared, and tried on the latest run without a trace."""

import csv
import io
from html import unescape

from tests.cli.command import khien
from tests.console.conftest import Console
from tests.console.estate import POLICY
from tests.console.visitor import Answer, Visitor

STRICTER = """\
policy: chat-hon
version: "9"
title: {vi: Chặt hơn, en: Stricter}
controls:
  TLS-NONE:
    title: {vi: Tắt TLS 1.2, en: No TLS 1.2}
    check: tls.protocols
    params: {forbidden: [tls1_2]}
    severity: critical
    due_days: 7
    basis: [{kind: good_practice, document: Sample}]
    rationale: {vi: Vì sao, en: Why}
    remediation: {vi: Cách xử lý, en: How}
"""


def rows(visitor: Visitor, path: str) -> list[dict[str, str]]:
    """A table as CSV."""
    return told(visitor.get(path))


def told(answer: Answer) -> list[dict[str, str]]:
    """The rows of a CSV."""
    return list(csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig"))))


def tried(console: Console, text: str = "", **form: str) -> Answer:
    """What the page says of a policy."""
    return console.visitor("an-ninh").post("/policy-try", {"text": text, **form}, page="/policy-try")


def test_the_list_says_where_each_comes_from_and_where_it_is_used(console: Console) -> None:
    found = {row["Mã"]: row for row in rows(console.visitor("kiem-toan"), "/policies?format=csv")}
    assert found["nghe-an-web"]["Tệp"] == "tích hợp sẵn trong Khiên"
    assert found["nghe-an-web"]["Tài sản dùng ở đợt mới nhất"] == "4"
    assert "(mặc định của tỉnh)" in found["nghe-an-web"]["Tên"]
    assert found["rieng"]["Tệp"].endswith("rules/rieng.yaml")
    assert (found["rieng"]["Kế thừa từ"].split(", ")[0], found["rieng"]["So với đợt mới nhất"]) == (
        "nghe-an-web",
        "không dùng",
    )


def test_the_effective_policy_says_which_line_of_which_file_decides(console: Console) -> None:
    own = {row["Biện pháp"]: row for row in rows(console.visitor("kiem-toan"), "/policies/rieng?format=csv")}
    changed = own["TLS-12"]
    assert (changed["Mức độ"], changed["Hạn (ngày)"]) == ("Thấp", "99")
    assert (changed["Nêu trong"], changed["Sửa bởi"]) == ("vn-web-baseline", "rieng")
    assert changed["Dòng quyết định"].startswith("rieng.yaml:6:3 sửa severity, due_days; ")
    assert "HDR-CSP" not in own
    page = console.visitor("kiem-toan").get("/policies/rieng").text
    assert "HDR-CSP" in page and "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}[U+202E]" in page
    high = rows(console.visitor("kiem-toan"), "/policies/rieng?format=csv&severity=high&family=headers")
    assert high and {row["Mức độ"] for row in high} == {"Cao"}
    assert all(row["Quy tắc"].startswith("headers.") for row in high)


def test_two_policies_differ_as_the_command_line_says(console: Console) -> None:
    shown = rows(console.visitor("kiem-toan"), "/policy-compare?before=nghe-an-web&after=rieng&format=csv")
    printed = khien("policy", "diff", "nghe-an-web", "rieng", "--json", folder=console.folder).json()
    assert [row["Biện pháp"] for row in shown] == [
        each["control"] for each in printed for _ in each["fields"] or [None]
    ]
    assert [row["Sau"] for row in shown if row["Nội dung"] == "due_days"] == ["99"]


def test_a_policy_is_tried_as_the_command_line_does_and_leaves_nothing(console: Console) -> None:
    console.visitor("an-ninh")  # whose sign-in is an act too
    acts = khien("history", "acts", "--json", folder=console.folder).json()
    every = tried(console, STRICTER)
    assert every.status == 200 and "TLS-NONE" in every.text
    assert khien("history", "acts", "--json", folder=console.folder).json() == acts
    shown = told(tried(console, STRICTER, format="csv", agency="so-mau"))
    typed = khien("policy", "impact", "-", "--json", "--agency", "so-mau", folder=console.folder, typed=STRICTER)
    (agency,) = typed.json()["agencies"]
    assert [(row["Biện pháp"], row["Tài sản"]) for row in shown] == [
        (each["control"], each["asset"]) for each in agency["shifts"]
    ]
    assert {row["Cơ quan"] for row in shown} == {"Sở Mẫu"}
    failing = [row["Tài sản"] for row in shown if row["Thay đổi"] == "Sẽ không đạt"]
    assert failing == ["cong-so-mau", "thu-so-mau"]
    nobody = tried(console, STRICTER, under="nghe-an-web", agency="xa-mau")
    assert nobody.status == 200


def test_what_is_no_policy_is_told_by_line_and_column(console: Console) -> None:
    answer = tried(console, "policy: <b>x</b>\nversion: 1\n")
    assert answer.status == 409
    assert "2:1: version: cần chuỗi" in unescape(answer.text) and "<b>x" not in answer.text
    for text, form in (("", {}), (STRICTER, {"policy": "rieng"}), ("# " + "x" * (256 << 10), {})):
        assert tried(console, text, **form).status == 409
    for form in ({"policy": "../khien.yaml"}, {"policy": "--config"}, {"agency": "none"}, {"under": "none"}):
        assert tried(console, "", **form).status == 404


def test_a_fault_in_a_policys_file_is_told_in_place_of_the_pages(console: Console) -> None:
    path = console.folder / "rules" / "rieng.yaml"
    path.write_text(POLICY.replace("due_days: 99", "due_days: many"), encoding="utf-8")
    try:
        for page in ("/policies", "/policies/nghe-an-web", "/policy-compare", "/policy-try"):
            answer = console.visitor("an-ninh").get(page)
            assert answer.status == 409 and "rieng.yaml:6:27" in answer.text
    finally:
        path.write_text(POLICY, encoding="utf-8")
