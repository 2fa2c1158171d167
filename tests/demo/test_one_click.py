"""Signing in with one click is offered on the own machine, to demo data alone, and nowhere else."""

import pytest
from django.test import Client
from django.utils import timezone

from leadhub.demo.models import DemoWorld
from leadhub.records.models import Contact, Source
from leadhub.users.models import Role, Team, User

pytestmark = pytest.mark.django_db

HERE = {"HTTP_HOST": "127.0.0.1:8000", "REMOTE_ADDR": "127.0.0.1"}
ORIGIN = "http://127.0.0.1:8000"


@pytest.fixture(autouse=True)
def as_script_server_starts_it(settings):
    settings.LISTENS_ON = "127.0.0.1"
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]


@pytest.fixture
def staff(db) -> dict[Role, User]:
    """The demo's, with an administrator, whom it never has."""
    team = Team.objects.create(name="Sales")
    people = {
        role: User.objects.create_user(
            f"{role.value}@staff.example", role=role, team=team if role == Role.REP else None
        )
        for role in Role
    }
    User.objects.create_user("manager@example.com", "a first login", role=Role.MANAGER)
    DemoWorld.objects.create(
        seed=1,
        made_at=timezone.now(),
        ready_at=timezone.now(),
        made={"users.User": [user.pk for user in people.values()]},
    )
    return people


def offered(**request) -> set[str]:
    page = Client(**{**HERE, **request}).get("/sign-in").content.decode()
    return {role.value for role in Role if f"/sign-in/as/{role.value}" in page}


def signs_in(role: str = "rep", *, origin: str | None = ORIGIN, checks=False, **request) -> bool:
    """Whether a click as from a page with this origin signs in."""
    client = Client(enforce_csrf_checks=checks, **{**HERE, **request})
    headers = {"origin": origin} if origin else {}
    answer = client.post(f"/sign-in/as/{role}", headers=headers)
    assert answer.status_code in (302, 403, 400)
    assert (answer.status_code == 302) == ("_auth_user_id" in client.session)
    return answer.status_code == 302


def test_each_role_but_the_administrators_is_offered_and_signs_in(staff):
    assert offered() == {"rep", "marketer", "manager"}
    for role in ("rep", "marketer", "manager"):
        client = Client(**HERE)
        client.post(f"/sign-in/as/{role}", headers={"origin": ORIGIN})
        assert client.session["_auth_user_id"] == str(staff[Role(role)].pk)
        assert client.session.get_expiry_age() <= 12 * 3600
    assert not signs_in("administrator")
    assert not signs_in("nobody")


def test_it_goes_on_to_pages_of_ours_only(staff):
    def goes_on_to(wanted: str) -> str:
        client = Client(**HERE)
        answer = client.post("/sign-in/as/rep", {"next": wanted}, headers={"origin": ORIGIN})
        return answer.headers["Location"]

    assert goes_on_to("/tour/funnel") == "/tour/funnel"
    assert goes_on_to("https://elsewhere.test/") == "/"
    assert goes_on_to("//elsewhere.test/") == "/"
    assert goes_on_to(r"/\elsewhere.test/") == "/"
    assert goes_on_to("nothing") == goes_on_to("contact") == goes_on_to("inbox") == "/"


@pytest.mark.parametrize(
    "request_",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"REMOTE_ADDR": ""},
        {"HTTP_X_FORWARDED_FOR": "192.0.2.7"},
        {"HTTP_X_FORWARDED_PROTO": "https"},
        {"HTTP_X_FORWARDED_SOMETHING_NEW": "1"},
        {"HTTP_FORWARDED": "for=192.0.2.7"},
        {"HTTP_VIA": "1.1 proxy"},
        {"HTTP_X_REAL_IP": "192.0.2.7"},
        {"HTTP_CF_CONNECTING_IP": "192.0.2.7"},
        {"SERVER_PROTOCOL": "HTTP/1.0"},
    ],
)
def test_not_from_elsewhere_nor_through_a_proxy(staff, request_):
    assert offered(**request_) == set()
    assert not signs_in(**request_)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LISTENS_ON", "0.0.0.0"),
        ("LISTENS_ON", ""),
        ("ALLOWED_HOSTS", ["127.0.0.1", "leadhub.example.com"]),
        ("ALLOWED_HOSTS", ["*"]),
        ("CSRF_TRUSTED_ORIGINS", ["https://leadhub.example.com"]),
        ("PUBLIC_URL", "https://leadhub.example.com"),
        ("SECURE_COOKIES", True),
    ],
)
def test_not_where_a_setting_says_that_others_can_reach_it(staff, settings, name, value):
    setattr(settings, name, value)
    assert offered() == set()
    assert not signs_in()


def test_not_under_another_name(staff, settings):
    """As after a rebinding of names, with the host let through."""
    settings.ALLOWED_HOSTS = ["rebound.test", "127.0.0.1"]
    assert offered(HTTP_HOST="rebound.test:8000") == set()
    assert not signs_in(HTTP_HOST="rebound.test:8000", origin="http://rebound.test:8000")


def test_a_senseless_host_is_no_error_where_all_are_let_through(staff, settings):
    settings.ALLOWED_HOSTS = ["*"]
    assert offered(HTTP_HOST="[1.2.3]") == set()


@pytest.mark.parametrize(
    "origin",
    [None, "null", "https://127.0.0.1:8000", "http://127.0.0.1:9000", "http://localhost:8000",
     "https://leadhub.example.com"],
)  # fmt: skip
def test_not_by_a_form_of_another_origin(staff, origin):
    assert not signs_in(origin=origin)


def test_not_without_the_token_of_the_page(staff):
    assert not signs_in(checks=True)


def somebody_real():
    Contact.objects.create(email="ada@customer.test")


def somebody_without_an_address():
    Contact.objects.create()


def a_source():
    Source.objects.create(name="Our shop", kind=Source.Kind.SERVER)


def a_colleague():
    User.objects.create_user("ann@company.test", "secret words", role=Role.REP)


def no_demo():
    DemoWorld.objects.all().delete()


def half_a_demo():
    DemoWorld.objects.update(ready_at=None)


@pytest.mark.parametrize(
    "make",
    [somebody_real, somebody_without_an_address, a_source, a_colleague, no_demo, half_a_demo],
)
def test_not_beside_anything_that_is_not_the_demos(staff, make):
    make()
    assert offered() == set()
    assert not signs_in()


def test_not_as_one_who_has_left_or_has_a_password(staff):
    User.objects.filter(pk=staff[Role.REP].pk).update(is_active=False)
    staff[Role.MANAGER].set_password("of their own")
    staff[Role.MANAGER].save()
    assert offered() == {"marketer"}
    assert not signs_in("rep")
    assert not signs_in("manager")


def test_a_first_login_can_switch_and_is_somebody_else_then(staff, client_of):
    client = client_of(User.objects.get(email="manager@example.com"))
    client.defaults.update(HERE)
    session = client.session.session_key
    assert client.post("/sign-in/as/rep", headers={"origin": ORIGIN}).status_code == 302
    assert client.session["_auth_user_id"] == str(staff[Role.REP].pk)
    assert client.session.session_key != session
