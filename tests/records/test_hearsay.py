"""What was said of anonymous visitors is of whoever they turn out to be."""

from leadhub.records.models import AttributeChange, Contact

ANN, BEA = "ann@example.com", "bea@example.com"


def said_of(email: str) -> tuple:
    contact = Contact.objects.get(email=email)
    return contact.source, contact.campaign, contact.job_title, contact.attributes


def test_the_first_campaign_and_the_traits_of_a_visitor_come_with_them(observe, site):
    touch = {"source": "newsletter", "campaign": "spring"}
    observe("page", source=site, days_ago=9, anonymous_id="d", contact_values=touch)
    later = {"source": "search", "campaign": "autumn", "job_title": "VP", "attributes.plan": "pro"}
    observe(source=site, days_ago=5, anonymous_id="d", contact_values=later)
    assert not Contact.objects.exists()
    observe(source=site, days_ago=1, anonymous_id="d", email=ANN)
    assert said_of(ANN) == ("newsletter", "spring", "VP", {"plan": "pro"})


def test_what_comes_in_after_the_visitor_was_identified_counts_too(observe, site):
    observe(source=site, days_ago=1, anonymous_id="d", email=ANN)
    observe("page", source=site, days_ago=9, anonymous_id="d", contact_values={"source": "fair"})
    observe(source=site, anonymous_id="d", contact_values={"job_title": "VP"})
    assert said_of(ANN) == ("fair", "", "VP", {})


def test_a_server_s_word_counts_before_it(observe, site):
    observe(email=ANN, days_ago=30, contact_values={"job_title": "CFO"})
    observe(source=site, days_ago=5, anonymous_id="d", contact_values={"job_title": "Boss"})
    observe(source=site, days_ago=1, anonymous_id="d", email=ANN)
    assert said_of(ANN)[2] == "CFO"


def test_it_changes_hands_with_the_device(observe):
    values = {"job_title": "VP", "attributes.plan": "pro", "source": "fair"}
    observe(days_ago=1, anonymous_id="d", email=ANN)
    observe(days_ago=9, anonymous_id="d", contact_values=values)
    assert said_of(ANN) == ("fair", "", "VP", {"plan": "pro"})
    observe(days_ago=10, anonymous_id="d", email=BEA)
    assert said_of(ANN) == ("", "", "", {})
    assert said_of(BEA) == ("fair", "", "VP", {"plan": "pro"})


def test_what_is_known_otherwise_stays(observe):
    observe(days_ago=1, anonymous_id="d", email=ANN, contact_values={"job_title": "VP"})
    observe(days_ago=9, anonymous_id="d", contact_values={"job_title": "VP", "source": "fair"})
    observe(days_ago=10, anonymous_id="d", email=BEA)
    assert said_of(ANN) == ("", "", "VP", {})


def test_bots_leave_nothing(observe, site):
    observe(source=site, anonymous_id="d", is_bot=True, contact_values={"source": "fair"})
    assert not AttributeChange.objects.exists()
