"""The facts: who people are, what they did, what became of them.

Who writes them: `facts.py` (attributes and events), `identity.py` and `merging.py` (who is who)
and `outcomes.py` (verdicts and results). Every write that can change a score raises
`Freshness.revision` of the contact in its own transaction.
"""

from leadhub.records.models.attributes import AttributeChange
from leadhub.records.models.bots import BotVerdict
from leadhub.records.models.deals import Opportunity, Outcome
from leadhub.records.models.events import Event
from leadhub.records.models.freshness import Freshness
from leadhub.records.models.merging import Merge, MergeSuggestion
from leadhub.records.models.people import (
    Company,
    Contact,
    Device,
    UserId,
    company_called,
    person_called,
)
from leadhub.records.models.sources import Source

__all__ = [
    "AttributeChange",
    "BotVerdict",
    "Company",
    "Contact",
    "Device",
    "Event",
    "Freshness",
    "Merge",
    "MergeSuggestion",
    "Opportunity",
    "Outcome",
    "Source",
    "UserId",
    "company_called",
    "person_called",
]
