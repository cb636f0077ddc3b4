"""Names as lists of code points: short, and the same names again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.tls.code_lists import groups_of_text, groups_to_text, suites_of_text, suites_to_text
from checks.tls.iana import GROUPS, SSL2_SUITES, SUITES

ALL_SUITES = sorted({*SUITES.values(), *SSL2_SUITES.values(), "TLS_OF_TOMORROW"})


@given(st.lists(st.sampled_from(ALL_SUITES)))
def test_suites_there_and_back(names: list[str]) -> None:
    text = suites_to_text(tuple(names))
    assert suites_of_text(text) == tuple(sorted(set(names)))
    assert suites_to_text(tuple(reversed(names))) == text


@given(st.lists(st.sampled_from(sorted(GROUPS.values()))))
def test_groups_there_and_back(names: list[str]) -> None:
    assert groups_of_text(groups_to_text(tuple(names))) == tuple(sorted(set(names)))


def test_the_form() -> None:
    names = ("TLS_RSA_WITH_NULL_SHA", "TLS_RSA_WITH_NULL_MD5", "TLS_AES_128_GCM_SHA256", "SSL_CK_RC4_128_WITH_MD5")
    assert suites_to_text(names) == "0001-0002,1301,010080"
    assert suites_to_text(("Z", *names[:1])) == "0002,Z"
    assert groups_to_text(("x448", "x25519", "X25519MLKEM768")) == "001d-001e,11ec"
    assert suites_to_text(()) == ""
    assert suites_of_text("") == ()
    assert suites_of_text("0002,Z") == ("TLS_RSA_WITH_NULL_SHA", "Z")
    assert len(suites_to_text(tuple(SUITES.values()))) < 250


@pytest.mark.parametrize("text", ["0000", "0001-ffff", "0002-0001", "0001-010080", "000001", "0001-000002"])
def test_what_has_no_name_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="code point"):
        suites_of_text(text)
