"""One page with every picture: a row a page, a column a width and scheme."""

import re
from html import escape
from itertools import groupby
from pathlib import Path

NAMED = re.compile(r"(?P<name>.+)-(?P<width>\d+)-(?P<scheme>light|dark)\.png")
STYLE = """
body { margin: 2rem; font: 14px system-ui, sans-serif; background: #e9e9ee; color: #222; }
h2 { position: sticky; top: 0; margin: 2rem 0 1rem; padding: .5rem 0; background: inherit; }
section { display: flex; flex-wrap: wrap; gap: 1rem; align-items: start; margin-bottom: 2rem; }
h3 { flex: 1 0 100%; margin: 0; font-size: 1rem; }
figure { margin: 0; }
img { display: block; height: 16rem; max-width: 30rem; object-fit: cover; object-position: top; }
figcaption { color: #555; font-size: 12px; }
"""


def write_contact_sheet(folder: Path) -> Path:
    """Writes `folder`/index.html, which shows what the folders in it hold; returns its path."""
    parts = [f'<!doctype html><meta charset="utf-8"><title>LeadHub</title><style>{STYLE}</style>']
    for installation in sorted(path for path in folder.iterdir() if path.is_dir()):
        pictures = sorted(installation.glob("*.png"), key=in_order)
        if pictures:
            parts.append(f"<h2>{escape(installation.name)}</h2>")
        for name, group in groupby(pictures, key=lambda path: NAMED.fullmatch(path.name)["name"]):
            parts.append(f"<section><h3>{escape(name)}</h3>{''.join(map(figure, group))}</section>")
    sheet = folder / "index.html"
    sheet.write_text("\n".join(parts))
    return sheet


def in_order(path: Path) -> tuple:
    name, width, scheme = NAMED.fullmatch(path.name).groups()
    return name, -int(width), scheme == "dark"


def figure(path: Path) -> str:
    _, width, scheme = NAMED.fullmatch(path.name).groups()
    address = escape(f"{path.parent.name}/{path.name}")
    return (
        f'<figure><a href="{address}"><img src="{address}" loading="lazy" alt=""></a>'
        f"<figcaption>{width} px, {scheme}</figcaption></figure>"
    )
