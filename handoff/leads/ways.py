"""The ways that a lead may go from stage to stage. `lifecycle.py` alone goes them."""

from handoff.models import OPEN_STAGES, Action, RejectionReason, Stage

Kind = RejectionReason.Kind
AFTER_REJECTION: dict[str, Stage] = {
    Kind.NOT_ICP: Stage.RECYCLED,
    Kind.TIMING: Stage.RECYCLED,
    Kind.COOL_DOWN: Stage.RECYCLED,
    Kind.DISQUALIFY: Stage.DISQUALIFIED,
    Kind.DUPLICATE: Stage.DISQUALIFIED,
    Kind.REQUEUE: Stage.QUEUED,
    Kind.BAD_DATA: Stage.WAITING,
}
REJECTED = frozenset(AFTER_REJECTION.values())

# From where, by which action, a lead may go where.
TRANSITIONS: dict[Stage, dict[Action, frozenset[Stage]]] = {
    Stage.QUEUED: {
        Action.ACCEPT: frozenset({Stage.ACCEPTED}),
        Action.REJECT: REJECTED,
        Action.SNOOZE: frozenset({Stage.QUEUED}),
        Action.REASSIGN: frozenset({Stage.QUEUED}),
        Action.RAISE: frozenset({Stage.QUEUED}),
        Action.ROUTE: frozenset({Stage.QUEUED}),
        Action.GIVE_BACK: frozenset({Stage.QUEUED}),
        Action.WITHDRAW: frozenset({Stage.WITHDRAWN}),
        Action.EXPIRE: frozenset({Stage.EXPIRED}),
        Action.MERGE: frozenset({Stage.MERGED}),
    },
    Stage.ACCEPTED: {
        Action.REJECT: REJECTED,
        Action.PROMOTE: frozenset({Stage.SQL}),
        Action.SNOOZE: frozenset({Stage.ACCEPTED}),
        Action.REASSIGN: frozenset({Stage.ACCEPTED}),
        Action.RAISE: frozenset({Stage.ACCEPTED}),
        Action.GIVE_BACK: frozenset({Stage.QUEUED}),
        Action.MERGE: frozenset({Stage.MERGED}),
    },
    Stage.SQL: {
        Action.WIN: frozenset({Stage.WON}),
        Action.LOSE: frozenset({Stage.LOST}),
        Action.SNOOZE: frozenset({Stage.SQL}),
        Action.REASSIGN: frozenset({Stage.SQL}),
        Action.RAISE: frozenset({Stage.SQL}),
        Action.ROUTE: frozenset({Stage.SQL}),
        Action.MERGE: frozenset({Stage.MERGED}),
    },
    Stage.WAITING: {Action.CORRECT: frozenset({Stage.QUEUED})},
    Stage.RECYCLED: {Action.RELEASE: frozenset({Stage.RECYCLED})},
    Stage.DISQUALIFIED: {Action.RELEASE: frozenset({Stage.DISQUALIFIED})},
    Stage.LOST: {Action.RELEASE: frozenset({Stage.LOST})},
    Stage.WON: {},
    Stage.WITHDRAWN: {},
    Stage.EXPIRED: {},
    Stage.MERGED: {Action.PART: frozenset(OPEN_STAGES)},
}
