"""What a run pins of the outside world."""

from tests.certificates import root
from tests.factories import reference_data


def test_a_run_pins_its_trust_store_by_version_and_digest() -> None:
    with_root, empty = reference_data([root().der]), reference_data()
    assert with_root.versions == {"trust_store.test": f"1 {with_root.public.digest}"}
    assert with_root.versions != empty.versions
    assert empty.added == {}
