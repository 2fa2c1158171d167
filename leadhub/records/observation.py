"""What came in about somebody, understood but not yet a fact."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from leadhub.records.models import Source


@dataclass(slots=True)
class Observation:
    """One message: who it is about, what they did, and what it says of them.

    `contact_values` and `company_values` map an attribute's field (see `traits.py`) to its value;
    None says that it is known to be empty.
    """

    source: Source
    kind: str
    message_id: str
    occurred_at: datetime
    received_at: datetime
    name: str = ""
    properties: dict[str, Any] = field(default_factory=dict)
    user_id: str = ""
    anonymous_id: str = ""
    email: str = ""
    other_email: str = ""
    previous_id: str = ""
    group_id: str = ""
    contact_values: dict[str, Any] = field(default_factory=dict)
    company_values: dict[str, Any] = field(default_factory=dict)
    is_bot: bool = False
