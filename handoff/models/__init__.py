"""What happens to people who are worth a conversation: leads, their stages, and why.

Who writes them: `leads/lifecycle.py` alone opens a lead and moves it between stages; `upkeep.py`
and `handover.py` say who is held.
"""

from handoff.models.alerts import CustomerAlert
from handoff.models.availability import Absence, Calendar, RepTerms, TeamTerms, WorkingHours
from handoff.models.desks import Desk
from handoff.models.doubt import PublicHandRaise
from handoff.models.history import Attempt, Note, Transition
from handoff.models.holding import Changeover, Held, SetAside
from handoff.models.leads import Lead
from handoff.models.notices import Channel, DigestHour, Muted, Notice, NoticeKind, TeamWebhook
from handoff.models.reasons import RejectionReason
from handoff.models.routing import Assignment, PassedUp, Pool, PoolMember, RoutingRule
from handoff.models.sla import Escalation, ServiceLevel
from handoff.models.stages import DEEDS, OPEN_STAGES, REFUSED, TAKEN_ON, Action, Stage

__all__ = [
    "DEEDS",
    "OPEN_STAGES",
    "REFUSED",
    "TAKEN_ON",
    "Absence",
    "Action",
    "Assignment",
    "Attempt",
    "Calendar",
    "Changeover",
    "Channel",
    "CustomerAlert",
    "Desk",
    "DigestHour",
    "Escalation",
    "Held",
    "Lead",
    "Muted",
    "Note",
    "Notice",
    "NoticeKind",
    "PassedUp",
    "Pool",
    "PoolMember",
    "PublicHandRaise",
    "RejectionReason",
    "RepTerms",
    "RoutingRule",
    "ServiceLevel",
    "SetAside",
    "Stage",
    "TeamTerms",
    "TeamWebhook",
    "Transition",
    "WorkingHours",
]
