"""Merging on its pages: seen before it is done, done, and undone."""

import pytest
from django.urls import reverse
from django.utils import timezone

from leadhub.records import facts
from leadhub.records.models import Contact, Merge, MergeSuggestion
from leadhub.users.access import Permission, may
from scoring import starter
from tests.handoff.builders import a_lead

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(server):
    """Two contacts with e-mails, of whom different things are known; both have a lead."""
    starter.install(at=timezone.now())
    said = {"ann": {"job_title": "VP Sales", "country": "Germany"}, "bea": {"job_title": "Clerk"}}
    people = []
    for name, values in said.items():
        contact = Contact.objects.create(email=f"{name}@example.com")
        facts.describe_contact(contact=contact, values=values, source=server, at=timezone.now())
        a_lead(contact)
        people.append(contact)
    return people


def merge_page(contact, query="") -> str:
    return reverse("merge", args=[contact.pk]) + query


def test_a_preview_shows_what_conflicts_and_changes_nothing(marketer_client, two):
    ann, bea = two
    page = marketer_client.get(merge_page(ann, "?with=bea@example.com"))
    preview = page.context["preview"]
    assert {known.label for known in preview.conflicts} == {"E-mail", "Job title"}
    assert (preview.survivor, preview.loser) == (ann, bea)
    assert len(preview.closing_leads) == 1
    assert preview.receipt_of_both.total >= preview.losers_receipt.total
    assert "This closes as merged" in page.content.decode()
    swapped = marketer_client.get(merge_page(ann, f"?with=%23{bea.pk}&keep={bea.pk}"))
    assert swapped.context["preview"].survivor == bea
    assert not Merge.objects.exists()


def test_merging_says_who_and_why_and_can_be_undone(marketer_client, marketer, two):
    ann, bea = two
    suggestion = MergeSuggestion.objects.create(contact=ann, other=bea, why="One call named both.")
    answer = {"with": "bea@example.com", "keep": ann.pk, "why": "Changed her name"}
    marketer_client.post(merge_page(ann), answer)
    merge = Merge.objects.get()
    assert (merge.loser, merge.survivor, merge.by, merge.why) == (
        bea, ann, marketer, "Changed her name",
    )  # fmt: skip
    suggestion.refresh_from_db()
    assert suggestion.dismissed_by == marketer
    page = marketer_client.get(reverse("contact", args=[bea.pk]), follow=True).content.decode()
    assert "Merged from" in page
    assert "Changed her name" in page
    marketer_client.post(reverse("undo-merge", args=[merge.pk]))
    merge.refresh_from_db()
    bea.refresh_from_db()
    assert (bea.root, merge.undone_by) == (None, marketer)
    again = marketer_client.post(reverse("undo-merge", args=[merge.pk]), follow=True)
    assert "undone already" in again.content.decode()


@pytest.mark.parametrize("other", ["nobody@example.com", "#999999", "#", "ann@example.com", " "])
def test_nobody_to_merge_with(marketer_client, two, other):
    page = marketer_client.get(merge_page(two[0]), {"with": other})
    assert page.status_code == 200
    assert "preview" not in page.context


def test_a_rep_sees_what_was_merged_and_can_undo_nothing(rep, rep_client, two):
    assert not may(rep, Permission.SET_UP_INTAKE)
    page = rep_client.get(reverse("contact", args=[two[0].pk])).content.decode()
    assert "Merge with another contact" not in page


def test_a_suggestion_is_dismissed_by_somebody(marketer_client, marketer, two):
    ann, bea = two
    suggestion = MergeSuggestion.objects.create(contact=ann, other=bea, why="One call named both.")
    for said in ("they are two people", "answered this already"):
        page = marketer_client.post(reverse("dismiss-merge", args=[suggestion.pk]), follow=True)
        assert said in page.content.decode()
    suggestion.refresh_from_db()
    assert suggestion.dismissed_by == marketer
    assert suggestion not in page.context["page"].rows


def test_the_list_costs_the_same_for_many(marketer_client, django_assert_num_queries):
    def suggest(count):
        people = Contact.objects.bulk_create(Contact() for _ in range(2 * count))
        MergeSuggestion.objects.bulk_create(
            MergeSuggestion(contact=first, other=second, why="Alike")
            for first, second in zip(people[::2], people[1::2], strict=True)
        )

    suggest(3)
    marketer_client.get(reverse("merge-suggestions"))
    with django_assert_num_queries(4):
        marketer_client.get(reverse("merge-suggestions"))
    suggest(40)
    with django_assert_num_queries(4):
        marketer_client.get(reverse("merge-suggestions"))
