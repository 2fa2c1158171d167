"""The pictures that the documentation shows: small, cropped, and made again by one command.

To show another, add a line to PICTURES and name `docs/images/NAME.png` where it belongs.
"""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image

from screenshots.camera import Camera
from screenshots.sights import SIGHTS, Shown

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "images"
# Pages have few colours besides the edges of their letters.
COLOURS = 256


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
    Picture("reject", "lead-rejecting"),
    Picture("receipt", "contact"),
    Picture("funnel", "funnel"),
    Picture("list-rejected", "list-rejected", height=640),
    Picture("definition", "admin-draft"),
    Picture("publish", "admin-publish", height=720),
)


def make(camera: Camera, only: list[str]) -> None:
    """Takes those whose names contain one of the texts."""
    sights = {sight.name: sight for sight in SIGHTS}
    FOLDER.mkdir(parents=True, exist_ok=True)
    for picture in PICTURES:
        if any(part in picture.name for part in only):
            path = FOLDER / f"{picture.name}.png"
            path.write_bytes(compressed(take(camera, picture, sights[picture.sight].found())))
            print(f"  {path.name}: {path.stat().st_size // 1024} kB", flush=True)


def take(camera: Camera, picture: Picture, shown: Shown) -> bytes:
    page = camera.page_of(shown.user, width=picture.width, scheme=picture.scheme)
    page.set_viewport_size({"width": picture.width, "height": picture.height})
    camera.visit(page, shown)
    taken = page.locator(picture.part).first if picture.part else page
    png = taken.screenshot()
    page.close()
    return png


def compressed(png: bytes) -> bytes:
    kept = BytesIO()
    few = Image.open(BytesIO(png)).convert("RGB")
    few = few.quantize(COLOURS, dither=Image.Dither.NONE, kmeans=2)
    few.save(kept, "PNG", optimize=True)
    return kept.getvalue()
