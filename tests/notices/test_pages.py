"""What people read, what they turn off, and the link that needs no sign-in."""

import re
from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from handoff.models import Calendar, Channel, Lead, Muted, Notice, NoticeKind
from handoff.notices import inbox
from handoff.notices.digest import FIRST_ONES_COME, tell_the_morning
from handoff.notices.finding import tell
from handoff.notices.sending import send_next
from handoff.notices.unsubscribing import HOLDS_FOR, unsubscribe_path
from leadhub.users.models import Role
from tests.forms import as_typed
from tests.handoff.builders import DAY, HOUR, NOW, a_contact, a_lead, a_user

pytestmark = pytest.mark.django_db


def a_notice(person, **fields) -> Notice:
    defaults = {
        "kind": NoticeKind.NEW_LEAD, "event": f"event {Notice.objects.count()}", "about": NOW,
        "title": "New lead: Ada", "path": "/inbox", "created_at": timezone.now(),
        "channel": Channel.APP, "state": Notice.State.SENT,
    }  # fmt: skip
    return Notice.objects.create(person=person, **defaults | fields)


def test_each_reads_the_own_notices_only(client_of, rep, manager):
    mine, others = a_notice(rep), a_notice(manager)
    client = client_of(rep)
    assert list(client.get("/notices").context["page"]) == [mine]
    assert client.post(f"/notices/{others.pk}/open").status_code == 404
    assert "1<span" in client.get("/notices/count").content.decode()
    assert client.post(f"/notices/{mine.pk}/open").headers["Location"] == "/inbox"
    assert client.get("/notices/count").content.decode().strip() == ""
    others.refresh_from_db()
    assert others.read_at is None


def test_all_are_read_at_once(client_of, rep, manager):
    for _ in range(3):
        a_notice(rep)
    others = a_notice(manager)
    client_of(rep).post("/notices/read")
    assert inbox.unread(rep) == 0
    assert inbox.unread(others.person) == 1


def test_the_list_costs_the_same_however_long(client_of, rep):
    client = client_of(rep)

    def queries(number):
        for _ in range(number):
            a_notice(rep)
        with CaptureQueriesContext(connection) as captured:
            assert len(client.get("/notices").context["page"]) >= number
        return len(captured)

    queries(2)
    assert queries(3) == queries(20)


def test_each_kind_and_channel_is_turned_off_by_itself(client_of, rep, by_email):
    client = client_of(rep)

    def ticked() -> dict[str, str]:
        typed = as_typed(client.get("/notices/settings").content.decode())
        return {name: "on" if "-" in name else value for name, value in typed.items()}

    typed = ticked()
    assert len([name for name in typed if "-" in name]) == 2 * len(NoticeKind)
    del typed["new_lead-email"], typed["digest-app"]
    client.post("/notices/settings", typed | {"hour": "07:30"})
    off = set(Muted.objects.values_list("person", "kind", "channel"))
    assert off == {(rep.pk, "new_lead", "email"), (rep.pk, "digest", "app")}
    assert inbox.digest_hour(rep) == time(7, 30)
    again = ticked()
    assert "new_lead-email" not in again
    assert "new_lead-app" in again
    client.post("/notices/settings", again | {"new_lead-email": "on"})
    assert not Muted.objects.filter(kind="new_lead").exists()


def test_an_hour_that_is_none_is_asked_for_again(client_of, rep):
    answer = client_of(rep).post("/notices/settings", {"hour": "tomorrow"})
    assert answer.status_code == 422
    assert not Muted.objects.exists()


def test_the_link_in_a_mail_turns_its_kind_off_without_signing_in(sold_by, by_email):
    a_lead(owner=sold_by)
    tell(at=NOW)
    while send_next(at=NOW):
        pass
    (mail,) = by_email.messages
    headers = re.sub(r"\r?\n[ \t]", " ", mail)
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in headers
    url = re.search(r"List-Unsubscribe:\s+<https://leadhub.example.com([^>]+)>", headers).group(1)
    visitor = Client(enforce_csrf_checks=True)
    assert b"No more of these" in visitor.get(url).content
    assert not Muted.objects.exists(), "looking is not asking: scanners open every link"
    for _ in range(2):
        answer = visitor.post(url, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    off = Muted.objects.get()
    assert (off.person, off.kind, off.channel) == (sold_by, "new_lead", "email")


def test_the_link_turns_off_its_own_kind_and_nothing_else(rep):
    Client().post(unsubscribe_path(rep, NoticeKind.BREACH), {"from": "all"})
    assert Muted.objects.get().kind == NoticeKind.BREACH


def test_a_link_that_is_not_ours_is_none(rep):
    path = unsubscribe_path(rep, NoticeKind.BREACH)
    forged = path[:-3] + ("aaa" if path[-3:] != "aaa" else "bbb")
    for wrong in (forged, "/unsubscribe/nonsense", unsubscribe_path(rep, "no kind")):
        assert Client().get(wrong).status_code == 404
        assert Client().post(wrong).status_code == 404


@pytest.mark.parametrize("change", ["an old link", "another address", "has left"])
def test_a_link_holds_for_a_while_and_for_who_got_it(rep, time_machine, change):
    path = unsubscribe_path(rep, NoticeKind.BREACH)
    if change == "an old link":
        time_machine.move_to(timezone.now() + HOLDS_FOR + DAY)
    elif change == "another address":
        rep.email = "another@example.com"
    else:
        rep.is_active = False
    rep.save()
    for answer in (Client().get(path), Client().post(path)):
        assert answer.status_code == 410
        assert "too old" in answer.content.decode()
    assert not Muted.objects.exists()


def test_old_notices_are_forgotten(rep):
    kept = a_notice(rep, created_at=NOW - 80 * DAY)
    a_notice(rep, created_at=NOW - 100 * DAY)
    inbox.forget_old(at=NOW)
    assert list(Notice.objects.all()) == [kept]


# --- the morning ---

# Eight in Berlin, on a Monday.
MORNING = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)


def titles() -> list[str]:
    return list(Notice.objects.order_by("pk").values_list("title", flat=True))


def test_before_there_is_a_lead_the_digest_says_when(rep):
    assert tell_the_morning(at=MORNING - HOUR) == 0
    assert tell_the_morning(at=MORNING) == 1
    assert titles() == [FIRST_ONES_COME.rstrip(".")]
    assert tell_the_morning(at=MORNING + HOUR) == 0
    assert tell_the_morning(at=MORNING + DAY) == 1


def test_the_digest_counts_what_waits(sold_by, team):
    a_lead(owner=sold_by, at=MORNING - 2 * HOUR)
    a_lead(owner=sold_by, at=MORNING - 3 * DAY)
    a_lead(owner=sold_by, at=MORNING - 3 * DAY, hand_raised_at=MORNING - DAY)
    a_lead(a_contact(), owner=a_user("Other", team=team, role=Role.MANAGER))
    tell_the_morning(at=MORNING)
    notice = Notice.objects.get(person=sold_by)
    assert notice.title == "1 person has asked for sales"
    assert notice.text.splitlines() == [
        "3 leads wait for your verdict",
        "1 of them came since yesterday",
    ]


def test_who_has_nothing_waiting_reads_so(rep):
    a_lead()
    tell_the_morning(at=MORNING)
    assert titles() == ["Nothing waits for you"]


def test_no_digest_at_the_weekend_in_the_evening_or_for_managers(rep, manager):
    saturday = MORNING - 2 * DAY
    for at in (saturday, MORNING + 7 * HOUR):
        assert tell_the_morning(at=at) == 0
    tell_the_morning(at=MORNING)
    assert Notice.objects.get().person == rep


def test_the_hour_is_that_of_the_rep_s_own_calendar(rep):
    from handoff.models import RepTerms, WorkingHours

    tokyo = Calendar.objects.create(name="Tokyo", time_zone="Asia/Tokyo")
    for weekday in range(5):
        WorkingHours.objects.create(calendar=tokyo, weekday=weekday, starts=time(9), ends=time(18))
    RepTerms.objects.create(user=rep, calendar=tokyo)
    inbox.choose(user=rep, kept=inbox.wanted(rep), hour=time(9))
    nine_in_tokyo = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
    assert tell_the_morning(at=nine_in_tokyo - timedelta(minutes=1)) == 0
    assert tell_the_morning(at=nine_in_tokyo) == 1


def test_the_digest_costs_the_same_for_many_reps(user_of):
    def queries(number, at):
        for _ in range(number):
            a_lead(owner=user_of(Role.REP), at=at - HOUR)
        with CaptureQueriesContext(connection) as captured:
            assert tell_the_morning(at=at) >= number
        return len(captured)

    queries(1, MORNING)
    assert queries(2, MORNING + DAY) == queries(20, MORNING + 2 * DAY)
    assert Lead.objects.count() == 23
