"""The inventory in the console: seen, changed by forms and by files, and nothing stored that was not seen before."""

import html
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.command import done
from tests.console.conftest import Console, served
from tests.console.visitor import Answer, Visitor

HOSTILE = '=cmd|"<script>alert(1)</script>\u202e{{7*7}}'
NEW = {"agency": "so-mau", "url": "https://moi.so-mau.example/", "level": "2", "zone": "internet"}


def text(answer: Answer) -> str:
    """What stands on a page, without its marks."""
    body = answer.text.partition("<main")[2]
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", body).split()))


def exported(visitor: Visitor, form: str = "yaml") -> bytes:
    answer = visitor.get(f"/inventory/export.{form}")
    assert answer.status == 200
    return answer.body


def changed(visitor: Visitor, old: str, new: str) -> Answer:
    """An upload of the inventory with something else in it."""
    whole = exported(visitor).decode()
    assert old in whole
    return visitor.send(
        "/inventory/import", {"inventory.yaml": whole.replace(old, new).encode()}, page="/inventory/import"
    )


def stored(visitor: Visitor, preview: str, reason: str = "") -> Answer:
    return visitor.post(preview, {"reason": reason}, page=preview)


def assets(visitor: Visitor, query: str = "") -> list[str]:
    lines = visitor.get(f"/inventory?format=csv{query}").text.splitlines()
    return [each.split(",")[0] for each in lines[1:]]


def test_filters_narrow_the_list(console: Console) -> None:
    visitor = console.visitor("kiem-toan")
    assert {"cong-so-mau", "trang-xa"} <= set(assets(visitor))
    assert assets(visitor, "&agency=xa-mau") == ["trang-xa"]
    assert assets(visitor, "&q=SO-KHAC.example&level=2") == ["trang-khac"]
    assert assets(visitor, "&status=retired&zone=internet&tag=none") == []
    assert "cong-so-mau" in text(visitor.get("/inventory/agencies/so-mau"))


def test_an_asset_is_added_seen_first_and_put_on_record_with_the_reason(console: Console) -> None:
    visitor = console.visitor("an-ninh")
    answer = visitor.post("/inventory/add-asset", {"id": "moi", **NEW}, page="/inventory/add-asset")
    assert answer.to.startswith("/inventory/changes/")
    seen = text(visitor.get(answer.to))
    assert "Thêm mới: tài sản moi" in seen and "https://moi.so-mau.example/" in seen
    assert "moi" not in assets(visitor)
    assert stored(visitor, answer.to, "theo công văn 12").to == "/inventory?done=stored"
    assert "moi" in assets(visitor, "&agency=so-mau")
    assert visitor.get(answer.to).status == 404
    told = text(visitor.get("/inventory/assets/moi"))
    assert "theo công văn 12" in told and "an-ninh" in told
    found = done("history", "acts", "--what", "inventory", "--agency", "so-mau", "--json", folder=console.folder)
    assert (found.json()[-1]["account"], found.json()[-1]["via"]) == ("an-ninh", "console")
    again = visitor.post("/inventory/add-asset", {"id": "moi", **NEW}, page="/inventory/add-asset")
    assert again.status == 409 and "mã moi đã có" in text(again)
    listed = done("inventory", "list", "--json", folder=console.folder).json()
    assert "moi" in [each["id"] for each in listed["assets"]]
    done("history", "verify", folder=console.folder)


def test_faults_stand_at_their_fields_and_keep_what_was_typed(console: Console) -> None:
    visitor = console.visitor("an-ninh")
    form = {"id": "trang-xa", "agency": "xa-mau", "url": "https://127.1/", "level": "9", "ports": HOSTILE}
    form |= {"authorisation.document": "1", "authorisation.valid_from": "2026-02-30", "policy": "khong-co"}
    answer = visitor.post("/inventory/assets/trang-xa/change", form, page="/inventory/assets/trang-xa/change")
    assert answer.status == 409
    for name in ("url", "level", "ports", "authorisation.valid_from", "authorisation.valid_until"):
        assert f'id="{name}-wrong"' in answer.text, name
    assert "<script>alert" not in answer.text and "&lt;script&gt;" in answer.text
    form = {"id": "x", "agency": "xa-mau", "url": "https://xa-mau.example/", "level": "1", "policy": "khong-co"}
    answer = visitor.post("/inventory/assets/trang-xa/change", form, page="/inventory/assets/trang-xa/change")
    assert answer.status == 409 and "không có chính sách 'khong-co'" in text(answer)


def test_an_agency_is_renamed_and_its_assets_retired_and_used_again(console: Console) -> None:
    visitor, page = console.visitor("an-ninh"), "/inventory/agencies/xa-mau"
    form = {
        "name.vi": HOSTILE,
        "name.en": "Commune",
        "contacts.1.email": "a@xa-mau.example",
        "contacts.1.role": "owner",
    }
    answer = visitor.post(f"{page}/change", form, page=f"{page}/change")
    shown = visitor.get(answer.to)
    assert "<script>alert" not in shown.text and "[U+202E]" in shown.text
    assert "a@xa-mau.example, Chủ quản" in text(shown) and "01/MAU" in text(shown)
    assert stored(visitor, answer.to).status == 302
    assert f"'{HOSTILE[:5]}" in visitor.get("/inventory/agencies?format=csv").text
    for status, how in (("retired", "Ngừng sử dụng: tài sản trang-xa"), ("active", "Dùng lại: tài sản trang-xa")):
        answer = visitor.post(f"{page}/status", {"status": status}, page=page)
        assert how in text(visitor.get(answer.to))
        assert stored(visitor, answer.to).status == 302
        assert assets(visitor, f"&agency=xa-mau&status={status}") == ["trang-xa"]
    assert visitor.post(f"{page}/status", {"status": "gone"}, page=page).status == 404


def test_a_file_is_refused_with_places_and_then_shown_and_stored(console: Console) -> None:
    visitor = console.visitor("an-ninh")
    refused = changed(visitor, "level: 2", "level: hai")
    assert refused.status == 409
    assert re.search(r"inventory\.yaml:\d+:\d+", text(refused)) and "cần số nguyên" in text(refused)
    shown = changed(visitor, "id: thu-so-mau\n  agency: so-mau", "id: thu-so-mau\n  agency: so-khac")
    assert "Chuyển cơ quan: tài sản thu-so-mau" in text(visitor.get(shown.to))
    assert stored(visitor, shown.to).status == 302
    assert "thu-so-mau" in assets(visitor, "&agency=so-khac")
    gone = changed(visitor, "id: thu-so-mau", "id: thu-moi")
    told = text(visitor.get(gone.to))
    assert "Xóa khỏi danh mục: tài sản thu-so-mau" in told and "nên chuyển sang Đã ngừng" in told
    assert "thu-so-mau" in visitor.get(f"{gone.to}?format=csv").text


@pytest.mark.parametrize("form", ["yaml", "xlsx"])
def test_what_is_exported_is_the_same_when_it_comes_back(console: Console, form: str) -> None:
    visitor = console.visitor("an-ninh")
    files = {f"inventory.{form}": exported(visitor, form)}
    assert visitor.send("/inventory/import", files, page="/inventory/import").to == "/inventory?done=same"


def test_two_csv_files_come_together_and_anything_else_is_refused(console: Console) -> None:
    visitor = console.visitor("an-ninh")
    agencies = b"id,name.vi,name.en\nso-moi,=S,New\n"
    both = {"agencies.csv": agencies, "assets.csv": b"id;agency;url;level\na;so-moi;https://a.example/;hai\n"}
    answer = visitor.send("/inventory/import", both, page="/inventory/import")
    assert "assets.csv:2:4" in text(answer)
    for files in ({}, {"agencies.csv": agencies}, {"a.zip": b"PK"}, {"a.yaml": b"#" * (1_600 << 10)}):
        assert visitor.send("/inventory/import", files, page="/inventory/import").status == 409
    secret = (
        "agencies: [{id: a, name: {vi: A, en: A}}]\nassets: [{id: b, agency: a, url: 'https://b.example/', level: 1,"
    )
    files = {"a.yaml": f"{secret} trust_anchors: [{console.folder}/khien.yaml]}}]".encode()}
    answer = visitor.send("/inventory/import", files, page="/inventory/import")
    assert "không phải mã băm của chứng thư đã lưu" in text(answer)


def test_what_was_seen_is_stored_only_in_the_place_of_what_it_was_made_from(console: Console) -> None:
    visitor, page = console.visitor("an-ninh"), "/inventory/assets/trang-khac"
    first = visitor.post(f"{page}/status", {"status": "retired"}, page=page).to
    second = changed(visitor, "url: https://so-khac.example/", "url: https://www.so-khac.example/").to
    assert stored(visitor, first).status == 302
    late = visitor.ask("GET", second)
    assert (
        late.status == 409
        and "Danh mục đã được thay đổi" in text(late)
        and "<form" not in late.text.partition("<main")[2]
    )
    refused = visitor.post(second, {}, page="/account")
    assert refused.status == 409 and assets(visitor, "&q=www.so-khac") == []


def test_a_preview_is_its_makers_alone(console: Console) -> None:
    visitor, page = console.visitor("an-ninh"), "/inventory/assets/cong-so-mau"
    preview = visitor.post(f"{page}/status", {"status": "retired"}, page=page).to
    assert preview.startswith("/inventory/changes/")
    for name in ("kiem-toan", "van-thu"):
        assert console.visitor(name).get(preview).status == 404
        assert console.visitor(name).post(preview, {}, page="/account").status == 404


@pytest.fixture
def by_file(made: Path, tmp_path: Path) -> Iterator[Console]:
    """A console whose inventory is kept in a file."""
    folder = tmp_path / "work"
    shutil.copytree(made, folder)
    config = folder / "khien.yaml"
    config.write_text(config.read_text(encoding="utf-8").replace("inventory: database\n", ""), encoding="utf-8")
    yield from served(folder)


def test_an_inventory_that_a_file_keeps_is_shown_and_not_changed(by_file: Console) -> None:
    visitor = by_file.visitor("an-ninh")
    shown = text(visitor.get("/inventory"))
    assert "tệp inventory.yaml quản lý" in shown and "cong-so-mau" in shown and "Thêm tài sản" not in shown
    for path in ("add-asset", "add-agency", "assets/cong-so-mau/change", "agencies/so-mau/change"):
        assert visitor.get(f"/inventory/{path}").status == 404
    assert visitor.post("/inventory/assets/cong-so-mau/status", {"status": "retired"}, page="/account").status == 404
    preview = changed(visitor, "level: 3", "level: 4").to
    told = visitor.get(preview)
    assert "khien inventory import" in text(told) and "<form" not in told.text.partition("<main")[2]
    assert visitor.post(preview, {}, page="/account").status == 404
