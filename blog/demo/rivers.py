"""Pictures of fresh water: a river at sunrise, a delta at dusk, terraces in the morning."""

import math
from random import Random

from PIL import Image

from blog.demo.canvas import HEIGHT, WIDTH, Canvas, Point, Stencil, dice, gradient, mix, ridge, swell


def river() -> Canvas:
    rng = dice("river")
    sky = [(0.0, "#2d4a6b"), (0.35, "#7f8fa6"), (0.72, "#f3b98a"), (1.0, "#fde2b0")]
    canvas = Canvas(sky, 0, 430)
    canvas.glow(1010, 400, 620, "#ffb36b", 0.8)
    canvas.glow(1010, 395, 120, "#fff3cf", 1)
    canvas.lay(Stencil().disc(1010, 392, 38), "#fff6dc")
    for n in range(5):
        hills = ridge(rng, 440 + n * 14, 190 - n * 30, 0.5)
        canvas.lay(Stencil().below(hills), mix("#c99a86", "#3c4a4a", n / 4))
        canvas.mist(452 + n * 10, 34, "#f9cfa2", 0.35)
    canvas.lay(Stencil().below(swell(rng, 500, 26, 1.5)), gradient([(0, "#41503f"), (1, "#141f1c")], 480, HEIGHT))
    canvas.lay(bend(), gradient([(0, "#fde0ad"), (0.3, "#eaa878"), (0.65, "#7f7b86"), (1, "#31475c")], 500, HEIGHT))
    canvas.glow(1000, 560, 360, "#ffc98a", 0.45, 0.35)
    ripples(canvas, rng)
    for x, y, size in ((720, 742, 1.2), (880, 596, 0.42)):
        boat(canvas, x, y, size)
    reeds(canvas, rng)
    canvas.shade("#0d1720", 0.55)
    return canvas


def bend() -> Stencil:
    left: list[Point] = []
    right: list[Point] = []
    for n in range(81):
        t = n / 80
        y = 506 + 394 * t**1.25
        middle = 1000 - 300 * math.sin(t * math.pi * 0.92) * t**0.5 + 120 * math.sin(t * math.tau * 1.1) * (1 - t)
        half = 22 + 660 * t**1.25
        left.append((middle - half, y))
        right.append((middle + half * 0.92, y))
    return Stencil().polygon(left + right[::-1])


def ripples(canvas: Canvas, rng: Random) -> None:
    light, dark = Stencil(), Stencil()
    for _ in range(260):
        t = rng.random() ** 0.7
        y = 540 + 350 * t
        x = 860 - 160 * t + rng.gauss(0, 130 + 240 * t)
        long = (20 + 130 * t) * rng.uniform(0.4, 1)
        (light if rng.random() < 0.6 else dark).line([(x - long, y), (x + long, y)], 0.5 + 1.6 * t)
    canvas.lay(light, "#ffe6bd", 0.3, 1, within=bend())
    canvas.lay(dark, "#22333f", 0.3, 1, within=bend())


def boat(canvas: Canvas, x: float, y: float, size: float) -> None:
    def at(dx: float, dy: float) -> Point:
        return x + dx * size, y + dy * size

    canvas.lay(Stencil().disc(x, y + 16 * size, 120 * size, 0.09), "#101a20", 0.5, 3 * size)
    hull = [at(-130, -20), at(-90, -4), at(0, 2), at(90, -5), at(138, -26), at(96, 9), at(0, 15), at(-92, 9)]
    person = [at(74, -4), at(70, -46), at(80, -62), at(92, -46), at(94, -4)]
    seated = [at(-40, 0), at(-46, -26), at(-34, -38), at(-20, -26), at(-14, 0)]
    figures = Stencil().polygon(hull).polygon(person).polygon(seated).disc(*at(81, -66), 10 * size)
    figures.disc(*at(-33, -43), 10 * size).polygon([at(58, -68), at(81, -84), at(104, -68)])
    figures.polygon([at(-56, -45), at(-33, -61), at(-10, -45)]).line([at(66, -40), at(150, 34)], 3.5 * size)
    canvas.lay(figures, "#141c20")


def reeds(canvas: Canvas, rng: Random) -> None:
    blades = Stencil()
    for _ in range(260):
        x = rng.choice((rng.uniform(-20, 330), rng.uniform(1330, 1620)))
        edge = min(1.0, abs(x - 800) / 800)
        high = rng.uniform(60, 240) * edge**2
        lean = rng.uniform(-40, 40)
        blades.polygon([(x, 910), (x + lean * 0.5, 905 - high * 0.6), (x + lean, 905 - high), (x + 7, 910)])
    canvas.lay(blades, gradient([(0, "#1d2a24"), (1, "#080d0d")], 660, HEIGHT))


def delta() -> Canvas:
    rng = dice("delta")
    horizon = 214
    sky = [(0.0, "#1c2148"), (0.4, "#5d3a63"), (0.78, "#d4674f"), (1.0, "#ffbb6b")]
    canvas = Canvas(sky, 0, horizon)
    clouds(canvas, rng)
    canvas.glow(960, horizon, 520, "#ff9d52", 0.7, 0.7)
    canvas.glow(960, horizon - 18, 170, "#ffe2a0", 0.9)
    canvas.lay(Stencil().disc(960, horizon - 16, 40), "#fff3cf")
    sea = gradient([(0, "#ffca80"), (0.35, "#ef9155"), (1, "#a5566a")], horizon, 520)
    canvas.lay(Stencil().box(0, horizon, WIDTH, HEIGHT), sea)
    canvas.glow(960, horizon + 70, 330, "#ffe7b0", 0.8, 0.3)
    land = Stencil().below(coast())
    canvas.lay(land, gradient([(0, "#54434f"), (0.3, "#27323d"), (1, "#0c1a22")], 300, HEIGHT))
    islets = Stencil()
    for _ in range(34):
        x, t = rng.uniform(0, WIDTH), rng.random() ** 1.5
        islets.disc(x, 326 - 62 * t, (1 - t) * rng.uniform(14, 70) + 4, 0.09)
    canvas.lay(islets, "#5a3f4c", 0.85, 0.6)
    fields(canvas, rng)
    arms = Stencil()
    canals(canvas, rng)
    fork(arms, rng, (690, 1270), [40 + 1520 * n / 15 for n in range(16)])
    canvas.lay(arms, "#060b12", 0.6, 7, within=land)
    water = gradient([(0, "#f7b06c"), (0.2, "#e8915c"), (0.6, "#b0666a"), (1, "#5c4a70")], 320, HEIGHT)
    canvas.lay(arms, water, within=land)
    canvas.mist(horizon + 8, 26, "#ffbe7d", 0.5)
    canvas.glow(960, 380, 620, "#ff9a5a", 0.3, 0.4)
    canvas.shade("#0a0d1c", 0.6)
    return canvas


def coast() -> list[Point]:
    turns = ((0.9, 2.3, 8), (2.1, 6.1, 7), (4.0, 13.7, 5), (1.3, 29.0, 3))
    return [
        (float(x), 338 + sum(high * math.sin(turn + x / WIDTH * often * math.pi) for turn, often, high in turns))
        for x in range(0, WIDTH + 4, 4)
    ]


def clouds(canvas: Canvas, rng: Random) -> None:
    for _ in range(16):
        x, y, wide = rng.uniform(0, WIDTH), rng.uniform(30, 190), rng.uniform(120, 420)
        canvas.lay(Stencil().disc(x, y, wide, 0.035), mix("#3a2b50", "#ff9a63", y / 260), 0.55, 5)


def fields(canvas: Canvas, rng: Random) -> None:
    """Paddies that catch the last light, smaller toward the horizon."""
    for _ in range(520):
        t = rng.random()
        y = 368 + 530 * t**1.5
        scale = 0.12 + t
        x = rng.uniform(0, WIDTH)
        wide, high, skew = rng.uniform(20, 84) * scale, rng.uniform(5, 22) * scale, rng.uniform(-20, 20) * scale
        plot = [(x, y), (x + wide, y), (x + wide + skew, y + high), (x + skew, y + high)]
        color = rng.choice(("#39445a", "#5a4a5c", "#24404a", "#94605f", "#2f5550"))
        canvas.lay(Stencil().polygon(plot), color, rng.uniform(0.12, 0.5))


def canals(canvas: Canvas, rng: Random) -> None:
    """Straight cuts between the fields, which people dug."""
    cuts = Stencil()
    for _ in range(60):
        t = rng.random()
        y, scale = 372 + 520 * t**1.5, 0.12 + t
        x, long = rng.uniform(0, WIDTH), rng.uniform(60, 260) * scale
        cuts.line([(x, y), (x + long, y + rng.uniform(-14, 14) * scale)], 0.8 + 2.4 * t)
        cuts.line([(x + long / 2, y), (x + long / 2 + (x - 900) * 0.16 * scale, y + 70 * scale)], 0.8 + 2 * t)
    canvas.lay(cuts, gradient([(0, "#f0a066"), (1, "#7a5468")], 340, HEIGHT), 0.55)


def fork(arms: Stencil, rng: Random, start: Point, mouths: list[float]) -> None:
    """One arm of the river, and the arms that it divides into before each has its own mouth."""
    x, y = start
    if len(mouths) == 1:
        arm(arms, rng, start, (mouths[0] + rng.uniform(-22, 22), 300), 1)
        return
    middle = sum(mouths) / len(mouths)
    up = (y - 345) * rng.uniform(0.3, 0.44)
    end = (x + (middle - x) * rng.uniform(0.42, 0.62), y - up)
    arm(arms, rng, start, end, len(mouths))
    cut = max(1, min(len(mouths) - 1, len(mouths) // 2 + rng.choice((-1, 0, 0, 1))))
    fork(arms, rng, end, mouths[:cut])
    fork(arms, rng, end, mouths[cut:])


def arm(arms: Stencil, rng: Random, start: Point, end: Point, mouths: int) -> None:
    """A winding stretch; farther away it is narrower, and at the sea it opens like a funnel."""
    turn, bends = rng.uniform(0, math.tau), rng.uniform(0.8, 1.4)
    for n in range(91):
        t = n / 90
        y = start[1] + (end[1] - start[1]) * t
        far = max(0.05, (y - 214) / 700)
        sway = 58 * far * math.sin(math.pi * t) * math.sin(turn + bends * math.tau * t)
        x = start[0] + (end[0] - start[0]) * (t * t * (3 - 2 * t) * 0.6 + t * 0.4) + sway
        wide = 30 * mouths**0.62 * far
        if mouths == 1:
            wide += 40 * max(0.0, t - 0.5) ** 2 / 0.25
        arms.disc(x, y, wide / 2 + 0.8, 0.62)


def terraces() -> Canvas:
    rng = dice("terraces")
    canvas = Canvas([(0, "#9cc3cf"), (0.5, "#d9e6dc"), (1, "#f7ecd0")], 0, 330)
    canvas.glow(420, 190, 460, "#fff2c8", 0.7)
    for n in range(4):
        canvas.lay(Stencil().below(ridge(rng, 330 + n * 26, 230 - n * 45, 0.52)), mix("#b4ced2", "#5f8f86", n / 3))
        canvas.mist(345 + n * 22, 40, "#f3f1df", 0.5)
    mirror = gradient([(0, "#f6efd9"), (0.4, "#cfe3df"), (1, "#86b4c4")], 330, HEIGHT)
    for n in range(19):
        step(canvas, rng, n / 18, mirror)
    for _ in range(15):
        t = rng.random()
        tree(canvas, rng.uniform(0, WIDTH), 390 + 420 * t, 10 + 26 * t)
    canvas.mist(360, 40, "#f7f1dc", 0.5)
    canvas.shade("#16302c", 0.45)
    return canvas


def contour(rng: Random, t: float) -> list[Point]:
    """Where one step begins: like its neighbors, but never quite."""
    own = rng.uniform(0, math.tau)
    points = []
    for x in range(0, WIDTH + 8, 8):
        turn = x / WIDTH * math.tau
        wave = (
            math.sin(turn * 0.8 + 0.9 + t * 1.6)
            + 0.55 * math.sin(turn * 1.9 - t * 2.4)
            + 0.09 * math.sin(turn * 4 + own)
        )
        points.append((float(x), 372 + 560 * t**1.3 + (16 + 70 * t) * wave))
    return points


def step(canvas: Canvas, rng: Random, t: float, mirror: Image.Image) -> None:
    """One terrace: a wall of grass, its lit rim, and the sheet of water that it holds."""
    edge = contour(rng, t)
    wall = 6 + 26 * t
    foot = [(x, y + wall * (1 + 0.25 * math.sin(x / 90 + t * 9))) for x, y in edge]
    canvas.lay(Stencil().below(edge), mix("#5d8f57", "#1d4a35", 0.25 + 0.75 * t))
    canvas.lay(Stencil().below(foot), mirror)
    canvas.lay(Stencil().line(edge, 2 + 5 * t), mix("#b9d68a", "#8fbf5b", t))
    canvas.lay(Stencil().line([(x, y + wall * 0.16) for x, y in foot], 2 + 4 * t), "#274f46", 0.45, 1.5)
    rows = Stencil()
    first = rng.randrange(0, 120)
    for x, y in edge[first : first + rng.randrange(40, 95)]:
        for row in range(3):
            rows.disc(x, y + wall * 1.5 + (8 + 20 * t) * row * 0.55, 1.2 + 3.2 * t, 0.7)
    canvas.lay(rows, mix("#7fae62", "#3f7d48", t), 0.75)


def tree(canvas: Canvas, x: float, y: float, size: float) -> None:
    crown = Stencil().line([(x, y), (x, y - size * 1.3)], size * 0.14)
    for dx, dy, share in ((0, -1.7, 0.62), (-0.45, -1.3, 0.5), (0.45, -1.25, 0.52), (0, -1.15, 0.6)):
        crown.disc(x + dx * size, y + dy * size, size * share)
    canvas.lay(crown, "#1c4234", 0.92)
