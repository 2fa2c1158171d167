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
