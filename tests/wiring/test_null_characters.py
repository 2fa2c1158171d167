import pytest


@pytest.mark.parametrize("address", ["/admin/handoff/lead/?stage__exact=%00", "/contacts?q=a%00b"])
def test_an_address_with_a_nul_is_a_bad_request(administrator_client, address):
    assert administrator_client.get(address).status_code == 400


def test_a_cookie_with_a_nul_is_a_bad_request(client, db):
    client.cookies["sessionid"] = "aaaaaaaa\0"
    assert client.get("/login").status_code == 400
