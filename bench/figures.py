"""What a benchmark found, for people and for machines."""

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Figure:
    """One measured thing. `target` is what it should be: at least, or at most if lower is better.

    Without a target nothing is promised, so that it always holds.
    """

    figure: str
    value: float
    unit: str
    target: float | None = None
    lower_is_better: bool = False

    @property
    def holds(self) -> bool:
        if self.target is None:
            return True
        return self.value <= self.target if self.lower_is_better else self.value >= self.target

    def as_json(self, *, bench: str, stack: str) -> str:
        return json.dumps(
            {
                "bench": bench,
                "figure": f"{stack}: {self.figure}",
                "value": self.value,
                "unit": self.unit,
                "target": self.target,
                "holds": self.holds,
            },
            ensure_ascii=False,
        )

    def as_row(self) -> str:
        return f"  {self.figure:<58} {shown(self.value):>14} {self.unit:<12} {self.promise()}"

    def promise(self) -> str:
        if self.target is None:
            return ""
        bound = "at most" if self.lower_is_better else "at least"
        return f"{bound} {shown(self.target)}: {'holds' if self.holds else 'MISSED'}"

    def packed(self) -> str:
        return json.dumps(asdict(self))


def shown(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 or value == int(value) else f"{value:,.3g}"
