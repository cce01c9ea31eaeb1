"""ADDRESS as people give it."""

import pytest

from components.command.address import phone_address
from tests.command.house import cordee, environ


@pytest.mark.parametrize("given", ["0.0.0.0", "::"])
def test_listen_everywhere_is_not_what_phones_type(given: str) -> None:
    assert phone_address({"ADDRESS": given}) not in ("0.0.0.0", "::")


def test_an_address_that_is_none_is_one_sentence(tmp_path) -> None:  # type: ignore[no-untyped-def]
    done = cordee("serve", env=environ(tmp_path, ADDRESS="pas une adresse"))
    assert done.returncode == 1
    assert "ni une adresse" in done.stderr
    assert "Traceback" not in done.stderr
