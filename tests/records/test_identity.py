"""Merging, undoing it, and what a public key may not do."""

import pytest

from leadhub.records import facts, merging
from leadhub.records.models import Company, Contact, Freshness, MergeSuggestion, UserId
from tests.records.conftest import NOW


def merge(loser, survivor):
    loser.refresh_from_db()
    survivor.refresh_from_db()
    merging.merge(loser=loser, survivor=survivor, by=None, at=NOW)


def revisions():
    return dict(Freshness.objects.values_list("contact_id", "revision"))


def test_merging_moves_no_fact_and_makes_both_stale(contact):
    ann, bea = contact("ann@example.com"), contact("bea@example.com")
    before = revisions()
    merge(bea, ann)
    bea.refresh_from_db()
    assert bea.root == ann
    assert (ann.events.count(), bea.events.count()) == (1, 1)
    assert revisions() == {pk: revision + 1 for pk, revision in before.items()}


def test_no_root_has_a_root(contact):
    ann, bea, cleo = (contact(f"{name}@example.com") for name in ("ann", "bea", "cleo"))
    merge(cleo, bea)
    merge(bea, ann)
    assert set(Contact.objects.exclude(root=None).values_list("root", flat=True)) == {ann.pk}


def test_nobody_is_merged_twice(contact):
    ann, bea = contact("ann@example.com"), contact("bea@example.com")
    merge(bea, ann)
    for loser, survivor in ((bea, ann), (ann, bea), (ann, ann)):
        with pytest.raises(ValueError, match="already"):
            merge(loser, survivor)


def test_the_survivor_shows_what_is_known_of_both_until_it_is_undone(contact, observe):
    ann, bea = contact("ann@example.com"), contact("bea@example.com")
    observe(email=bea.email, contact_values={"job_title": "VP", "attributes.plan": "pro"})
    merge(bea, ann)
    ann.refresh_from_db()
    assert (ann.job_title, ann.attributes) == ("VP", {"plan": "pro"})
    bea.refresh_from_db()
    merging.undo(merge=bea.merges.get(), by=None, at=NOW)
    ann.refresh_from_db()
    bea.refresh_from_db()
    assert (bea.root, bea.job_title, bea.attributes) == (None, "VP", {"plan": "pro"})
    assert (ann.job_title, ann.attributes) == ("", {})


def test_a_fact_of_a_merged_contact_makes_the_survivor_stale(contact, observe):
    ann, bea = contact("ann@example.com"), contact("bea@example.com")
    merge(bea, ann)
    before = revisions()
    observe("track", email=bea.email, name="Seen")
    assert revisions() == {pk: revision + 1 for pk, revision in before.items()}


def test_a_public_key_takes_nobody_out_of_their_company(contact, observe, site):
    ann = contact("ann@example-corp.com")
    observe("group", source=site, email=ann.email, group_id="g9")
    ann.refresh_from_db()
    assert ann.company == Company.objects.get(domain="example-corp.com")
    observe("group", email=ann.email, group_id="g9")
    ann.refresh_from_db()
    assert ann.company == Company.objects.get(external_id="g9")


def test_a_companys_attribute_makes_all_of_its_contacts_stale(contact):
    ann, bea = contact("ann@example-corp.com"), contact("bea@example-corp.com")
    other = contact("cleo@another-corp.com")
    before = revisions()
    facts.describe_company(
        company=ann.company, values={"industry": "Software"}, source=facts.people_here(), at=NOW
    )
    after = revisions()
    assert {pk for pk in after if after[pk] != before[pk]} == {ann.pk, bea.pk}
    assert after[other.pk] == before[other.pk]


def test_saying_the_same_again_changes_nothing(contact, observe):
    ann = contact("ann@example.com")
    for days_ago in (3, 2, 1):
        observe(days_ago=days_ago, email=ann.email, contact_values={"job_title": "VP"})
    assert ann.attribute_changes.filter(field="job_title").count() == 1


def test_the_first_marketing_source_stays(contact, observe):
    ann = contact("ann@example.com")
    observe(days_ago=1, email=ann.email, contact_values={"source": "search"})
    observe(days_ago=9, email=ann.email, contact_values={"source": "fair"})
    ann.refresh_from_db()
    assert ann.source == "fair"
    facts.describe_contact(
        contact=ann, values={"source": "partner"}, source=facts.people_here(), at=NOW
    )
    ann.refresh_from_db()
    assert ann.source == "partner"


@pytest.mark.parametrize("known_before", [False, True])
def test_a_public_key_that_names_a_user_id_first_takes_nobody_over(observe, site, known_before):
    if known_before:
        observe("track", user_id="42", name="Signed up")
    observe(user_id="42", email="evil@example.net", source=site)
    observe(user_id="42", email="ann@example.com", contact_values={"job_title": "CFO"})
    observe("track", user_id="42", name="Demo Requested")
    ann, evil = (Contact.objects.get(email=e) for e in ("ann@example.com", "evil@example.net"))
    assert ann.job_title == "CFO"
    assert evil.job_title == ""
    assert ann.events.filter(name="Demo Requested").exists()
    assert MergeSuggestion.objects.get().contact_id == min(ann.pk, evil.pk)


def test_whose_a_user_id_is_stays_as_a_server_said(observe, site):
    observe(user_id="42", email="ann@example.com")
    observe(user_id="42", email="evil@example.net", source=site)
    observe(user_id="42", email="new.address@example.com")
    assert UserId.objects.get().contact.email == "ann@example.com"
    assert MergeSuggestion.objects.count() == 2


def test_a_server_joins_a_user_id_that_only_a_public_key_used(observe, site):
    observe("track", user_id="42", name="Seen", source=site)
    observe(email="ann@example.com")
    observe(user_id="42", email="ann@example.com")
    nameless = Contact.objects.get(email=None)
    assert nameless.root == Contact.objects.get(email="ann@example.com")
    assert not MergeSuggestion.objects.exists()
