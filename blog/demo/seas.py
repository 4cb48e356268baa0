"""Pictures of salt water: a strait, cables on the sea floor, lamps before dawn."""

import math
from collections.abc import Iterator
from itertools import pairwise
from random import Random

from blog.demo.canvas import HEIGHT, WIDTH, Canvas, Point, Stencil, curve, dice, gradient, mix, ridge, swell

PAINTS = ("#a5483c", "#c98a3d", "#2f6470", "#8a8f94", "#3b5a86", "#d9cdb4", "#6a4a55")


def strait() -> Canvas:
    rng = dice("strait")
    sea = 470
    canvas = Canvas([(0, "#173a52"), (0.35, "#4c7480"), (0.7, "#e7a978"), (1, "#ffdca0")], 0, sea)
    canvas.glow(620, sea - 20, 640, "#ff9c5e", 0.75)
    canvas.glow(620, sea - 40, 150, "#fff0c9", 1)
    canvas.lay(Stencil().disc(620, sea - 44, 46), "#fff5db")
    water = gradient([(0, "#ffd69c"), (0.12, "#d99c79"), (0.45, "#3f6a78"), (1, "#0e2635")], sea, HEIGHT)
    for n in range(3):
        far = [(x, min(y, sea + 1)) for x, y in shore(ridge(rng, sea, 170 - n * 20, 0.5), 0.34 - n * 0.09)]
        canvas.lay(Stencil().below(far), mix("#c08f7c", "#2a4450", n / 2))
        canvas.mist(sea - 6, 26, "#ffcb98", 0.35)
    canvas.lay(Stencil().box(0, sea, WIDTH, HEIGHT), water)
    canvas.glow(620, sea + 60, 380, "#ffc583", 0.6, 0.4)
    glitter(canvas, rng, 620, sea)
    for x, y, size, way in ((930, 482, 0.2, 1), (330, 486, 0.24, -1), (1190, 512, 0.45, 1), (560, 610, 1.0, -1)):
        freighter(canvas, rng, x, y, size, way)
    for x, y, size in ((1080, 600, 0.5), (1240, 690, 0.9), (210, 560, 0.38), (1420, 545, 0.35)):
        skiff(canvas, x, y, size)
    near = [
        (x, HEIGHT + 30 - max(0.0, (x - 1180) / 420) ** 1.5 * 260 - 8 * math.sin(x / 17)) for x in range(0, 1608, 8)
    ]
    canvas.lay(Stencil().below(near), gradient([(0, "#14262a"), (1, "#05090d")], 640, HEIGHT))
    canvas.shade("#081722", 0.55)
    return canvas


def shore(skyline: list[Point], reach: float) -> list[Point]:
    """Land on both sides, and open water between."""
    return [(x, 480 - (480 - y) * max(0.0, abs(x / WIDTH - 0.46) / 0.54 - reach) * 1.6) for x, y in skyline]


def glitter(canvas: Canvas, rng: Random, sun: float, sea: float) -> None:
    light, dark = Stencil(), Stencil()
    for _ in range(420):
        t = rng.random() ** 1.6
        y = sea + 4 + (HEIGHT - sea) * t
        long = (6 + 70 * t) * rng.uniform(0.3, 1)
        if rng.random() < 0.55:
            x = rng.gauss(sun, 34 + 150 * t)
            light.line([(x - long, y), (x + long, y)], 0.8 + 2.2 * t)
        else:
            x = rng.uniform(0, WIDTH)
            dark.line([(x - long, y), (x + long, y)], 0.8 + 1.6 * t)
    canvas.lay(dark, "#0d2a3a", 0.3, 0.8)
    canvas.lay(light, "#ffe9bd", 0.6, 0.6)


def freighter(canvas: Canvas, rng: Random, x: float, y: float, size: float, way: int) -> None:
    """A container ship seen from the side; `way` is 1 for eastbound."""

    def at(dx: float, dy: float) -> Point:
        return x + way * dx * size, y + dy * size

    def block(left: float, top: float, right: float, bottom: float) -> list[Point]:
        return [at(left, top), at(right, top), at(right, bottom), at(left, bottom)]

    haze = mix("#16242d", "#8a6a62", max(0.0, 0.75 - size))
    canvas.lay(Stencil().disc(x, y + 14 * size, 330 * size, 0.05), "#0a1a24", 0.55, 5 * size + 1)
    for left, top, paint in stowage(rng):
        canvas.lay(Stencil().polygon(block(left, top, left + 29.5, top + 16)), mix(paint, haze, 0.62))
    ship = Stencil().polygon(
        [at(-300, -58), at(240, -58), at(268, -74), at(318, -78), at(284, 10), at(-286, 10), at(-304, -20)]
    )
    ship.polygon(block(-202, -186, -140, -50)).polygon(block(-214, -186, -128, -174))
    ship.polygon(block(-190, -226, -168, -186)).line([at(-150, -186), at(-150, -236)], 4 * size)
    ship.line([at(290, -76), at(290, -126)], 4 * size)
    canvas.lay(ship, haze)
    if size > 0.4:
        lamps = Stencil()
        for window in range(16):
            left, top = -196 + window % 4 * 14, -168 + window // 4 * 22
            lamps.polygon(block(left, top, left + 7, top + 8))
        canvas.lay(lamps, "#ffd98f", 0.8)
        canvas.lay(Stencil().polygon(block(-290, 0, 288, 10)), "#7d3a33", 0.7)


def stowage(rng: Random) -> Iterator[tuple[float, float, str]]:
    """Where each container stands, and its color; the bridge stands where the third and fourth stack would."""
    for column in [0, 1, *range(4, 17)]:
        for row in range(rng.randint(3, 6)):
            yield -262 + column * 31, -58 - (row + 1) * 17, rng.choice(PAINTS)


def skiff(canvas: Canvas, x: float, y: float, size: float) -> None:
    def at(dx: float, dy: float) -> Point:
        return x + dx * size, y + dy * size

    canvas.lay(Stencil().disc(x, y + 10 * size, 76 * size, 0.1), "#0a1a24", 0.5, 3 * size)
    shape = Stencil().polygon([at(-78, -26), at(-50, -10), at(54, -10), at(86, -34), at(62, 10), at(-56, 10)])
    shape.polygon([at(-34, -40), at(8, -40), at(12, -8), at(-38, -8)]).line([at(26, -10), at(26, -84)], 3 * size)
    shape.line([at(26, -80), at(84, -34)], 1.6 * size).line([at(26, -80), at(-36, -40)], 1.6 * size)
    canvas.lay(shape, "#101d25")


def cables() -> Canvas:
    rng = dice("cables")
    top = 268
    canvas = Canvas([(0, "#bfd9d8"), (1, "#f4ead0")], 0, top)
    canvas.lay(Stencil().below(ridge(rng, top, 46, 0.5)), "#9dbcbf")
    canvas.lay(Stencil().below(ridge(rng, top + 4, 24, 0.5)), "#7aa2a9")
    sea = gradient([(0, "#4aa6ae"), (0.2, "#1f6f86"), (0.6, "#0d3d5c"), (1, "#061c36")], top, 880)
    wave = [(float(x), top + 3 * math.sin(x / 21) + 2 * math.sin(x / 9.3)) for x in range(0, WIDTH + 4, 4)]
    canvas.lay(Stencil().below(wave), sea)
    for _ in range(9):
        x, wide = rng.uniform(-100, WIDTH), rng.uniform(20, 90)
        beam = [(x, top), (x + wide, top), (x + wide * 3 - 190, 760), (x - 250, 760)]
        canvas.lay(Stencil().polygon(beam), "#8fd6d2", 0.05, 8)
    canvas.lay(Stencil().line(wave, 3), "#d7f0e6", 0.8)
    for n in range(4):
        floor = ridge(rng, 770 + n * 52, 170 - n * 32, 0.48)
        canvas.lay(Stencil().below(floor), mix("#124d69", "#030f1f", n / 3), 0.95)
        canvas.mist(720 + n * 55, 50, "#1a6480", 0.16)
        for _ in range(2):
            strand(canvas, rng, floor, ("#ffd27a", "#7be7e0", "#ff9f7a", "#b6f09a")[n])
    shoal(canvas, rng)
    ship_of_repair(canvas, 1010, top + 6)
    canvas.shade("#031022", 0.5)
    return canvas


def strand(canvas: Canvas, rng: Random, floor: list[Point], color: str) -> None:
    """A cable that lies on the floor here and hangs across a hollow there."""
    lift, turn = rng.uniform(6, 60), rng.uniform(0, math.tau)
    smooth = floor[::16]
    points: list[Point] = []
    for (x0, y0), (x1, y1) in pairwise(smooth):
        for n in range(16):
            t = n / 16
            ease = t * t * (3 - 2 * t)
            x = x0 + (x1 - x0) * t
            points.append((x, y0 + (y1 - y0) * ease - 4 + lift * (0.5 + 0.5 * math.sin(turn + x / 260))))
    points.append(smooth[-1])
    canvas.lay(Stencil().line(points, 9), color, 0.35, 9)
    canvas.lay(Stencil().line(points, 3.2), color, 0.95)
    pulses = Stencil()
    for _ in range(7):
        pulses.disc(*rng.choice(points), 5)
    canvas.lay(pulses, "#ffffff", 0.5, 5)
    canvas.lay(pulses, "#fffbe8", 0.85, 1)


def shoal(canvas: Canvas, rng: Random) -> None:
    fish = Stencil()
    for _ in range(46):
        x, y, size = rng.gauss(430, 110), rng.gauss(480, 34), rng.uniform(5, 10)
        fish.disc(x, y, size, 0.36).polygon([(x - size * 0.8, y), (x - size * 1.6, y - 4), (x - size * 1.6, y + 4)])
    canvas.lay(fish, "#9fd8d8", 0.4, 0.5)


def ship_of_repair(canvas: Canvas, x: float, y: float) -> None:
    down = curve((x - 168, y - 40), (x - 205, y + 110), (x - 170, y + 250), (x - 207, y + 412))
    canvas.lay(Stencil().line(down, 10), "#ffd27a", 0.4, 9)
    canvas.lay(Stencil().line(down, 3.2), "#ffdf9c")
    hull = Stencil().polygon(
        [
            (x - 190, y - 52),
            (x + 60, y - 46),
            (x + 130, y - 66),
            (x + 206, y - 76),
            (x + 166, y + 18),
            (x - 170, y + 18),
        ]
    )
    canvas.lay(hull, gradient([(0, "#1f3c50"), (0.72, "#17303f"), (0.73, "#a5483c"), (1, "#7c332d")], y - 76, y + 18))
    house = Stencil().box(x + 44, y - 112, x + 140, y - 52).box(x + 58, y - 146, x + 128, y - 110)
    house.box(x + 70, y - 172, x + 116, y - 144)
    canvas.lay(house, "#f3ecdb")
    glass = Stencil()
    for n in range(5):
        glass.box(x + 64 + n * 12.5, y - 138, x + 72 + n * 12.5, y - 128).disc(x + 58 + n * 17, y - 80, 4)
    glass.box(x + 74, y - 166, x + 112, y - 156)
    canvas.lay(glass, "#27566b")
    gear = Stencil().line([(x - 150, y - 50), (x - 176, y - 128), (x - 112, y - 50)], 5)
    gear.line([(x - 176, y - 128), (x - 40, y - 54)], 2).line([(x + 92, y - 172), (x + 92, y - 232)], 4)
    gear.line([(x + 76, y - 206), (x + 108, y - 206)], 3).disc(x - 178, y - 50, 15).disc(x - 70, y - 62, 20)
    canvas.lay(gear, "#c9702f")
    canvas.lay(Stencil().disc(x - 70, y - 62, 9), "#17303f")


def fishery() -> Canvas:
    rng = dice("fishery")
    sea = 390
    canvas = Canvas([(0, "#070d20"), (0.5, "#14274a"), (0.85, "#3d5a7d"), (1, "#8f8fa0")], 0, sea)
    stars = Stencil()
    for _ in range(170):
        stars.disc(rng.uniform(0, WIDTH), rng.uniform(0, 260) * rng.random() ** 0.4, rng.uniform(0.5, 1.5))
    canvas.lay(stars, "#e9efff", 0.75)
    canvas.glow(1250, sea + 10, 560, "#d98f7a", 0.5, 0.4)
    canvas.lay(Stencil().below(ridge(rng, sea + 2, 58, 0.5)), "#26385a")
    canvas.lay(Stencil().below([(x, min(y, sea + 4)) for x, y in swell(rng, sea + 6, 44, 1.2)]), "#182844")
    water = gradient([(0, "#56688a"), (0.16, "#23395f"), (0.6, "#0d1a36"), (1, "#050a1a")], sea, HEIGHT)
    canvas.lay(Stencil().box(0, sea, WIDTH, HEIGHT), water)
    places = [(1330, 408, 0.16), (220, 412, 0.17), (700, 416, 0.2), (980, 436, 0.3), (420, 462, 0.42)]
    places += [(1270, 505, 0.58), (120, 560, 0.66), (760, 620, 1.0)]
    for x, y, size in places:
        lamp_boat(canvas, rng, x, y, size)
    canvas.shade("#02050f", 0.6)
    return canvas


def lamp_boat(canvas: Canvas, rng: Random, x: float, y: float, size: float) -> None:
    def at(dx: float, dy: float) -> Point:
        return x + dx * size, y + dy * size

    mirror = Stencil()
    for _ in range(60):
        t = rng.random() ** 0.8
        middle, long = rng.gauss(x, 8 + 30 * size * t), (4 + 54 * size) * rng.uniform(0.2, 1) * (1 - t * 0.5)
        level = y + 14 * size + 250 * size * t
        mirror.line([(middle - long, level), (middle + long, level)], max(0.8, 3.4 * size))
    canvas.lay(mirror, "#ffc873", 0.55, 1 + 1.4 * size)
    canvas.glow(x, y - 70 * size, 330 * size + 20, "#ffb45c", 0.8)
    canvas.glow(x, y + 70 * size, 260 * size + 12, "#ff9f4d", 0.4, 0.5)
    hull = Stencil().polygon([at(-170, -40), at(-120, -12), at(120, -14), at(186, -58), at(140, 16), at(-136, 16)])
    hull.polygon([at(-110, -60), at(-30, -60), at(-24, -12), at(-116, -12)]).polygon(
        [at(-122, -68), at(-18, -68), at(-22, -58), at(-118, -58)]
    )
    hull.line([at(30, -12), at(30, -150)], 4 * size).line([at(-100, -104), at(150, -96)], 3 * size)
    hull.line([at(30, -148), at(-100, -104)], 1.5 * size).line([at(30, -148), at(150, -96)], 1.5 * size)
    hull.polygon([at(92, -14), at(88, -52), at(100, -66), at(112, -52), at(116, -14)]).disc(*at(101, -72), 10 * size)
    canvas.lay(hull, "#0a1020")
    lamps = Stencil()
    for n in range(6):
        lamps.disc(*at(-88 + n * 46, -92 + n * 1.6), max(1.2, 8 * size))
    canvas.lay(lamps, "#ffb45c", 0.9, 5 * size + 0.5)
    canvas.lay(lamps, "#fff4d2")
