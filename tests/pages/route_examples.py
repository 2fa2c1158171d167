"""Objects for the pages of people and companies that take arguments."""

from leadhub.records import merging
from leadhub.records.models import Company, MergeSuggestion
from tests.handoff.builders import NOW, a_contact
from tests.routes.examples import Example, Scope

of_anyone = Example(lambda world: {"pk": a_contact().pk}, Scope.EVERYONE)


def a_merge(world) -> dict:
    survivor, loser = a_contact(), a_contact()
    return {"pk": merging.merge(loser=loser, survivor=survivor, by=None, at=NOW).pk}


def a_suggestion(world) -> dict:
    first, second = a_contact(), a_contact()
    return {"pk": MergeSuggestion.objects.create(contact=first, other=second, why="One phone.").pk}


EXAMPLES = {
    "merge": of_anyone,
    "undo-merge": Example(a_merge, Scope.EVERYONE),
    "dismiss-merge": Example(a_suggestion, Scope.EVERYONE),
    "contact": of_anyone,
    "contact-receipt": of_anyone,
    "contact-timeline": of_anyone,
    "company": Example(
        lambda world: {"pk": Company.objects.create(domain="analytical.example").pk},
        Scope.EVERYONE,
    ),
}
