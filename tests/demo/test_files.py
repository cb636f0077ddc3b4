"""The files of the estate are what the scanner's own strict readers take."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from demo import files
from demo.estate import Estate
from demo.faults import FAULTS
from demo.sites import AGENCIES, HIGH, SITES, STANDARD, site
from policies.loader import PolicyLibrary
from policies.waivers import read_waivers
from scanner.inventory.inventory import read_inventory


def test_the_inventory_is_read_without_an_error(estate: Estate) -> None:
    inventory = read_inventory(estate.inventory)
    assert {agency.id for agency in inventory.agencies} == {each.id for each in AGENCIES}
    assert len(inventory.agencies) >= 4
    found = {asset.id: asset for asset in inventory.assets}
    assert set(found) == {each.id for each in SITES}
    assert len(found) >= 14
    for each in SITES:
        asset = found[each.id]
        assert (asset.host, asset.address) == (each.name, estate.address(each))
        assert len(asset.trust_anchors) == 1


def test_every_authorisation_holds_today_at_any_hour_and_for_loopback_only(estate: Estate) -> None:
    today = date.today()  # noqa: DTZ011  (the day as the people at this machine count it)
    for agency in read_inventory(estate.inventory).agencies:
        permission = agency.authorisation
        assert permission is not None
        assert permission.valid_from <= today <= permission.valid_until
        assert permission.window is None
        assert permission.addresses == ("127.0.0.0/8",)


def test_high_ports_are_told_by_url_and_cleartext_twin(tmp_path: Path) -> None:
    files.write(tmp_path, b"", 0, HIGH, date(2026, 7, 1))
    assets = {each["id"]: each for each in yaml.safe_load((tmp_path / "inventory.yaml").read_bytes())["assets"]}
    model, cleartext = assets["cong-tinh-mau"], assets["lich-xa-mau"]
    assert model["url"] == "https://cong.tinh-mau.example:8443/"
    assert model["endpoints"] == ["http://cong.tinh-mau.example:8080/"]
    assert model["ports"] == [8080, 8443]
    assert cleartext["url"] == "http://lich.xa-mau.example:8080/"
    assert "endpoints" not in cleartext


def test_standard_ports_need_no_port_and_no_twin(tmp_path: Path) -> None:
    files.write(tmp_path, b"", 3, STANDARD, date(2026, 7, 1))
    model = yaml.safe_load((tmp_path / "inventory.yaml").read_bytes())["assets"][0]
    assert model["url"] == "https://cong.tinh-mau.example/"
    assert model["address"] == "127.0.3.11"
    assert "endpoints" not in model


def test_the_waiver_covers_a_planted_fault_today(estate: Estate) -> None:
    (waiver,) = read_waivers(estate.waivers).waivers
    today = date.today()  # noqa: DTZ011  (as above)
    assert waiver.valid_from <= today <= waiver.valid_until
    assert any(waiver.asset == fault.asset and waiver.control in fault.controls for fault in FAULTS)


def test_every_site_that_is_not_plainly_good_has_its_fault() -> None:
    good = {"cong-tinh-mau", "tra-cuu-tinh-mau", "cong-ten-mien-viet"}
    assert sorted(fault.asset for fault in FAULTS) == sorted({each.id for each in SITES} - good)
    assert all(fault.controls and fault.what.vi and fault.what.en for fault in FAULTS)


def test_faults_name_controls_that_the_default_policy_has() -> None:
    policy = PolicyLibrary().get(files.configuration()["policy"])
    named = {control for fault in FAULTS for control in fault.controls}
    assert named <= {control.id for control in policy.controls}


def test_the_configuration_names_the_other_files(estate: Estate) -> None:
    settings = yaml.safe_load(estate.configuration.read_bytes())
    assert settings["inventory"] == estate.inventory.name
    assert settings["waivers"] == estate.waivers.name
    assert settings["policy"] == "nghe-an-web"
    assert settings["report"]["archive"]["vi"] == "Lưu: VT, ATTT."


def test_an_unknown_asset_is_an_error() -> None:
    with pytest.raises(KeyError):
        site("khong-co")
