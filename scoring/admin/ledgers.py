"""Scores and their changes, to read. (Tallies are on the contact's page: see the receipt.)"""

from django.contrib import admin

from leadhub.ledgers import Ledger
from scoring.models import ContactScore, ScoreChange


@admin.register(ContactScore)
class ContactScoreAdmin(Ledger):
    list_display = [
        "contact",
        "definition",
        "total",
        "behaviour",
        "fit",
        "grade",
        "band",
        "qualified",
        "disqualified_by",
        "changes_on",
        "scored_at",
    ]
    list_select_related = ["contact", "definition"]
    list_filter = ["definition", "qualified", "grade", "band"]
    search_fields = ["contact__email__istartswith"]
    search_help_text = "The beginning of a contact's e-mail."


@admin.register(ScoreChange)
class ScoreChangeAdmin(Ledger):
    list_display = ["contact", "at", "definition", "cause", "from_to", "qualified_to"]
    list_select_related = ["contact", "definition"]
    list_filter = ["definition", "cause", "qualified_to"]
    search_fields = ["contact__email__istartswith"]
    search_help_text = "The beginning of a contact's e-mail."

    @admin.display(description="total")
    def from_to(self, change: ScoreChange) -> str:
        after = change.behaviour_to + change.fit_to
        if change.behaviour_from is None:
            return f"{after}"
        return f"{change.behaviour_from + change.fit_from} → {after}"
