"""Whether a first start makes the demo world: decided once, whatever breaks off the making."""

import sys
from datetime import UTC, datetime
from functools import partial

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from handoff.models import Pool
from leadhub import heartbeats
from leadhub.demo import calls, first_start, removal, world, year
from leadhub.demo.alone import alone
from leadhub.demo.models import DemoWorld, FirstStart
from leadhub.records.corrections import correct_email
from leadhub.records.models import Company, Contact, Source
from leadhub.users import first_logins
from leadhub.users.models import Role, User
from scoring import publishing, starter, versions
from scoring.models import Definition
from tests.demo.tiny import TINY
from tests.demo.whole import everything
from tests.handoff.builders import a_contact

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 3, 11, 5, tzinfo=UTC)


class PulledPlug(BaseException):
    """What ends a process in the midst of its work."""


@pytest.fixture(autouse=True)
def own_var(settings, tmp_path):
    settings.VAR = tmp_path


def test_an_empty_leadhub_gets_one_and_nothing_is_decided_before_it_has_it():
    starter.install(at=AT)
    assert first_start.is_to_be_made(wanted=True, at=AT)
    assert first_start.is_to_be_made(wanted=True, at=AT)
    assert not FirstStart.objects.exists()


def test_who_wants_it_empty_is_asked_once():
    assert not first_start.is_to_be_made(wanted=False, at=AT)
    assert FirstStart.objects.exists()
    assert not DemoWorld.objects.exists()


def test_data_of_ones_own_get_no_demo_also_once_they_are_gone():
    Contact.objects.create(email="real@customer.test")
    assert not first_start.is_to_be_made(wanted=True, at=AT)
    assert FirstStart.objects.exists()


@pytest.mark.parametrize(
    "set_up",
    [
        lambda team: User.objects.create_user("ann@company.test", "secret words"),
        lambda team: Source.objects.create(name="Our shop", kind=Source.Kind.SERVER),
        lambda team: Pool.objects.create(name="Everyone's", team=team),
    ],
    ids=["a colleague", "a source", "routing"],
)
def test_what_somebody_set_up_before_the_first_event_gets_no_demo(set_up, team):
    set_up(team)
    assert not first_start.is_to_be_made(wanted=True, at=AT)


def test_one_that_was_removed_does_not_come_back():
    DemoWorld.objects.create(seed=1, made_at=AT, ready_at=AT)
    call_command("demo", "--remove")
    assert FirstStart.objects.exists()


def test_a_version_that_somebody_published_in_it_stays_live_beside_the_starter(capsys):
    marketer = User.objects.create_user("greta@staff.example", role=Role.MARKETER, name="Greta")
    first = starter.install(at=AT)
    own = versions.copy_as_draft(original=first, by=marketer, at=AT, name="Mine")
    publishing.publish(definition=own, by=marketer, at=AT)
    assert publishing.finish_publishing(at=AT)
    made = {"users.User": [marketer.pk], "scoring.Definition": [first.pk]}
    DemoWorld.objects.create(seed=1, made_at=AT, ready_at=AT, made=made)
    call_command("demo", "--remove")
    assert "Mine, which was published in it, stays live" in capsys.readouterr().out
    left = Definition.objects.values_list("name", "status", "published_by__name")
    assert set(left) == {("Mine", "live", "Greta"), ("Starter", "draft", None)}
    assert not User.objects.get(pk=marketer.pk).is_active


def test_whose_e_mail_was_corrected_goes_with_the_demo():
    DemoWorld.objects.create(seed=1, made_at=AT, ready_at=AT)
    website = Source.objects.create(name=calls.WEBSITE, kind=Source.Kind.BROWSER)
    contact = a_contact(email="ann@wrong.example")
    website.events.create(
        message_id="1", kind="page", contact=contact, occurred_at=AT, received_at=AT, day=AT.date()
    )
    people = Source.objects.create(name="People", kind=Source.Kind.PERSON)
    a_contact(email="real@customer.test")
    for email in ("ann@right.example", "ann@better.example"):
        person = Contact.objects.get(pk=contact.pk).root or contact
        correct_email(contact=person, email=email, source=people, by=None, at=AT)
    removal.remove(at=AT)
    assert [known.email for known in Contact.objects.all()] == ["real@customer.test"]
    assert not Company.objects.filter(domain__endswith=".example").exists()


def tiny(make, **options):
    return make(**options | TINY)


@pytest.fixture
def prepare(settings, tmp_path, monkeypatch, capsys):
    """A function that prepares as script/server does, and returns what was said; of a demo world it
    makes a tiny one.
    """
    settings.STATIC_ROOT = tmp_path / "static"
    monkeypatch.setattr(world, "make", partial(tiny, world.make))

    def prepare(*options: str) -> str:
        call_command("prepare", *options)
        return capsys.readouterr().out

    return prepare


def test_a_first_start_makes_it_and_a_second_does_not(prepare):
    said = prepare("--demo")
    assert "100%" in said
    assert "The demo world is ready" in said
    removal.remove(at=timezone.now())
    assert prepare("--demo") == ""
    assert not DemoWorld.objects.exists()


def test_with_workers_at_work_the_demo_is_left_for_later(prepare):
    heartbeats.beat("now@elsewhere", at=timezone.now())
    assert "without the demo world: it is running already" in prepare("--demo")
    assert not FirstStart.objects.exists()


def test_without_leadforge_leadhub_starts_and_says_so(prepare, monkeypatch):
    monkeypatch.setitem(sys.modules, "leadforge", None)
    monkeypatch.setattr(first_start, "REQUIREMENTS", "no-such-file.txt")
    said = prepare("--demo")
    assert "without the demo world: leadforge, which makes it, could not be installed" in said
    assert "no-such-file.txt" in said
    assert not FirstStart.objects.exists()


def test_a_demo_that_fails_keeps_nobody_from_leadhub(prepare, monkeypatch):
    def fail(*args, **options):
        raise RuntimeError("no year today")

    monkeypatch.setattr(year, "live", fail)
    assert "why it could not be made stands above" in prepare("--demo")
    assert not DemoWorld.objects.exists()
    assert not FirstStart.objects.exists()
    assert Definition.objects.get().status == "live"


def test_demo_and_empty_at_once_make_no_sense():
    with pytest.raises(CommandError, match="not allowed with"):
        call_command("prepare", "--demo", "--empty")


def test_what_was_broken_off_is_taken_away_whole_and_made_anew(tmp_path):
    """As if the power had failed after half of the year: nothing is noted on the way out."""
    starter.install(at=AT)
    first_logins.make(kept_in=tmp_path / "logins.txt")
    before, users = everything(), set(User.objects.values_list("pk", flat=True))

    def pull_the_plug(share, moment):
        if Definition.objects.count() == 2:
            raise PulledPlug

    with pytest.raises(PulledPlug):
        world.make(at=AT, progress=pull_the_plug, **TINY)
    assert Contact.objects.exists()

    assert first_start.is_to_be_made(wanted=True, at=AT)
    assert set(User.objects.values_list("pk", flat=True)) == users
    left = everything()
    assert {name: rows for name, rows in left.items() if name not in FROM_STARTER} == {
        name: rows for name, rows in before.items() if name not in FROM_STARTER
    }
    assert Definition.objects.get().status == "live"


# What the starter brings is installed anew; which is as much as before, but for the handoff's own.
FROM_STARTER = {"RejectionReason", "ServiceLevel", "Heartbeat", "Source"}


def test_a_half_made_one_is_taken_away_also_where_it_is_wanted_no_more():
    DemoWorld.objects.create(seed=1, made_at=AT, found=removal.rows_there())
    assert not first_start.is_to_be_made(wanted=False, at=AT)
    assert not DemoWorld.objects.exists()


@pytest.mark.parametrize("command", [["demo"], ["demo", "--remove"], ["prepare", "--demo"]])
def test_nobody_takes_away_what_another_process_is_making(command):
    begun = DemoWorld.objects.create(seed=1, made_at=AT, found=removal.rows_there())
    with alone(), pytest.raises(CommandError, match="being made or taken away already"):
        call_command(*command)
    assert DemoWorld.objects.get() == begun
