"""Where a lead stands on its way through sales."""

from django.db import models


class Stage(models.TextChoices):
    QUEUED = "queued", "MQL"
    ACCEPTED = "accepted", "Accepted"
    SQL = "sql", "SQL"
    WON = "won", "Won"
    LOST = "lost", "Lost"
    RECYCLED = "recycled", "Recycled"
    DISQUALIFIED = "disqualified", "Disqualified"
    WAITING = "waiting", "Waiting for data"
    WITHDRAWN = "withdrawn", "Withdrawn"
    EXPIRED = "expired", "Expired"
    MERGED = "merged", "Merged"


# The furthest last.
OPEN_STAGES = (Stage.QUEUED, Stage.ACCEPTED, Stage.SQL)
# What follows an acceptance, and what a rejection.
TAKEN_ON = (Stage.ACCEPTED, Stage.SQL, Stage.WON, Stage.LOST)
REFUSED = (Stage.RECYCLED, Stage.DISQUALIFIED, Stage.WAITING)


class Action(models.TextChoices):
    """By what a lead goes from one stage to another, or stays where it is."""

    HAND_OVER = "hand_over"
    ACCEPT = "accept"
    REJECT = "reject"
    PROMOTE = "promote"
    WIN = "win"
    LOSE = "lose"
    SNOOZE = "snooze"
    REASSIGN = "reassign"
    RAISE = "raise"  # the person asked for sales while the lead was open
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    MERGE = "merge"
    PART = "part"  # the merge of the contacts was undone
    CORRECT = "correct"  # marketing has corrected the data that the lead waited for
    RELEASE = "release"  # marketing lets a contact return that could not by itself
    ROUTE = "route"  # routing gave the open lead to somebody, or to another queue
    GIVE_BACK = "give_back"  # whose lead it was can't work on it: back to the queue
    UNDO = "undo"  # whoever decided takes it back, within seconds


# What someone did who brought a lead to the stage.
DEEDS = {
    Stage.QUEUED: "sent it back to the queue",
    Stage.ACCEPTED: "accepted it",
    Stage.SQL: "promoted it to SQL",
    Stage.WON: "won it",
    Stage.LOST: "lost it",
    Stage.RECYCLED: "rejected it",
    Stage.DISQUALIFIED: "disqualified it",
    Stage.WAITING: "sent it back for better data",
    Stage.WITHDRAWN: "withdrew it",
    Stage.EXPIRED: "let it expire",
    Stage.MERGED: "merged it into another lead",
}

# What someone did whose lead did not change its stage by it, or not by a verdict.
DEEDS_THAT_STAY = {
    Action.SNOOZE: "snoozed it",
    Action.REASSIGN: "passed it on",
    Action.ROUTE: "routed it",
    Action.UNDO: "took that back",
}
