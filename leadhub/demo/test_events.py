"""A test event: somebody invented asks for a demo, by the public API, while one watches."""

from dataclasses import dataclass
from datetime import timedelta

from handoff.leads.shown import leads_visible_to
from handoff.models import Lead
from leadhub.records.models import Event

PREFIX = "test-event-"
# So often a page asks, once a second, before it says that something is wrong.
ASKS = 30


@dataclass(frozen=True)
class Arrival:
    """What became of the event: `after` is the time from its receipt to the lead; `is_bot`, that it
    counts for nobody, since its browser is taken for a bot.
    """

    person: str
    asked: int
    lead: Lead | None = None
    after: timedelta | None = None
    is_bot: bool = False

    @property
    def goes_on(self) -> bool:
        """Whether to ask again."""
        return self.lead is None and self.asked < ASKS


def arrival(*, user, person: str, asked: str) -> Arrival:
    """`person` is the user id that the test event was sent under, `asked` how often the page has
    asked before.
    """
    times = int(asked) + 1 if asked.isdecimal() and len(asked) < 4 else ASKS
    if not person.startswith(PREFIX):
        return Arrival("", ASKS)
    found = leads_visible_to(user).filter(contact__user_ids__value=person)
    lead = found.order_by("-pk").first()
    if lead is None:
        theirs = Event.objects.filter(contact__user_ids__value=person)
        is_bot = times >= ASKS and theirs.filter(is_bot=True).exists()
        return Arrival(person, times, is_bot=is_bot)
    received = Event.objects.filter(contact=lead.contact).order_by("received_at").first()
    return Arrival(person, times, lead, received and lead.handed_over_at - received.received_at)
