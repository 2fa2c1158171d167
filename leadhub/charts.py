"""What a chart shows. `{% chart figure %}` draws it, with the same numbers in a table under it."""

from dataclasses import dataclass, field

KINDS = ("bar", "line", "funnel")
TONES = ("accent", "green", "teal", "blue", "violet", "amber", "red", "grey")


@dataclass(frozen=True)
class Series:
    """One row of numbers; `values[i]` belongs to the chart's `labels[i]`, None where unknown."""

    name: str
    values: list[int | float | None]
    tone: str = "accent"

    def __post_init__(self):
        if self.tone not in TONES:
            raise ValueError(f"tone is one of {', '.join(TONES)}, not {self.tone!r}")


@dataclass(frozen=True)
class Chart:
    """`links[i]`, where given, is where the label's number leads: every number has its rows.

    `unit` is "" for counts, "%" for percentages (values from 0 to 100), or a word such as "h".
    """

    title: str
    kind: str
    labels: list[str]
    series: list[Series]
    label_title: str = ""
    unit: str = ""
    links: list[str] = field(default_factory=list)
    stacked: bool = False
    sideways: bool = False

    def __post_init__(self):
        if self.kind not in KINDS:
            raise ValueError(f"kind is one of {', '.join(KINDS)}, not {self.kind!r}")
        if any(len(row.values) != len(self.labels) for row in self.series):
            raise ValueError("every series needs one value a label")
        if self.links and len(self.links) != len(self.labels):
            raise ValueError("links are one a label, or none")

    @property
    def element_id(self) -> str:
        """An id for the data block: stable for the title, so that caches and tests can find it."""
        return "chart-" + "".join(c if c.isalnum() else "-" for c in self.title.lower())

    @property
    def is_empty(self) -> bool:
        return not any(value for row in self.series for value in row.values)

    @property
    def data(self) -> dict:
        """What `static/js/charts.js` reads."""
        return {
            "title": self.title, "kind": self.kind, "labels": self.labels, "unit": self.unit,
            "links": self.links, "stacked": self.stacked, "sideways": self.sideways,
            "series": [vars(row) for row in self.series],
        }  # fmt: skip

    @property
    def rows(self) -> list[dict]:
        """The table: a label, where it leads, and its values."""
        links = self.links or [""] * len(self.labels)
        return [
            {"label": label, "href": links[at], "values": [row.values[at] for row in self.series]}
            for at, label in enumerate(self.labels)
        ]
