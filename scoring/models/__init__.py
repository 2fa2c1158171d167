"""What facts are worth: signals, versions of the definition, scores and their ledger.

Who writes them: marketers edit signals and drafts; `publishing.py` alone moves a definition from
draft to coming to live; `ledger.py` alone writes tallies, scores and score changes; `runs.py`
alone writes runs. `definition.py` is what a version means, without Django.
"""

from scoring.models.aside import ContactSetAside
from scoring.models.definitions import (
    Definition,
    Disqualifier,
    FitCriterion,
    FitGroup,
    SignalWeight,
)
from scoring.models.runs import Run, RunChunk
from scoring.models.scores import ContactScore, ScoreChange, Tally
from scoring.models.signals import Intent, Signal

__all__ = [
    "ContactScore",
    "ContactSetAside",
    "Definition",
    "Disqualifier",
    "FitCriterion",
    "FitGroup",
    "Intent",
    "Run",
    "RunChunk",
    "ScoreChange",
    "Signal",
    "SignalWeight",
    "Tally",
]
