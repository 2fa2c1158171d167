"""The leads of a list as they are drawn: each word of a row is made once."""

from collections.abc import Iterable

from django.utils.safestring import SafeString, mark_safe

from handoff.leads.as_seen import key_of
from handoff.leads.listed import Listed
from handoff.models import OPEN_STAGES, Stage
from leadhub.addresses import address_of
from leadhub.stencils import Stencil
from leadhub.templatetags.components import avatar, grade_badge, stage_badge
from leadhub.templatetags.figures import ago, number

NO_COMPANY = "No company known"
ROW = Stencil("handoff/_row.html")


def drawn_rows(leads: Iterable[Listed], *, opened: int | None, asked: str) -> SafeString:
    """`opened` is the lead that stands open; `asked` ends the address of each, "?view=mine"."""
    return mark_safe(
        "".join(
            drawn_row(lead, href=address_of("lead", lead.pk) + asked, is_open=lead.pk == opened)
            for lead in leads
        )
    )


def drawn_row(lead: Listed, *, href: str, is_open: bool) -> SafeString:
    person, stage, cooled = lead.person, Stage(lead.stage), lead.cooled_to
    works = (person.company or NO_COMPANY, person.job_title)
    return ROW(
        pk=str(lead.pk),
        key=key_of(lead.pk, lead.watched.version),
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
        reason="" if stage in OPEN_STAGES else lead.reason or "",
        why=lead.why,
        since=ago(lead.handed_over_at),
        owner=lead.owner,
        avatar=avatar(lead.owner) if lead.owner else "",
    )
