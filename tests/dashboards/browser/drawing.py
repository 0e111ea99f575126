"""Pictures of screens in docs/screens, in so few colours that they stay small, and their index."""

import base64
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page

from tests.dashboards.browser.looking import EVERY_VIEW, View
from tests.dashboards.browser.screens import ANSWERS, GROUPS, IN_SPANISH, Screen, pane

FOLDER = Path(__file__).parents[3] / "docs" / "screens"
HEIGHTS = {1440: 900, 820: 1100, 390: 844}
DRAWN = tuple(view for view in EVERY_VIEW if (view.width, view.scheme) != (820, "dark"))
"""Between the ends there are no colours of its own."""
FEW_COLOURS = """
async picture => {
  const image = await createImageBitmap(await (await fetch(picture)).blob());
  const canvas = new OffscreenCanvas(image.width, image.height), pen = canvas.getContext('2d');
  pen.drawImage(image, 0, 0);
  const {data} = pen.getImageData(0, 0, image.width, image.height);
  const colour = at => data[at] << 16 | data[at + 1] << 8 | data[at + 2];
  const seen = new Map(), index = new Uint8Array(image.width * image.height);
  for (let at = 0; at < data.length; at += 4)
    seen.set(colour(at), (seen.get(colour(at)) ?? 0) + 1);
  const palette = [...seen].sort((a, b) => b[1] - a[1]).slice(0, 64).map(([one]) => one);
  const known = new Map(palette.map((one, at) => [one, at]));
  const apart = (a, b, shift) => ((a >> shift & 255) - (b >> shift & 255)) ** 2;
  const nearest = one => {
    const far = palette.map(two => apart(one, two, 16) + apart(one, two, 8) + apart(one, two, 0));
    return far.indexOf(Math.min(...far));
  };
  for (let at = 0; at < data.length; at += 4) {
    const one = colour(at);
    if (!known.has(one)) known.set(one, nearest(one));
    index[at / 4] = known.get(one);
  }
  let text = '';
  for (let at = 0; at < index.length; at += 32768)
    text += String.fromCharCode(...index.subarray(at, at + 32768));
  return {width: image.width, height: image.height, palette, index: btoa(text)};
}
"""


def is_drawn(screen: Screen) -> bool:
    """As it opens, in English: the rest is looked at by the tests alone."""
    return screen.act in (None, pane) and screen not in (*ANSWERS, *IN_SPANISH)


def draw(page: Page, screen: Screen) -> None:
    """In each view that is kept. The easel is a page of no policy, to count the colours on."""
    easel = page.context.browser.new_page()
    FOLDER.mkdir(parents=True, exist_ok=True)
    for view in DRAWN:
        page.set_viewport_size({"width": view.width, "height": HEIGHTS[view.width]})
        page.emulate_media(color_scheme=view.scheme, reduced_motion="reduce")
        shot = "data:image/png;base64," + base64.b64encode(page.screenshot()).decode()
        (FOLDER / file_of(screen, view)).write_bytes(_png(**easel.evaluate(FEW_COLOURS, shot)))
    easel.close()


def file_of(screen: Screen, view: View) -> str:
    return f"{screen.name.replace(',', '').replace(' ', '-')}-{view.width}-{view.scheme}.png"


def index() -> str:
    """The page that lists them."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# The screens"
    yield ""
    yield "Each as it opens, at three widths and in its schemes; people and results are made up."
    yield "To draw them anew: `PICTURES=1 python3 run.py test -n 0 -k no_fault`."
    for group, screens in GROUPS.items():
        drawn = list(filter(is_drawn, screens))
        if drawn:
            yield f"\n## {group}\n"
        for screen in drawn:
            links = (f"[{view.width} {view.scheme}]({file_of(screen, view)})" for view in DRAWN)
            yield f"* **{screen.name.capitalize()}**: {', '.join(links)}"


def _png(width: int, height: int, palette: list[int], index: str) -> bytes:
    """One byte a pixel, each a place in the palette."""
    pixels = base64.b64decode(index)
    rows = b"".join(b"\0" + pixels[at : at + width] for at in range(0, len(pixels), width))
    colours = b"".join(one.to_bytes(3, "big") for one in palette)
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)), (b"PLTE", colours),
        (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""),
    )  # fmt: skip
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )
