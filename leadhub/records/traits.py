"""What the traits of identify and group calls mean: fields of a contact or a company.

Reserved names are taken in camelCase, snake_case or with spaces. Whatever is not reserved, or
cannot be what its field needs, is kept as a custom attribute under the name it came with.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any
from unicodedata import normalize

from leadhub.records.free_mail import registered_domain
from leadhub.records.models import Company, Contact

ADDRESS = re.compile(r"[^@\s\"'<>,;:\\()\[\]]{1,64}@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,63}")
TRUE, FALSE = {"true", "yes", "1", "t", "y"}, {"false", "no", "0", "f", "n", ""}
LARGEST = {"employees": 2**31 - 1, "revenue": 2**63 - 1}


class NotUnderstood(ValueError):
    """The value cannot be what its field needs."""


def clean_email(value: Any) -> str:
    """The address in lower case; '' for none. Raises NotUnderstood for anything else."""
    if value is None or value == "":
        return ""
    # NFKC, as mail systems read it: letters of full width are no domain of their own.
    address = normalize("NFKC", value).strip().lower() if isinstance(value, str) else ""
    if len(address) > 254 or not (address.isprintable() and ADDRESS.fullmatch(address)):
        raise NotUnderstood("is not an e-mail address")
    return address


def text_of(field: str, value: Any) -> str | None:
    if value is None or isinstance(value, str):
        text = (value or "").strip()
    elif isinstance(value, int | float) and not isinstance(value, bool):
        text = str(value)
    else:
        raise NotUnderstood("is not a text")
    longest = (Contact if field in CONTACT_TEXTS else Company)._meta.get_field(field).max_length
    if len(text) > longest:
        raise NotUnderstood(f"is longer than {longest} characters")
    return text or None


def number_of(field: str, value: Any) -> int | None:
    if isinstance(value, str):
        digits = re.sub(r"[\s,_']", "", value)
        value = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 20 else value
        value = None if digits == "" else value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST[field]:
        raise NotUnderstood("is not a whole number that fits")
    return value


def flag_of(field: str, value: Any) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in TRUE or word in FALSE:
        return word in TRUE
    raise NotUnderstood("is neither true nor false")


def refused_flag_of(field: str, value: Any) -> bool | None:
    answer = flag_of(field, value)
    return None if answer is None else not answer


def domain_of(field: str, value: Any) -> str | None:
    host = re.sub(r"^[a-z][a-z0-9+.-]*://", "", (text_of(field, value) or "").lower())
    host = re.split(r"[/?#:]", host.rpartition("@")[2])[0]
    return registered_domain(host) or None


def status_of(field: str, value: Any) -> str:
    status = str(value).strip().lower()
    if status not in Company.Status.values:
        raise NotUnderstood("is not a status of a company")
    return status


CONTACT_TEXTS = {
    "first_name", "last_name", "job_title", "role", "seniority", "phone", "country", "source",
    "campaign",
}  # fmt: skip
Reading = tuple[str, Callable[[str, Any], Any]]
CONTACT_TRAITS: dict[str, Reading] = {
    **{name.replace("_", ""): (name, text_of) for name in CONTACT_TEXTS},
    "title": ("job_title", text_of),
    "leadsource": ("source", text_of),
    "consent": ("consented", flag_of),
    "consented": ("consented", flag_of),
    "optin": ("consented", flag_of),
    "unsubscribed": ("opted_out", flag_of),
    "optout": ("opted_out", flag_of),
    "optedout": ("opted_out", flag_of),
    "subscribed": ("opted_out", refused_flag_of),
    "donotcontact": ("do_not_contact", flag_of),
}
COMPANY_TRAITS: dict[str, Reading] = {
    **{name: (name, text_of) for name in ("name", "industry", "country", "region")},
    "employees": ("employees", number_of),
    "employeecount": ("employees", number_of),
    "numberofemployees": ("employees", number_of),
    "revenue": ("revenue", number_of),
    "annualrevenue": ("revenue", number_of),
    "domain": ("domain", domain_of),
    "website": ("domain", domain_of),
    "url": ("domain", domain_of),
    "status": ("status", status_of),
}
ONLY_TRUSTED = {"do_not_contact", "status"}
IDENTIFIERS = {"email", "id", "userid", "anonymousid", "groupid", "createdat"}
LONGEST_NAME = 180


def contact_values(traits: Mapping[str, Any], *, is_trusted: bool) -> dict[str, Any]:
    """Field → value for a contact: `first_name`, `opted_out`, `attributes.plan`, …"""
    values = read(traits, CONTACT_TRAITS, is_trusted=is_trusted)
    name = traits.get("name")
    if isinstance(name, str) and not {"first_name", "last_name"} & set(values):
        first, _, last = name.strip().partition(" ")
        values |= {"first_name": first[:120], "last_name": last.strip()[:120]}
        values.pop("attributes.name", None)
    country = country_in(traits)
    if country and "country" not in values:
        values["country"] = country
    return values


def company_values(traits: Mapping[str, Any], *, is_trusted: bool) -> dict[str, Any]:
    """Field → value for a company: `name`, `employees`, `domain`, `attributes.plan`, …"""
    values = read(traits, COMPANY_TRAITS, is_trusted=is_trusted)
    country = country_in(traits)
    if country and "country" not in values:
        values["country"] = country
    return values


def country_in(traits: Mapping[str, Any]) -> str:
    address = traits.get("address")
    country = address.get("country") if isinstance(address, dict) else None
    return country.strip()[:80] if isinstance(country, str) else ""


def read(traits: Mapping[str, Any], meanings: dict[str, Reading], *, is_trusted: bool) -> dict:
    values: dict[str, Any] = {}
    for name, value in traits.items():
        plain = re.sub(r"[\s_-]", "", name).lower()
        if plain in IDENTIFIERS:
            continue
        field, reading = meanings.get(plain, ("", None))
        if reading is not None and (is_trusted or field not in ONLY_TRUSTED):
            try:
                values[field] = reading(field, value)
                continue
            except NotUnderstood:
                pass
        if name and len(name) <= LONGEST_NAME:
            values[f"attributes.{name}"] = value
    return values
