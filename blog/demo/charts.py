"""A picture of a chart: a storm over a bay."""

import math
from random import Random

from blog.demo.canvas import HEIGHT, WIDTH, Canvas, Point, Stencil, curve, dice, gradient


def monsoon() -> Canvas:
    rng = dice("monsoon")
    canvas = Canvas([(0, "#efe0bd"), (1, "#d3b986")])
    canvas.glow(300, 200, 700, "#fff4d6", 0.25)
    inland(canvas, rng)
    shore = bay_shore(rng)
    bay = Stencil().polygon([*shore, (WIDTH + 60, HEIGHT + 60), (-60, HEIGHT + 60)])
    canvas.lay(bay, "#5b4424", 0.55, 12)
    canvas.lay(bay, gradient([(0, "#1d6076"), (1, "#0a2a44")], 150, HEIGHT))
    canvas.lay(Stencil().line(shore, 54), "#67b5b5", 0.5, 14, within=bay)
    graticule(canvas)
    center = (840, 600)
    for n in range(8):
        ring = isobar(center, 110 + n * 78)
        canvas.lay(ring, "#7d6233", 0.4)
        canvas.lay(ring, "#ffe3a1", 0.55, within=bay)
    for n in range(110):
        band(canvas, rng, center, n % 4)
    for n in range(8):
        arrow(canvas, rng, n)
    islands(canvas, rng)
    for radius, color in ((36, "#0c3049"), (28, "#f2b04c"), (14, "#0c3049")):
        canvas.lay(Stencil().disc(*center, radius), color)
    canvas.shade("#2a1c10", 0.4)
    return canvas


def graticule(canvas: Canvas) -> None:
    lines = Stencil()
    for n in range(-1, 12):
        lines.line([(n * 160 + 40 + (800 - n * 160) * 0.1, 0), (n * 160, HEIGHT)], 1.2)
    for n in range(7):
        lines.line([(x, 40 + n * 145 + ((x - 800) / 800) ** 2 * 18) for x in range(0, WIDTH + 20, 20)], 1.2)
    canvas.lay(lines, "#9fd0d4", 0.28)


def bay_shore(rng: Random) -> list[Point]:
    """The coast from the lower left, around the head of the bay, to the lower right."""
    spine = [(70, 960), (270, 720), (360, 520), (500, 330), (690, 215), (880, 196), (1040, 262), (1120, 420)]
    spine += [(1230, 540), (1270, 720), (1390, 960)]
    points: list[Point] = []
    for before, here, there, after in zip(spine, spine[1:], spine[2:], spine[3:], strict=False):
        first = here[0] + (there[0] - before[0]) / 6, here[1] + (there[1] - before[1]) / 6
        second = there[0] - (after[0] - here[0]) / 6, there[1] - (after[1] - here[1]) / 6
        points += curve(here, first, second, there, 50)[:-1]
    points = [(-60.0, 960.0), (float(spine[0][0]), 960.0), *points, (float(spine[-1][0]), 960.0), (WIDTH + 60.0, 960.0)]
    rough = []
    for n, (x, y) in enumerate(points):
        mouths = 15 * max(0.0, math.sin(n / 4.1)) ** 3 if 640 < x < 1010 and y < 300 else 0
        rough.append(
            (x + 7 * math.sin(n / 7) + rng.uniform(-4, 4), y + 6 * math.sin(n / 11) - mouths + rng.uniform(-3, 3))
        )
    return rough


def inland(canvas: Canvas, rng: Random) -> None:
    """Rivers that come down to the bay, and the mountains they come from."""
    for start, end in (((300, -20), (770, 220)), ((960, -20), (830, 220)), ((1250, -20), (930, 215))):
        bend = rng.uniform(-90, 90)
        path = curve(start, (start[0] + bend, start[1] + 120), (end[0] - bend, end[1] - 110), end)
        canvas.lay(Stencil().line(path, 4), "#3f8491", 0.75)
    peaks = Stencil()
    for n in range(34):
        x, y, size = 90 + n * 44 + rng.uniform(-14, 14), 66 + rng.uniform(-36, 26), rng.uniform(9, 20)
        peaks.line([(x - size, y + size), (x, y - size * 0.5), (x + size, y + size)], 2.4)
    canvas.lay(peaks, "#8a6c3f", 0.6)


def islands(canvas: Canvas, rng: Random) -> None:
    chain = Stencil()
    for n in range(9):
        chain.disc(1132 + 12 * math.sin(n * 0.9), 640 + n * 26, rng.uniform(4, 9), 1.5)
    canvas.lay(chain, "#04141f", 0.4, 4)
    canvas.lay(chain, "#e6d2a4")


def band(canvas: Canvas, rng: Random, center: Point, arm: int) -> None:
    """A streak of cloud on one of the storm's arms."""
    start = rng.random() ** 0.8 * 5.2
    turn = arm * math.pi / 2 + rng.gauss(0, 0.16)
    points = []
    for n in range(26):
        angle = start + n * 0.03 * rng.uniform(0.9, 1.1)
        radius = 44 + 26 * angle**1.75 + rng.uniform(-1, 1)
        points.append(
            (center[0] + radius * math.cos(turn - angle) * 1.2, center[1] + radius * math.sin(turn - angle) * 0.86)
        )
    wide = 7 + 7 * start
    canvas.lay(Stencil().line(points, wide), "#f4fbf7", 0.34 - start * 0.035, 3 + wide * 0.3)


def isobar(center: Point, radius: float) -> Stencil:
    ring = []
    for n in range(181):
        angle = n / 180 * math.tau
        own = radius * (1 + 0.05 * math.sin(angle * 2 + radius) + 0.03 * math.sin(angle * 3))
        ring.append((center[0] + own * 1.2 * math.cos(angle), center[1] + own * 0.86 * math.sin(angle)))
    return Stencil().line(ring, 2.2)


def arrow(canvas: Canvas, rng: Random, n: int) -> None:
    """The wind of the season, from the southwest."""
    x, y = 330 + (n % 4) * 225 + n // 4 * 80 + rng.uniform(-20, 20), 890 - (n // 4) * 120 + rng.uniform(-12, 12)
    path = curve((x, y), (x + 36, y - 14), (x + 66, y - 40), (x + 84, y - 84), 20)
    (ax, ay), (bx, by) = path[-3], path[-1]
    heading = math.atan2(by - ay, bx - ax)
    tip = [(bx + 16 * math.cos(heading + turn), by + 16 * math.sin(heading + turn)) for turn in (0, 2.4, -2.4)]
    canvas.lay(Stencil().line(path, 4).polygon(tip), "#f2b04c", 0.85)
