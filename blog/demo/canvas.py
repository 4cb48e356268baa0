"""What the demo's pictures are painted with: gradients, soft-edged silhouettes, light, mist and grain."""

import io
import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from random import Random

from PIL import Image, ImageChops, ImageColor, ImageDraw, ImageFilter

WIDTH, HEIGHT = 1600, 900
# Silhouettes are cut this many times larger and reduced, which smooths their edges.
FINER = 3

Point = tuple[float, float]
Stops = Sequence[tuple[float, str]]
Fill = str | Image.Image


def dice(name: str) -> Random:
    """The same throws for the same name, on every machine."""
    return Random(name)  # noqa: S311 - for clouds, not for secrets


def mix(first: str, second: str, share: float) -> str:
    pairs = zip(ImageColor.getrgb(first)[:3], ImageColor.getrgb(second)[:3], strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def color_at(stops: Stops, place: float) -> str:
    for (start, first), (end, second) in pairwise(stops):
        if place <= end:
            return mix(first, second, max(0.0, place - start) / (end - start))
    return stops[-1][1]


def gradient(stops: Stops, top: float = 0, bottom: float = HEIGHT) -> Image.Image:
    """A picture as large as the canvas, with the stops spread from `top` to `bottom`."""
    column = Image.new("RGB", (1, HEIGHT))
    for y in range(HEIGHT):
        column.putpixel((0, y), ImageColor.getrgb(color_at(stops, (y - top) / (bottom - top)))[:3])
    return column.resize((WIDTH, HEIGHT))


def ridge(rng: Random, base: float, rise: float, rough: float = 0.55, steps: int = 8) -> list[Point]:
    """A skyline from the left edge to the right, broken at ever smaller scales."""
    heights = [rng.uniform(0.2, 1), rng.uniform(0.2, 1)]
    spread = 1.0
    for _ in range(steps):
        halves = [(a + b) / 2 + rng.uniform(-spread, spread) / 2 for a, b in pairwise(heights)]
        heights = [height for pair in zip(heights, halves, strict=False) for height in pair] + [heights[-1]]
        spread *= rough
    low, high = min(heights), max(heights)
    step = WIDTH / (len(heights) - 1)
    return [(i * step, base - rise * (height - low) / (high - low)) for i, height in enumerate(heights)]


def swell(rng: Random, base: float, rise: float, waves: float = 2) -> list[Point]:
    """A soft skyline, for hills and sandbanks."""
    turns = [(rng.uniform(0, math.tau), waves * 1.7**n, 0.55**n) for n in range(4)]
    return [
        (
            x,
            base
            - rise * sum(share * math.sin(turn + x / WIDTH * often * math.tau) for turn, often, share in turns) / 2,
        )
        for x in range(0, WIDTH + 8, 8)
    ]


def curve(start: Point, first: Point, second: Point, end: Point, steps: int = 60) -> list[Point]:
    points = []
    for n in range(steps + 1):
        t = n / steps
        a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
        points.append(
            (
                a * start[0] + b * first[0] + c * second[0] + d * end[0],
                a * start[1] + b * first[1] + c * second[1] + d * end[1],
            )
        )
    return points


class Stencil:
    """Shapes that are laid on the canvas together, in one color."""

    def __init__(self) -> None:
        self.shapes: list[tuple[str, list[Point], float]] = []

    def polygon(self, points: Iterable[Point]) -> "Stencil":
        self.shapes.append(("polygon", list(points), 0))
        return self

    def box(self, left: float, top: float, right: float, bottom: float) -> "Stencil":
        return self.polygon([(left, top), (right, top), (right, bottom), (left, bottom)])

    def disc(self, x: float, y: float, radius: float, flat: float = 1) -> "Stencil":
        self.shapes.append(("disc", [(x - radius, y - radius * flat), (x + radius, y + radius * flat)], 0))
        return self

    def line(self, points: Iterable[Point], width: float) -> "Stencil":
        self.shapes.append(("line", list(points), width))
        return self

    def below(self, skyline: Sequence[Point]) -> "Stencil":
        return self.polygon([*skyline, (skyline[-1][0], HEIGHT), (skyline[0][0], HEIGHT)])

    def bounds(self, margin: float) -> tuple[int, int, int, int]:
        xs = [x + side * width for _, points, width in self.shapes for x, _ in points for side in (-1, 1)]
        ys = [y + side * width for _, points, width in self.shapes for _, y in points for side in (-1, 1)]
        left, top = max(0, math.floor(min(xs) - margin)), max(0, math.floor(min(ys) - margin))
        return left, top, min(WIDTH, math.ceil(max(xs) + margin)), min(HEIGHT, math.ceil(max(ys) + margin))

    def mask(self, bounds: tuple[int, int, int, int]) -> Image.Image:
        left, top, right, bottom = bounds
        mask = Image.new("L", ((right - left) * FINER, (bottom - top) * FINER))
        pen = ImageDraw.Draw(mask)
        for kind, points, width in self.shapes:
            large = [((x - left) * FINER, (y - top) * FINER) for x, y in points]
            if kind == "polygon":
                pen.polygon(large, fill=255)
            elif kind == "disc":
                pen.ellipse(large, fill=255)
            else:
                pen.line(large, fill=255, width=max(1, round(width * FINER)), joint="curve")
        return mask.reduce(FINER)


class Canvas:
    def __init__(self, stops: Stops, top: float = 0, bottom: float = HEIGHT) -> None:
        self.image = gradient(stops, top, bottom)

    def lay(
        self, stencil: Stencil, fill: Fill, opacity: float = 1, blur: float = 0, within: Stencil | None = None
    ) -> None:
        if not stencil.shapes:
            return
        bounds = stencil.bounds(margin=blur * 3)
        if bounds[0] >= bounds[2] or bounds[1] >= bounds[3]:
            return
        mask = stencil.mask(bounds)
        if blur:
            mask = mask.filter(ImageFilter.GaussianBlur(blur))
        if within:
            mask = ImageChops.multiply(mask, within.mask(bounds))
        if opacity < 1:
            mask = mask.point([round(value * opacity) for value in range(256)])
        paint = fill if isinstance(fill, str) else fill.crop(bounds)
        self.image.paste(paint, bounds if isinstance(fill, str) else bounds[:2], mask)

    def glow(self, x: float, y: float, radius: float, color: str, opacity: float = 1, flat: float = 1) -> None:
        """Light that fades outward, and brightens what is under it."""
        size = round(radius * 2), max(2, round(radius * 2 * flat))
        # Pillow's own circle of light is dark in the middle and never quite fades.
        fade = [round(255 * opacity * max(0.0, 1 - value / 181) ** 2) for value in range(256)]
        mask = Image.radial_gradient("L").point(fade).resize(size, Image.Resampling.BICUBIC)
        light = Image.composite(Image.new("RGB", size, color), Image.new("RGB", size), mask)
        field = Image.new("RGB", (WIDTH, HEIGHT))
        field.paste(light, (round(x - size[0] / 2), round(y - size[1] / 2)))
        self.image = ImageChops.screen(self.image, field)

    def mist(self, y: float, height: float, color: str, opacity: float) -> None:
        """A band of haze, thickest at `y`."""
        column = Image.new("L", (1, HEIGHT))
        for row in range(HEIGHT):
            column.putpixel((0, row), round(255 * opacity * math.exp(-(((row - y) / height) ** 2))))
        self.image.paste(color, (0, 0, WIDTH, HEIGHT), column.resize((WIDTH, HEIGHT)))

    def shade(self, color: str, opacity: float) -> None:
        """Darker corners, which hold the eye in the picture."""
        fade = [round(255 * opacity * min(1.0, max(0.0, value / 255 - 0.45) * 1.6)) for value in range(256)]
        self.image.paste(color, (0, 0, WIDTH, HEIGHT), Image.radial_gradient("L").point(fade).resize((WIDTH, HEIGHT)))

    def grain(self, rng: Random, amount: float = 0.1) -> None:
        noise = Image.frombytes("L", (WIDTH, HEIGHT), rng.randbytes(WIDTH * HEIGHT))
        noise = noise.filter(ImageFilter.GaussianBlur(0.6)).point([round(128 + (v - 128) * amount) for v in range(256)])
        self.image = ImageChops.soft_light(self.image, noise.convert("RGB"))

    def encoded(self) -> bytes:
        file = io.BytesIO()
        self.image.save(file, "JPEG", quality=88, optimize=True, progressive=True)
        return file.getvalue()
