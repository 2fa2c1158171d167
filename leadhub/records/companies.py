"""Which company is meant: by the domain of an e-mail, or by the groupId of a group call."""

from collections.abc import Iterable
from datetime import datetime

from leadhub.records.free_mail import company_domain
from leadhub.records.models import AttributeChange, Company, Contact, Source
from leadhub.records.observation import Observation


def by_domain(domains: Iterable[str], *, at: datetime) -> dict[str, Company]:
    """Domain → company; makes those that are new, which are known since `at`."""
    wanted = sorted(set(domains) - {""})
    found = {c.domain: c for c in Company.objects.filter(domain__in=wanted)}
    new = [Company(domain=domain, created_at=at) for domain in wanted if domain not in found]
    Company.objects.bulk_create(new, batch_size=2000)
    return found | {company.domain: company for company in new}


def assign(contacts: Iterable[Contact], *, at: datetime) -> None:
    """Sets the company of contacts by the e-mail they were just given at `at`. Saves no contact.

    A company that a trusted source's group call named stays; what a public key said gives way.
    """
    named = AttributeChange.objects.exclude(source__kind=Source.Kind.BROWSER).filter(
        field="company", contact__in=[contact.pk for contact in contacts if contact.company_id]
    )
    settled = set(named.values_list("contact_id", flat=True))
    domain_of = {
        id(c): company_domain(c.email) for c in contacts if c.pk not in settled or not c.pk
    }
    companies = by_domain(domain_of.values(), at=at)
    for contact in contacts:
        if domain := domain_of.get(id(contact)):
            contact.company = companies[domain]


def of_groups(observations: Iterable[Observation], *, at: datetime) -> dict[str, Company]:
    """groupId → company, for all groups named; makes those that are new, known since `at`.

    A group whose traits name a domain is the company with that domain, where it has no groupId
    yet; a public key may not say so, since contacts of that domain would then change.
    """
    named: dict[str, str] = {}
    for observation in sorted(observations, key=lambda o: (not o.source.is_trusted, o.occurred_at)):
        if observation.group_id:
            domain = (
                observation.company_values.get("domain") if observation.source.is_trusted else ""
            )
            named[observation.group_id] = named.get(observation.group_id) or domain or ""
    found = {c.external_id: c for c in Company.objects.filter(external_id__in=named)}
    give_domains(found, named)
    missing = {group: domain for group, domain in named.items() if group not in found}
    return found | adopt(missing, at=at)


def give_domains(found: dict[str, Company], named: dict[str, str]) -> None:
    """Gives known groups without a domain the one that they name, where nobody has it."""
    wanting = [c for c in found.values() if not c.domain and named[c.external_id]]
    wanted = {named[company.external_id] for company in wanting}
    taken = set(Company.objects.filter(domain__in=wanted).values_list("domain", flat=True))
    for company in wanting:
        domain = named[company.external_id]
        if domain not in taken:
            taken.add(domain)
            company.domain = domain
    Company.objects.bulk_update([c for c in wanting if c.domain], ["domain"], batch_size=200)


def adopt(missing: dict[str, str], *, at: datetime) -> dict[str, Company]:
    """Gives each groupId the company of its domain, or a new one."""
    with_domain = {c.domain: c for c in Company.objects.filter(domain__in=missing.values())}
    adopted, new = {}, []
    for group, domain in sorted(missing.items()):
        company = with_domain.get(domain) if domain else None
        if company is None or company.external_id:
            own = "" if company else domain
            company = Company(external_id=group, domain=own, created_at=at)
            with_domain[domain] = company
            new.append(company)
        company.external_id = group
        adopted[group] = company
    changed = [company for company in adopted.values() if company.pk]
    Company.objects.bulk_create(new, batch_size=2000)
    Company.objects.bulk_update(changed, ["external_id"], batch_size=200)
    return adopted
