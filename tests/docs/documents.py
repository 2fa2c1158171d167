"""The documents, and what stands in them: links, headings, blocks of code."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
DOCS = ROOT / "docs"
DOCUMENTS = [README, ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]

FENCE = re.compile(r"^ *```(\S*)[^\n]*\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A block of code: in which document, in which language, and its text."""

    document: Path
    language: str
    code: str

    def __str__(self):
        return f"{self.document.relative_to(ROOT)}: {self.code.strip().splitlines()[0][:60]}"


def prose_of(document: Path) -> str:
    """The document without its blocks of code."""
    return FENCE.sub("", document.read_text())


def links_of(document: Path) -> list[str]:
    """Where it links to, and which pictures it shows; not what is elsewhere."""
    return [link for link in LINK.findall(prose_of(document)) if "://" not in link]


def anchors_of(document: Path) -> set[str]:
    """The anchors of its headings, as Markdown readers and the site make them."""
    return {slug(heading) for heading in HEADING.findall(prose_of(document))}


def slug(heading: str) -> str:
    kept = re.sub(r"[^\w\s-]", "", heading.strip().lower())
    return re.sub(r"\s", "-", kept)


def blocks(*languages: str) -> list[Block]:
    return [
        Block(document, language, code)
        for document in DOCUMENTS
        for language, code in FENCE.findall(document.read_text())
        if language in languages
    ]


def first_column(document: Path, below: str = "") -> list[str]:
    """What stands in backticks in the first cells of its tables, below a heading or in all."""
    text = document.read_text()
    if below:
        level = below.split(" ")[0]
        text = text.split(f"\n{below}\n", 1)[1]
        text = re.split(rf"^{level} ", text, maxsplit=1, flags=re.MULTILINE)[0]
    cells = re.findall(r"^ *\| ([^|]+) \|", text, re.MULTILINE)
    return [name for cell in cells for name in re.findall(r"`([^`]+)`", cell)]
