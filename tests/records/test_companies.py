"""Companies are known since the moment that they came with, not since the clock's."""

from datetime import timedelta

import pytest

from leadhub.records import companies, merging
from leadhub.records.corrections import correct_email
from leadhub.records.models import Company, Contact
from leadhub.records.observation import Observation
from tests.records.conftest import NOW

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=3)


def since() -> dict:
    known = Company.objects.values_list("domain", "external_id", "created_at")
    return {domain or group: at for domain, group, at in known}


def test_of_a_domain_it_is_known_since_then_and_stays_so():
    companies.by_domain(["acme.test", ""], at=NOW)
    companies.by_domain(["acme.test", "globex.test"], at=LATER)
    assert since() == {"acme.test": NOW, "globex.test": LATER}


def test_a_group_that_adopts_a_company_changes_nothing_of_since_when():
    companies.by_domain(["acme.test"], at=NOW)
    found = companies.adopt({"g1": "acme.test", "g2": "globex.test", "g3": ""}, at=LATER)
    assert since() == {"acme.test": NOW, "globex.test": LATER, "g3": LATER}
    assert found["g1"] == Company.objects.get(domain="acme.test", external_id="g1")


def test_two_groups_of_one_domain_are_two_companies():
    companies.adopt({"g1": "acme.test", "g2": "acme.test"}, at=NOW)
    assert since() == {"acme.test": NOW, "g2": NOW}


def test_a_group_that_was_named_is_known_since_then(server):
    def named(group):
        return Observation(server, "group", group, NOW, NOW, user_id="u1", group_id=group)

    companies.of_groups([named("g1")], at=NOW)
    companies.of_groups([named("g1"), named("g2")], at=LATER)
    assert since() == {"g1": NOW, "g2": LATER}


def test_a_corrected_address_brings_its_company_at_that_moment(contact, server):
    ann = contact("ann@acme.test")
    correct_email(contact=ann, email="ann@globex.test", source=server, by=None, at=LATER)
    assert since() == {"acme.test": NOW, "globex.test": LATER}


def test_who_is_parted_from_others_gets_their_own_company_at_that_moment(contact):
    ann, bea = contact("ann@acme.test"), contact("bea@globex.test")
    merging.merge(loser=bea, survivor=ann, by=None, at=NOW)
    Contact.objects.filter(pk=ann.pk).update(company=Company.objects.get(domain="globex.test"))
    Company.objects.filter(domain="acme.test").delete()
    merging.undo(merge=bea.merges.get(), by=None, at=LATER)
    assert since() == {"acme.test": LATER, "globex.test": NOW}
