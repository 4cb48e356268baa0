"""The lead photos of the demo publication, drawn by code: the same name always gives the same picture."""

from collections.abc import Callable

from blog.demo import charts, heights, rivers, seas, towns
from blog.demo.canvas import Canvas, dice

SCENES: dict[str, Callable[[], Canvas]] = {
    "cables": seas.cables,
    "delta": rivers.delta,
    "fishery": seas.fishery,
    "grid": heights.grid,
    "monsoon": charts.monsoon,
    "rail": heights.rail,
    "river": rivers.river,
    "skyline": towns.skyline,
    "strait": seas.strait,
    "summit": heights.summit,
    "terraces": rivers.terraces,
}


def draw(name: str) -> bytes:
    """A JPEG of 1600 by 900 pixels. It takes about a second."""
    canvas = SCENES[name]()
    canvas.grain(dice(f"{name} grain"))
    return canvas.encoded()
