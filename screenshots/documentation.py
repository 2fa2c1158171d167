"""The pictures that the documentation shows: small, cropped, and made again by one command.

To show another, add a line to PICTURES and name `docs/images/NAME.png` where it belongs.
"""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image

from screenshots.camera import Camera
from screenshots.sights import SIGHTS, sights_of_admin

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "images"
# More look no better: pages have few colours besides the edges of their letters.
COLOURS = 96


@dataclass(frozen=True)
class Picture:
    """A sight as `name`.png. `height` crops what is below it; `part` is the selector of what alone
    is shown.
    """

    name: str
    sight: str
    width: int = 1280
    height: int = 800
    scheme: str = "light"
    part: str = ""


PICTURES = (
    Picture("inbox", "inbox"),
    Picture("inbox-dark", "inbox", scheme="dark"),
    Picture("inbox-reject", "lead-rejecting"),
    Picture("inbox-keys", "inbox-palette"),
    Picture("receipt", "contact", height=900),
    Picture("company", "company"),
    Picture("marketing", "marketing", height=1000),
    Picture("funnel", "funnel", height=1000),
    Picture("sales", "sales", height=900),
    Picture("list-rejected", "list-rejected"),
    Picture("definition", "admin-draft", height=1000),
    Picture("publish", "admin-publish", height=1000),
    Picture("signal", "admin-scoring-signal-form", height=900),
    Picture("start", "start-as-administrator"),
    Picture("sign-in", "sign-in", width=800, height=560),
    Picture("notices", "notices"),
    Picture("set-up", "admin-as-administrator"),
)


def make(camera: Camera, only: list[str]) -> None:
    """Takes those whose names contain one of the texts."""
    sights = {sight.name: sight for sight in (*SIGHTS, *sights_of_admin())}
    FOLDER.mkdir(parents=True, exist_ok=True)
    for picture in PICTURES:
        if any(part in picture.name for part in only):
            path = FOLDER / f"{picture.name}.png"
            path.write_bytes(compressed(take(camera, picture, sights[picture.sight].found())))
            print(f"  {path.name}: {path.stat().st_size // 1024} kB", flush=True)


def take(camera: Camera, picture: Picture, shown) -> bytes:
    page = camera.page_of(shown.user, width=picture.width, scheme=picture.scheme)
    page.set_viewport_size({"width": picture.width, "height": picture.height})
    camera.visit(page, shown)
    taken = page.locator(picture.part).first if picture.part else page
    png = taken.screenshot()
    page.context.close()
    return png


def compressed(png: bytes) -> bytes:
    kept = BytesIO()
    few = Image.open(BytesIO(png)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(kept, "PNG", optimize=True)
    return kept.getvalue()
