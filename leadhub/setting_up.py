"""What an organisation sets up in the admin, in the order in which it is thought of, and what each
is for. Whatever is not listed stands under the name of its app.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Group:
    """`models` gives each model's label its explanation, in one sentence."""

    name: str
    models: dict[str, str]


GROUPS = (
    Group("Who is worth a call", {
        "scoring.definition": "What makes somebody qualified: points, fit and threshold.",
        "scoring.signal": "What people do that means something, and how to recognise it.",
        "scoring.run": "Recounts and checks of every score, and how far they are.",
    }),
    Group("What sales does", {
        "handoff.rejectionreason": "Why a lead may be rejected, and what each reason leads to.",
        "handoff.routingrule": "Which leads go to whom; the first rule that fits decides.",
        "handoff.pool": "The people among whom a rule shares its leads.",
        "handoff.servicelevel": "How fast a lead is to be answered and judged.",
        "handoff.lead": "Everyone who was handed over; release a rejected one here.",
        "handoff.held": "Qualified already when a version went live, and kept back since.",
    }),
    Group("Who works here", {
        "users.user": "Who may sign in, and their role.",
        "users.team": "Reps who share a queue.",
        "handoff.teamterms": "A team's calendar, and how many new leads it takes a day.",
        "handoff.repterms": "A rep's own calendar, and how much may lie before them.",
        "handoff.calendar": "Working hours and holidays: the clocks of sales run by these.",
        "handoff.absence": "Who is away, from when until when.",
    }),
    Group("Where facts come from", {
        "records.source": "The websites, servers and files that tell LeadHub what people do.",
        "intake.sourcekey": "The keys with which they do. A server's is shown once.",
        "intake.quarantinedmessage": "What came in and was not understood: correct and replay it.",
        "intake.receivedbatch": "What came in lately, as it came.",
        "handoff.teamwebhook": "Where LeadHub tells other programs of new leads.",
    }),
    Group("People and companies", {
        "records.contact": "Everyone who is known; correct what is wrong.",
        "records.company": "Their employers, and what they are to you.",
        "records.opportunity": "Deals that came of leads.",
        "records.mergesuggestion": "Contacts that may be one person.",
    }),
    Group("Ledgers, to read", {
        "scoring.contactscore": "Everyone's score, by version.",
        "scoring.scorechange": "Each change of a score, and its cause.",
        "scoring.contactsetaside": "Who can't be scored, and why.",
        "handoff.transition": "Each step of each lead: who, when, why.",
        "handoff.assignment": "Who got which lead, and by which rule.",
        "handoff.passedup": "Leads that a rep was offered and passed up.",
        "handoff.notice": "What people and webhooks were told, and what failed.",
        "records.event": "Everything that anyone did.",
        "records.attributechange": "Each value of an attribute, when and from where.",
        "records.merge": "Which contacts became one, and who said so.",
        "records.botverdict": "What was said to be a bot, or none.",
    }),
)  # fmt: skip


def grouped(apps: list[dict]) -> list[dict]:
    """The admin's list of apps and models, as these groups; each model with its explanation."""
    models = {model["model"]._meta.label_lower: model for app in apps for model in app["models"]}
    groups = [
        {
            "name": group.name,
            "models": [
                {**models.pop(label), "explanation": explanation}
                for label, explanation in group.models.items()
                if label in models
            ],
        }
        for group in GROUPS
    ]
    rest = [
        {"name": app["name"], "models": [m for m in app["models"] if m in models.values()]}
        for app in apps
    ]
    return [group for group in (*groups, *rest) if group["models"]]
