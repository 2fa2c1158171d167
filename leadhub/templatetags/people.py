"""The tags with which templates draw people in lists: {% load people %}."""

from django import template

from leadhub.addresses import address_of
from leadhub.stencils import Stencil
from leadhub.templatetags.components import avatar, grade_badge, score_chip, two_lines
from leadhub.templatetags.figures import ago

register = template.Library()

CONTACT_ROW = Stencil("contacts/_contact_row.html")
QUALIFICATION = Stencil("contacts/_qualification.html")
NO_EMAIL = "no e-mail"


@register.simple_tag
def contact_row(row, live, with_company: bool = False) -> str:
    """A row of a table of `leadhub.contacts.lists.ContactRow`; `live` is the live definition."""
    contact, score, company = row.contact, row.score, row.contact.company
    below = contact.email or NO_EMAIL if with_company else contact.job_title or contact.email or ""
    return CONTACT_ROW(
        avatar=avatar(contact),
        href=address_of("contact", contact.pk),
        name=str(contact),
        below=below,
        grade=grade_badge(score.grade, score.band) if score else grade_badge(""),
        score=score_chip(score.total, live and live.threshold) if score else "",
        qualification=qualification(contact, score),
        with_company=with_company,
        company=str(company) if with_company and company else "",
        company_href=address_of("company", company.pk) if with_company and company else "",
        job_title=contact.job_title if with_company else "",
        source=two_lines(contact.source) if with_company else "",
        last_seen=ago(row.last_seen),
        added=ago(contact.created_at),
    )


@register.simple_tag
def qualification(contact, score) -> str:
    """Whether a contact qualifies, or why it never will: {% qualification contact score %}."""
    return QUALIFICATION(
        do_not_contact=contact.do_not_contact,
        opted_out=contact.opted_out_at is not None,
        disqualified_by=score.disqualified_by if score else "",
        is_scored=bool(score),
        qualified=bool(score and score.qualified),
    )
