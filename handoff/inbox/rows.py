"""The leads of a list as they are drawn: each text is made once, so that a row's template has words
to put in and nothing to look up.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from handoff.inbox.story import cooled_to
from handoff.leads.as_seen import key_of
from handoff.models import Lead, Stage
from leadhub.quick_to_draw import QuickToDraw
from leadhub.templatetags.components import avatar, grade_badge, stage_badge
from leadhub.templatetags.figures import ago, number

NO_COMPANY = "No company known"


@dataclass(frozen=True, slots=True)
class Row(QuickToDraw):
    """`pk` as text; `key` names the lead as it is seen; `follows`: it stands below a colleague.
    What the lead has nothing of is empty. Grade, stage and times are drawn.
    """

    pk: str
    key: str
    href: str
    is_open: bool
    follows: bool
    name: str
    works: str
    total: str
    cooled_to: str
    grade: str
    hand_raise: str
    has_come_back: bool
    stage: str
    snoozed: str
    reason: str
    why: str
    since: str
    owner: str
    initials: str


def rows_of(leads: Iterable[Lead], *, opened: Lead | None, asked: str) -> list[Row]:
    """Of leads as `page.grouped` gives them; `asked` ends the address of each, "?view=mine"."""
    inbox, of_opened = reverse("inbox"), opened and opened.pk
    return [
        row_of(lead, href=f"{inbox}/{lead.pk}{asked}", is_open=lead.pk == of_opened)
        for lead in leads
    ]


def row_of(lead: Lead, *, href: str, is_open: bool) -> Row:
    person = lead.person
    works = (str(person.company or NO_COMPANY), person.job_title)
    cooled = cooled_to(lead)
    stage = Stage(lead.stage)
    owner = str(lead.owner) if lead.owner else ""
    return Row(
        pk=str(lead.pk),
        key=key_of(lead),
        href=href,
        is_open=is_open,
        follows=lead.follows,
        name=str(person),
        works=" · ".join(filter(None, works)),
        total=number(lead.total),
        cooled_to="" if cooled is None else number(cooled),
        grade=grade_badge(lead.grade, lead.band) if lead.grade else "",
        hand_raise=(lead.hand_raise or "Hand-raise") if lead.hand_raised_at else "",
        has_come_back=lead.previous_id is not None,
        stage="" if stage is Stage.QUEUED else stage_badge(stage, stage.label),
        snoozed=ago(lead.snoozed_until) if lead.snoozed_until else "",
        reason=str(lead.reason) if lead.reason and not lead.is_open else "",
        why=lead.why,
        since=ago(lead.handed_over_at),
        owner=owner,
        initials=avatar(owner) if owner else "",
    )
