import pytest


@pytest.mark.django_db
def test_answers_while_alive(client):
    assert client.get("/healthz").json() == {"alive": True}
