"""Objects for the pages of people and companies that take arguments."""

from leadhub.records.models import Company
from tests.handoff.builders import a_contact
from tests.routes.examples import Example, Scope

of_anyone = Example(lambda world: {"pk": a_contact().pk}, Scope.EVERYONE)

EXAMPLES = {
    "contact": of_anyone,
    "contact-receipt": of_anyone,
    "contact-timeline": of_anyone,
    "company": Example(
        lambda world: {"pk": Company.objects.create(domain="analytical.example").pk},
        Scope.EVERYONE,
    ),
}
