"""The admin of handoff. Importing it registers its pages."""

from handoff.admin import availability, leads, notices, routing

__all__ = ["availability", "leads", "notices", "routing"]
