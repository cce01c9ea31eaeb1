"""The address, the code and the QR codes of joining."""

from components.screen.joining import joining, qr, wifi_qr

BASE = "http://192.168.1.10:5007"


def test_says_the_address_and_the_code() -> None:
    found = joining(BASE + "/", "AB2C", {})
    assert found is not None
    assert (found["url"], found["short"], found["code"]) == (BASE + "/v/AB2C", "192.168.1.10:5007", "AB2C")
    assert found["wifi"] is None


def test_an_evening_without_phones_invites_nobody() -> None:
    assert joining(BASE, "AB2C", {"CORDEE_PHONES": "0"}) is None
    assert joining("", "AB2C", {}) is None


def test_the_wifi_has_its_own_square_and_its_password_is_not_written_out() -> None:
    found = joining(BASE, "AB2C", {"CORDEE_WIFI": "Salle; des fêtes", "CORDEE_WIFI_PASSWORD": "s3cr3t-word"})
    assert found is not None
    assert found["wifi"]["name"] == "Salle; des fêtes"
    assert found["wifi"]["qr"] == wifi_qr("Salle; des fêtes", "s3cr3t-word") != found["qr"]
    assert "s3cr3t-word" not in str(found)


def test_a_drawing_has_three_finder_squares_inside_a_quiet_zone() -> None:
    drawn = qr(BASE + "/v/AB2C")
    runs = drawn["path"].split("M")[1:]
    assert runs[0].startswith("2 2h7v1h-7z")
    assert all(0 < float(run.split("h")[1].split("v")[0]) <= drawn["size"] - 4 for run in runs)
