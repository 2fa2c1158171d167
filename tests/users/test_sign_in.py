"""Signing in, and the end of guessing."""

from datetime import timedelta

import pytest
from django.db.models import F

from leadhub.users import sign_in
from leadhub.users.models import FailedSignIn

RIGHT = "the right password"


@pytest.fixture
def ann(rep):
    rep.email = "ann@example.com"
    rep.set_password(RIGHT)
    rep.save()
    return rep


@pytest.fixture
def attempt(client, db):
    """Tries to sign in; returns whether that worked."""

    def attempt(email="ann@example.com", password="wrong", address="192.0.2.1", **headers):
        answer = client.post(
            "/sign-in",
            {"username": email, "password": password},
            REMOTE_ADDR=address,
            headers=headers,
        )
        return answer.status_code == 302

    return attempt


def test_whoever_guesses_has_to_wait_and_others_do_not(ann, attempt):
    for _ in range(sign_in.MOST_FOR_BOTH):
        assert not attempt()
    assert not attempt(password=RIGHT)
    assert not attempt(email="ANN@Example.com", password=RIGHT)
    assert attempt(password=RIGHT, address="192.0.2.2")


def test_refused_attempts_do_not_count_so_the_wait_ends(ann, attempt):
    for _ in range(sign_in.MOST_FOR_BOTH + 5):
        attempt()
    assert FailedSignIn.objects.count() == sign_in.MOST_FOR_BOTH
    FailedSignIn.objects.update(at=F("at") - sign_in.WHILE - timedelta(seconds=1))
    assert attempt(password=RIGHT)


def test_guessing_one_password_for_many_accounts_ends_too(ann, attempt, monkeypatch):
    monkeypatch.setattr(sign_in, "MOST_FROM_ADDRESS", 3)
    for number in range(3):
        attempt(email=f"user{number}@example.com")
    assert not attempt(password=RIGHT)
    assert attempt(password=RIGHT, address="192.0.2.2")


def test_guessing_one_account_from_many_addresses_ends_too(ann, attempt, monkeypatch):
    monkeypatch.setattr(sign_in, "MOST_FOR_ACCOUNT", 3)
    for number in range(3):
        attempt(address=f"192.0.2.{number}")
    assert not attempt(password=RIGHT, address="192.0.2.9")


def test_signing_in_forgives_earlier_slips(ann, attempt):
    for _ in range(sign_in.MOST_FOR_BOTH - 1):
        attempt()
    assert attempt(password=RIGHT)
    assert not FailedSignIn.objects.exists()


@pytest.mark.parametrize(
    ("remote", "forwarded", "counted"),
    [
        ("127.0.0.1", "203.0.113.9, 192.0.2.7", "192.0.2.7"),
        ("127.0.0.1", "nonsense", "127.0.0.1"),
        ("192.0.2.1", "203.0.113.9", "192.0.2.1"),
    ],
)
def test_a_proxy_on_this_machine_is_believed_and_nobody_else(attempt, remote, forwarded, counted):
    attempt(address=remote, X_Forwarded_For=forwarded)
    assert FailedSignIn.objects.get().address == counted


def test_somebody_deactivated_neither_signs_in_nor_stays_signed_in(ann, attempt, client_of):
    signed_in = client_of(ann)
    assert signed_in.get("/inbox").status_code == 200
    ann.is_active = False
    ann.save()
    assert signed_in.get("/inbox").status_code == 302
    assert not attempt(password=RIGHT)


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:1"])
def test_signing_in_leads_nowhere_else(ann, client, elsewhere):
    typed = {"username": ann.email, "password": RIGHT, "next": elsewhere}
    assert client.post("/sign-in", typed).headers["Location"] == "/"
