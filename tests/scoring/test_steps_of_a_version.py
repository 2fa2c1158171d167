"""From a draft to live and back in the admin: what it would change, how far it is, cancelling."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from scoring import freshening, publishing, runs, starter, trials, versions
from scoring.models import ContactScore, Definition, Signal
from tests.scoring.people import contact, did, moment, today

MONDAY = date(2026, 3, 2)
FRIDAY = moment(MONDAY + timedelta(days=4))


@pytest.fixture
def live(db):
    return starter.install(at=timezone.now())


@pytest.fixture
def people(live):
    """Fit and much interested, fit only, and a student who is interested."""
    made = [
        contact(job_title="CEO", company={"employees": 500, "country": "DE", "industry": "saas"}),
        contact(job_title="CEO", company={"employees": 500, "country": "DE", "industry": "saas"}),
        contact(job_title="Werkstudent", company={"employees": 500, "industry": "saas"}),
    ]
    for person in (made[0], made[2]):
        for webinar in ("spring", "autumn"):
            did(person, "Webinar Booked", today(), webinar=webinar)
    freshening.score_stale(at=timezone.now())
    return made


def draft_of(live, **bounds) -> Definition:
    draft = versions.copy_as_draft(original=live, by=None, at=timezone.now())
    Definition.objects.filter(pk=draft.pk).update(**bounds)
    return Definition.objects.get(pk=draft.pk)


def effect_of(draft, live, **options) -> trials.Effect:
    return trials.effect_of(
        versions.definition_of(draft), live_id=live.pk, day=today(), **options
    )  # fmt: skip


def step(version, name: str) -> str:
    return reverse(f"admin:scoring_definition_{name}", args=[version.pk])


def work_off() -> None:
    while runs.work_on_next_chunk(at=timezone.now()):
        pass


def test_who_would_be_newly_qualified_and_who_no_longer(people, live):
    assert set(ContactScore.objects.filter(qualified=True).values_list("contact", flat=True)) == {
        people[0].pk
    }
    easier = effect_of(draft_of(live, threshold=40, minimum_behaviour=0), live)
    assert (easier.before, easier.after, easier.newly, easier.no_longer) == (1, 2, 1, 0)
    assert easier.newly_examples == [people[1]]
    harder = effect_of(draft_of(live, threshold=130), live)
    assert (harder.before, harder.after, harder.newly, harder.no_longer) == (1, 0, 0, 1)
    assert harder.no_longer_examples == [people[0]]
    assert (harder.looked_at, harder.is_everything) == (3, True)
    same = effect_of(draft_of(live), live)
    assert (same.newly, same.no_longer) == (0, 0)


def test_it_looks_for_a_while_and_says_so(people, live, monkeypatch):
    monkeypatch.setattr("scoring.previews.AT_ONCE", 1)
    some = effect_of(draft_of(live), live, seconds=0)
    assert (some.looked_at, some.is_everything) == (1, False)


def test_signals_whose_past_is_not_counted_yet_are_named(people, live):
    draft = draft_of(live)
    signal = Signal.objects.create(
        name="New", intent="high", conditions=starter.track("Webinar Booked")
    )
    draft.weights.create(signal=signal, points=4)
    work_off()
    assert effect_of(draft, live).untallied == ["New"]


def test_the_page_asks_and_shows_what_it_would_change(marketer_client, people, live):
    draft = draft_of(live, threshold=40, minimum_behaviour=0)
    page = marketer_client.get(step(draft, "publish")).content.decode()
    assert f'hx-get="{step(draft, "effect")}"' in page
    shown = marketer_client.get(step(draft, "effect")).content.decode()
    assert "Reckoned for all 3 contacts" in shown
    assert ">+1</dd>" in shown
    Definition.objects.filter(pk=draft.pk).update(threshold=5000)
    assert "contradicts itself" in marketer_client.get(step(draft, "effect")).content.decode()


def test_a_coming_version_shows_how_far_it_is_until_it_is_live(marketer_client, people, live):
    draft = draft_of(live)
    marketer_client.post(step(draft, "publish"), {"handover": "from_now_on"})
    assert "Waiting for a worker" in marketer_client.get(step(draft, "progress")).content.decode()
    runs.begin_what_is_due(at=timezone.now())
    freshening.set_aside(people[1].pk, "Can't be read.")
    shown = marketer_client.get(step(draft, "progress")).content.decode()
    assert "0 of 3 contacts" in shown
    assert "1 set aside" in shown
    assert "every 2s" in shown
    work_off()
    page = "/admin/scoring/definition/"
    answer = marketer_client.get(
        step(draft, "progress"),
        headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver{page}"},
    )
    assert answer["HX-Redirect"] == page  # the page around it still offers to cancel
    shown = answer.content.decode()
    assert "Live." in shown
    assert "every 2s" not in shown


def test_so_many_a_day_are_for_handing_over_at_once_only(marketer_client, people, live):
    draft = draft_of(live)
    typed = {"handover": "at_once", "handover_a_day": "0"}
    page = marketer_client.post(step(draft, "publish"), typed).content.decode()
    assert "greater than or equal to 1" in page
    marketer_client.post(step(draft, "publish"), typed | {"handover_a_day": "5"})
    draft.refresh_from_db()
    assert (draft.status, draft.handover, draft.handover_a_day) == ("coming", "at_once", 5)
    publishing.withdraw(definition=draft, at=timezone.now())
    marketer_client.post(step(draft, "publish"), {"handover": "from_now_on", "handover_a_day": "5"})
    draft.refresh_from_db()
    assert (draft.status, draft.handover_a_day) == ("coming", None)


def test_going_back_is_one_button_to_a_copy_ready_to_be_published(marketer_client, people, live):
    draft = draft_of(live, threshold=70)
    publishing.publish(definition=draft, by=None, at=timezone.now())
    work_off()
    live.refresh_from_db()
    shown = marketer_client.get(step(live, "change")).content.decode()
    assert "Go back to this version" in shown
    answer = marketer_client.post(step(live, "back"))
    back = Definition.objects.get(status="draft")
    assert answer.headers["Location"] == step(back, "publish")
    assert (back.name, back.threshold) == ("Back to version 1", 60)


def test_what_cannot_be_evaluated_never_becomes_live(marketer_client, people, live, monkeypatch):
    draft = draft_of(live)

    def raises(*given, **options):
        raise ValueError("no such column")

    monkeypatch.setattr(trials, "evaluate", raises)
    answer = marketer_client.post(step(draft, "publish"), {"handover": "at_once"}, follow=True)
    # Apostrophes are escaped.
    assert "be evaluated: ValueError: no such column" in answer.content.decode()
    draft.refresh_from_db()
    assert (draft.status, draft.published_at) == ("draft", None)


def test_who_is_set_aside_is_listed_with_the_reason_and_tried_again(marketer_client, people):
    freshening.set_aside(people[0].pk, "Malformed <JSON>.")
    url = reverse("admin:scoring_contactsetaside_changelist")
    page = marketer_client.get(url).content.decode()
    assert "Malformed &lt;JSON&gt;." in page
    assert people[0].email in page
    assert people[1].email not in page
    again = {"action": "try_again", "_selected_action": [people[0].pk]}
    marketer_client.post(url, again)
    assert freshening.score_stale(at=timezone.now()) == 1
    assert not freshening.set_aside_now().exists()


def test_runs_refresh_by_themselves_while_one_is_under_way(marketer_client, people):
    url = reverse("admin:scoring_run_changelist")
    assert "every 2s" not in marketer_client.get(url).content.decode()
    runs.ask_for(kind="rescore", by=None, at=timezone.now())
    page = marketer_client.get(url).content.decode()
    assert "every 2s" in page
    assert "waiting for a worker" in page
