"""Signals, versions, runs and ledgers in the admin, as a marketer uses them."""

import re
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from scoring import publishing, starter, versions
from scoring.admin.definitions import DefinitionAdmin
from scoring.models import Definition, Run, ScoreChange, Signal
from tests.forms import as_typed

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MODELS = ["signal", "definition", "run", "contactscore", "scorechange"]


@pytest.fixture
def live(db):
    return starter.install(at=NOW)


@pytest.fixture
def draft(live):
    return versions.copy_as_draft(original=live, by=None, at=NOW)


def change_url(row) -> str:
    return reverse(f"admin:scoring_{row._meta.model_name}_change", args=[row.pk])


@pytest.fixture
def typed(marketer_client, draft):
    """The draft's form as the browser would send it, unchanged."""
    return as_typed(marketer_client.get(change_url(draft)).content.decode())


@pytest.mark.parametrize("model", MODELS)
def test_every_list_opens(marketer_client, live, model):
    assert marketer_client.get(reverse(f"admin:scoring_{model}_changelist")).status_code == 200


def test_every_form_opens(marketer_client, live, draft):
    for row in (live, draft, *Signal.objects.all()):
        assert marketer_client.get(change_url(row)).status_code == 200
    assert marketer_client.get(reverse("admin:scoring_signal_add")).status_code == 200
    url = reverse("admin:scoring_definition_publish", args=[draft.pk])
    assert marketer_client.get(url).status_code == 200


def test_a_rep_gets_none_of_it(rep_client, live):
    assert rep_client.get(change_url(live)).status_code in {302, 403}


def test_a_live_version_is_shown_and_cannot_be_sent(marketer_client, live):
    page = marketer_client.get(change_url(live)).content.decode()
    assert "8, 4, 2, 1, gone after 56 days" in page
    assert "What was published never changes" in page
    assert re.search(r"High, <span[^>]*>hand-raise</span>", page)
    assert 'name="threshold"' not in page
    assert marketer_client.post(change_url(live), {"threshold": 1}).status_code == 403


def test_a_draft_that_is_saved_unchanged_stays_as_it_was(marketer_client, live, draft, typed):
    answer = marketer_client.post(change_url(draft), typed)
    assert answer.status_code == 302, answer.context["errors"]
    before, after = versions.definition_of(live), versions.definition_of(draft)
    for part in (*versions.BOUNDS, *versions.PARTS):
        assert getattr(after, part) == getattr(before, part)


def test_a_draft_is_edited(marketer_client, draft, typed):
    typed |= {"threshold": "70", "weights-0-points": "9", "name": "Dearer"}
    typed["fit_criteria-0-conditions-0-0-value"] = "boss, chief"
    assert marketer_client.post(change_url(draft), typed).status_code == 302
    edited = versions.read(draft.pk)
    assert (edited.threshold, edited.weights[0].points) == (70, 9)
    assert edited.fit_criteria[0].conditions.nodes[0].value == ("boss", "chief")


REFUSED = [
    ({"threshold": "500"}, "threshold", "the most that anyone can reach is"),
    ({"minimum_fit": "61"}, "minimum_fit", "the most that anyone can reach is 60"),
    ({"minimum_behaviour": "200"}, "minimum_behaviour", "the most that anyone can reach"),
    ({"high_intent_signals": "9"}, "high_intent_signals", "the most that anyone can reach is 3"),
    ({"grade_b": "50"}, "grade_a", "must fall"),
    ({"band_3": "45"}, "band_1", "must fall"),
    ({"behaviour_floor": "5"}, "behaviour_floor", "less than or equal to 0"),
    ({"weights-0-daily_limit": "0"}, "weights-0-daily_limit", "greater than or equal to 1"),
    ({"weights-4-cap": "5"}, "weights-4-cap", "for positive points"),
    ({"fit_criteria-0-group": "Rolle"}, "fit_criteria-0-group", "There is no fit group “Rolle”"),
    ({"fit_criteria-0-conditions-0-0-field": "x"}, "fit_criteria-0-conditions", "no field 'x'"),
    ({"fit_groups-1-name": "Role"}, "", "duplicate"),
    ({"name": ""}, "name", "required"),
]


@pytest.mark.parametrize(("bad", "field", "reason"), REFUSED)
def test_a_draft_that_contradicts_itself_is_refused_at_the_field(
    marketer_client, draft, typed, bad, field, reason
):
    before = versions.read(draft.pk)
    answer = marketer_client.post(change_url(draft), typed | bad)
    assert answer.status_code == 200
    assert versions.read(draft.pk) == before
    assert reason in " ".join(errors_at(answer, field))


def errors_at(answer, field: str) -> list[str]:
    """What the page says at the field: `threshold`, or `weights-0-points` of a row."""
    if not field:
        return [str(answer.context["errors"])]
    form = answer.context["adminform"].form
    for inline in answer.context["inline_admin_formsets"]:
        for row in inline.formset.forms:
            if field.startswith(f"{row.prefix}-"):
                return row.errors.get(field.removeprefix(f"{row.prefix}-"), [])
    return form.errors.get(field, [])


def test_a_criterion_without_conditions_is_refused(marketer_client, draft, typed):
    number = next(n for n, one in enumerate(starter.CRITERIA) if one[1] == "Private mailbox")
    typed[f"fit_criteria-{number}-conditions-0-0-remove"] = "1"
    answer = marketer_client.post(change_url(draft), typed)
    assert "Give at least one condition" in str(answer.context["errors"])


def test_publishing_asks_who_is_handed_over_and_then_waits_for_scores(marketer_client, draft):
    url = reverse("admin:scoring_definition_publish", args=[draft.pk])
    assert b"held" in marketer_client.get(url).content
    marketer_client.post(url, {"handover": "nonsense"})
    draft.refresh_from_db()
    assert draft.status == "draft"
    marketer_client.post(url, {"handover": "at_once"})
    draft.refresh_from_db()
    assert (draft.status, draft.handover) == ("coming", "at_once")
    assert draft.published_by.role == "marketer"


def test_only_one_version_comes_at_a_time(marketer_client, live, draft):
    publishing.publish(definition=draft, by=None, at=NOW)
    second = versions.copy_as_draft(original=live, by=None, at=NOW)
    url = reverse("admin:scoring_definition_publish", args=[second.pk])
    page = marketer_client.post(url, {"handover": "at_once"}, follow=True)
    assert "Version 2 is coming" in page.content.decode()
    second.refresh_from_db()
    assert second.status == "draft"


def test_a_coming_version_is_withdrawn(marketer_client, draft):
    publishing.publish(definition=draft, by=None, at=NOW)
    marketer_client.post(reverse("admin:scoring_definition_withdraw", args=[draft.pk]))
    draft.refresh_from_db()
    assert (draft.status, draft.published_at) == ("draft", None)


def test_a_version_is_copied_as_a_draft(marketer_client, live):
    marketer_client.post(reverse("admin:scoring_definition_copy", args=[live.pk]))
    draft = Definition.objects.get(status="draft")
    assert (draft.version, draft.created_by.role) == (2, "marketer")
    assert draft.weights.count() == live.weights.count()


def signal_form(client, signal) -> dict[str, str]:
    return as_typed(client.get(change_url(signal)).content.decode())


def test_a_published_signal_that_is_edited_gets_a_successor_in_the_draft(
    marketer_client, live, draft
):
    signal = Signal.objects.get(name="Webinar booked")
    page = marketer_client.get(change_url(signal)).content.decode()
    assert "What you change here becomes its successor" in page
    typed = signal_form(marketer_client, signal) | {"intent": "high", "description": "Booked."}
    page = marketer_client.post(change_url(signal), typed, follow=True).content.decode()
    assert "takes the place of the published one" in page
    signal.refresh_from_db()
    successor = signal.successor
    assert (signal.intent, successor.intent) == ("medium", "high")
    assert (successor.name, successor.description) == ("Webinar booked (2)", "Booked.")
    assert live.weights.filter(signal=signal).exists()
    assert draft.weights.filter(signal=successor).exists()
    assert Definition.objects.count() == 2
    assert Run.objects.get().signal == successor
    assert "Another signal replaces this one" in marketer_client.get(
        change_url(signal)
    ).content.decode()  # fmt: skip


def test_without_a_draft_an_edited_signal_makes_one(marketer_client, live):
    signal = Signal.objects.get(name="Webinar booked")
    typed = signal_form(marketer_client, signal) | {"name": "Webinar attended"}
    marketer_client.post(change_url(signal), typed)
    draft = Definition.objects.get(status="draft")
    assert draft.name == "With “Webinar attended”"
    assert draft.weights.filter(signal__name="Webinar attended", points=20).exists()


def test_a_signal_that_is_saved_unchanged_or_described_stays_one(marketer_client, live):
    signal = Signal.objects.get(name="Webinar booked")
    typed = signal_form(marketer_client, signal)
    marketer_client.post(change_url(signal), typed)
    marketer_client.post(change_url(signal), typed | {"description": "Booked."})
    signal.refresh_from_db()
    assert (signal.successor, signal.description) == (None, "Booked.")
    assert Signal.objects.count() == 8
    assert not Run.objects.exists()


def test_a_signal_is_made_of_rows(marketer_client, live):
    url = reverse("admin:scoring_signal_add")
    typed = as_typed(marketer_client.get(url).content.decode())
    typed |= {"name": "Read the blog", "intent": "shallow", "counting": "events"}
    nothing = marketer_client.post(url, typed)
    assert "Give at least one condition" in str(nothing.context["errors"])
    typed |= {
        "conditions-0-0-field": "properties.path",
        "conditions-0-0-operator": "path_matches",
        "conditions-0-0-value": "/blog/**",
    }
    assert marketer_client.post(url, typed).status_code == 302
    assert Run.objects.get(kind="tally").signal.name == "Read the blog"
    assert Signal.objects.get(name="Read the blog").conditions == {
        "all": [{"field": "properties.path", "path_matches": "/blog/**"}]
    }


def test_a_signal_in_use_cannot_be_deleted(marketer_client, live):
    signal = Signal.objects.get(name="Webinar booked")
    url = reverse("admin:scoring_signal_delete", args=[signal.pk])
    assert marketer_client.post(url, {"post": "yes"}).status_code == 403
    assert Signal.objects.filter(pk=signal.pk).exists()


def test_runs_are_asked_for_by_a_button(marketer_client, live):
    for kind in ("rescore", "verify", "recount"):
        marketer_client.post(reverse("admin:scoring_run_ask", args=[kind]))
    assert set(Run.objects.values_list("kind", flat=True)) == {"rescore", "verify", "recount"}
    page = marketer_client.post(reverse("admin:scoring_run_ask", args=["all"]), follow=True)
    assert "There is no run" in page.content.decode()


@pytest.mark.parametrize("model", ["contactscore", "scorechange", "run"])
def test_ledgers_are_only_read(marketer_client, live, model):
    assert marketer_client.get(reverse(f"admin:scoring_{model}_add")).status_code == 403


def test_lists_ask_as_often_for_many_rows_as_for_few(
    marketer_client, live, django_assert_max_num_queries
):
    from leadhub.records.models import Contact

    def grow(number: int) -> None:
        contacts = Contact.objects.bulk_create(Contact() for _ in range(number))
        ScoreChange.objects.bulk_create(
            ScoreChange(
                contact=contact,
                definition=live,
                at=NOW,
                day=NOW.date(),
                behaviour_to=1,
                fit_to=1,
                qualified_to=False,
                cause="facts",
            )
            for contact in contacts
        )

    url = reverse("admin:scoring_scorechange_changelist")
    for number in (5, 60):
        grow(number)
        with django_assert_max_num_queries(8):
            assert marketer_client.get(url).status_code == 200


def test_a_draft_of_many_rows_asks_as_often_as_one_of_few(
    marketer_client, draft, django_assert_max_num_queries
):
    with django_assert_max_num_queries(25):
        marketer_client.get(change_url(draft))


def test_drafts_are_made_by_copying(marketer_client, live):
    assert not DefinitionAdmin.has_add_permission(None, None)
    assert marketer_client.get(reverse("admin:scoring_definition_add")).status_code == 403


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ({"points": "8", "half_life_days": "14", "steps": "4"}, "8, 4, 2, 1, gone after 56 days"),
        ({"points": "-15", "half_life_days": "90", "steps": "2"}, "−15, −7, gone after 180 days"),
        (
            {"points": "8", "half_life_days": "", "steps": "1"},
            '<span class="fading__warning">8, never fades</span>',
        ),
        ({"points": "many", "half_life_days": "1", "steps": "1"}, "–"),
        ({"points": "8", "half_life_days": "0", "steps": "99"}, "–"),
        ({}, "–"),
    ],
)
def test_a_weight_shows_how_it_fades_while_it_is_edited(marketer_client, live, typed, shown):
    row = {f"weights-3-{name}": value for name, value in typed.items()}
    answer = marketer_client.get(reverse("admin:scoring_definition_fading"), row)
    assert answer.content.decode() == shown


def test_who_stops_hand_raises_is_edited_too(marketer_client, draft, typed):
    assert typed["disqualifiers-0-stops_hand_raises"]
    typed["disqualifiers-1-stops_hand_raises"] = "on"
    assert marketer_client.post(change_url(draft), typed).status_code == 302
    stopping = draft.disqualifiers.filter(stops_hand_raises=True)
    assert list(stopping.values_list("name", flat=True)) == ["Own staff", "Student"]


def test_criteria_and_disqualifiers_are_one_line_each_until_opened(marketer_client, live, draft):
    for version in (live, draft):
        page = marketer_client.get(change_url(version)).content.decode()
        assert "company employees is at least 20 and company employees is at most 49" in page
        assert page.count('<details class="fold__row" open>') == (2 if version == draft else 0)
