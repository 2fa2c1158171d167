"""The outbox: each notice goes out at most once, by a real mail server."""

import email
import socket
import threading
from datetime import timedelta
from email.policy import default as mail_policy

import pytest
from django.db import connection

from handoff.models import Channel, Muted, Notice, NoticeKind, TeamWebhook
from handoff.notices import sending
from handoff.notices.email import send_email
from handoff.notices.failures import InDoubt, NotSent, Silent, Unreachable
from handoff.notices.finding import tell
from handoff.notices.sending import MOST_TRIES, PAUSES, doubt_what_was_left, send_again, send_next
from leadhub.users.models import Role
from tests.handoff.builders import NOW, a_contact, a_lead, a_user

pytestmark = pytest.mark.django_db
State = Notice.State
MINUTE = timedelta(minutes=1)


def send_all(*, at=NOW) -> None:
    while send_next(at=at):
        pass


def to_send(person, **fields) -> Notice:
    defaults = {
        "kind": NoticeKind.NEW_LEAD, "event": f"event {Notice.objects.count()}", "about": NOW,
        "title": "New lead: Ada", "path": "/inbox/1", "created_at": NOW, "next_try_at": NOW,
        "channel": Channel.EMAIL,
    }  # fmt: skip
    return Notice.objects.create(person=person, **defaults | fields)


def state_of(notice: Notice) -> str:
    notice.refresh_from_db()
    return notice.state


def test_a_new_lead_by_e_mail(sold_by, by_email):
    lead = a_lead(a_contact(first_name="Zoë"), owner=sold_by, why="Webinar booked +20 = 60")
    tell(at=NOW)
    send_all()
    (raw,) = by_email.messages
    mail = email.message_from_string(raw, policy=mail_policy)
    assert (mail["To"], mail["Subject"]) == (sold_by.email, "New lead: Zoë")
    assert mail["From"] == "LeadHub <leadhub@example.com>"
    assert mail["Auto-Submitted"] == "auto-generated"
    text = mail.get_content()
    assert "Webinar booked +20 = 60" in text
    assert f"https://leadhub.example.com/inbox/{lead.pk}" in text
    notice = Notice.objects.get(channel=Channel.EMAIL)
    assert (notice.state, notice.tries, notice.sent_at) == (State.SENT, 1, NOW)
    send_all()
    assert len(by_email.messages) == 1


def test_without_a_mail_server_nobody_is_written_to(sold_by):
    a_lead(owner=sold_by)
    tell(at=NOW)
    assert set(Notice.objects.values_list("channel", flat=True)) == {Channel.APP}


def test_a_server_that_is_down_is_asked_again_later_each_time_and_then_given_up(sold_by, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    notice, at, waits = to_send(sold_by), NOW, []
    while send_next(at=at):
        notice.refresh_from_db()
        if notice.state == State.WAITING:
            waits.append(notice.next_try_at - at)
            at = notice.next_try_at
    assert tuple(waits) == PAUSES
    assert (notice.state, notice.tries) == (State.FAILED, MOST_TRIES)
    assert "can't be reached" in notice.failure


def test_a_mail_server_that_never_greets_is_left_after_the_timeout(sold_by, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_TIMEOUT = 0.3
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        settings.EMAIL_HOST, settings.EMAIL_PORT = silent.getsockname()
        notice = to_send(sold_by)
        assert send_next(at=NOW)
    assert state_of(notice) == State.WAITING


def test_while_a_server_is_down_the_others_do_not_each_wait_for_it(sold_by, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    for _ in range(5):
        to_send(sold_by)
    assert send_next(at=NOW)
    assert not send_next(at=NOW), "one of them learned it for all"
    assert not Notice.objects.exclude(next_try_at=NOW + MINUTE).exists()


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ("250 taken", State.SENT),
        ("451 come again", State.WAITING),
        ("554 never", State.FAILED),
        (None, State.DOUBTFUL),
    ],
)
def test_what_the_answer_to_a_message_means(sold_by, by_email, answer, state):
    by_email.answer = answer
    notice = to_send(sold_by)
    send_all()
    assert state_of(notice) == state
    assert len(by_email.messages) == 1


def test_an_address_that_is_refused_is_given_up(sold_by, by_email):
    by_email.rcpt = "550 nobody here"
    notice = to_send(sold_by)
    send_all()
    assert state_of(notice) == State.FAILED


def test_a_worker_that_died_while_sending_leaves_a_doubt_and_no_second_mail(sold_by, by_email):
    notice = to_send(sold_by)
    assert sending.claim(notice, at=NOW)
    send_all(at=NOW + MINUTE)
    assert state_of(notice) == State.SENDING
    assert doubt_what_was_left(at=NOW + 5 * MINUTE) == 0
    assert doubt_what_was_left(at=NOW + 11 * MINUTE) == 1
    send_all(at=NOW + 12 * MINUTE)
    assert state_of(notice) == State.DOUBTFUL
    assert not by_email.messages


def test_a_doubt_is_sent_again_only_if_a_person_says_so(sold_by, by_email):
    doubtful, sent = to_send(sold_by), to_send(sold_by)
    Notice.objects.update(state=State.DOUBTFUL)
    Notice.objects.filter(pk=sent.pk).update(state=State.SENT)
    assert send_again(Notice.objects.all(), at=NOW) == 1
    send_all()
    assert state_of(doubtful) == State.SENT
    assert len(by_email.messages) == 1


def test_one_of_two_workers_claims_it(sold_by):
    notice = to_send(sold_by)
    assert [sending.claim(notice, at=NOW), sending.claim(notice, at=NOW)] == [True, False]


@pytest.mark.django_db(transaction=True)
def test_several_workers_send_each_once(by_email):
    person = a_user("Rep", role=Role.REP)
    for _ in range(12):
        to_send(person)

    def work():
        try:
            send_all()
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(by_email.messages) == 12
    assert set(Notice.objects.values_list("state", "tries")) == {(State.SENT, 1)}


def test_what_was_turned_off_meanwhile_is_not_sent(sold_by, by_email):
    notice = to_send(sold_by)
    Muted.objects.create(person=sold_by, kind=NoticeKind.NEW_LEAD, channel=Channel.EMAIL)
    send_all()
    assert state_of(notice) == State.OFF
    assert not by_email.messages


def test_a_sender_killed_after_the_mail_was_taken_sends_no_second_one(
    sold_by, by_email, monkeypatch
):
    class Killed(BaseException):
        """No code of the sender runs after it."""

    def send_and_die(notice):
        send_email(notice)
        raise Killed

    notice = to_send(sold_by)
    monkeypatch.setitem(sending.SEND, Channel.EMAIL, send_and_die)
    with pytest.raises(Killed):
        send_next(at=NOW)
    monkeypatch.undo()
    for minutes in (1, 11, 12, 600):
        doubt_what_was_left(at=NOW + minutes * MINUTE)
        send_all(at=NOW + minutes * MINUTE)
    assert state_of(notice) == State.DOUBTFUL, "and so it stands in the admin's list"
    assert len(by_email.messages) == 1


def a_webhook(url="https://hooks.example.com/", **fields) -> TeamWebhook:
    name = f"Hook {TeamWebhook.objects.count()}"
    return TeamWebhook.objects.create(name=name, url=url, **fields)


def to_post(webhook, **fields) -> Notice:
    return to_send(None, channel=Channel.WEBHOOK, webhook=webhook, **fields)


@pytest.mark.parametrize(
    ("failure", "state", "rests"),
    [
        (NotSent("500"), State.WAITING, False),
        (Unreachable("down"), State.WAITING, True),
        (Silent("silence"), State.WAITING, True),
        (InDoubt("silence"), State.DOUBTFUL, True),
    ],
)
def test_a_host_that_lets_us_wait_rests_with_all_its_webhooks(monkeypatch, failure, state, rests):
    asked = []

    def fail(notice):
        asked.append(notice.pk)
        raise failure

    monkeypatch.setitem(sending.SEND, Channel.WEBHOOK, fail)
    first = to_post(a_webhook())
    same_host = to_post(a_webhook("https://hooks.example.com/other"))
    elsewhere = to_post(a_webhook("https://elsewhere.example.com/"))
    send_all()
    assert state_of(first) == state
    expected = [first, elsewhere] if rests else [first, same_host, elsewhere]
    assert asked == [notice.pk for notice in expected]


def test_it_rests_longer_each_time_until_it_answers(monkeypatch):
    webhook, asked = a_webhook(), []

    def hang(notice):
        asked.append(notice.next_try_at)
        raise Silent("silence")

    monkeypatch.setitem(sending.SEND, Channel.WEBHOOK, hang)
    for number in range(40):
        to_post(webhook, next_try_at=NOW + number * MINUTE)
    for minute in range(40):
        send_all(at=NOW + minute * MINUTE)
    assert len(asked) == 4, "at once, after one minute, five more, and thirty more"
    monkeypatch.setitem(sending.SEND, Channel.WEBHOOK, lambda notice: None)
    webhook.refresh_from_db()
    send_all(at=webhook.rests_until)
    webhook.refresh_from_db()
    assert (webhook.hangs, webhook.rests_until) == (0, None)
    assert Notice.objects.filter(state=State.SENT).count() >= 36


def test_e_mails_go_before_webhooks_that_waited_longer(sold_by, by_email, monkeypatch):
    sent = []
    monkeypatch.setitem(sending.SEND, Channel.WEBHOOK, lambda notice: sent.append("webhook"))
    monkeypatch.setitem(sending.SEND, Channel.EMAIL, lambda notice: sent.append("e-mail"))
    to_post(a_webhook(), next_try_at=NOW - MINUTE)
    to_send(sold_by)
    send_all()
    assert sent == ["e-mail", "webhook"]
