"""Pictures of high ground: a railway, peaks in mist, a power line."""

import math
from itertools import pairwise
from random import Random

from blog.demo.canvas import HEIGHT, WIDTH, Canvas, Point, Stencil, dice, gradient, mix, ridge, swell

WAGONS = ("#b4553f", "#d39a4a", "#3f7480", "#c7c2b4", "#47638c", "#7b8a52")


def rail() -> Canvas:
    rng = dice("rail")
    canvas = Canvas([(0, "#5f93bd"), (0.55, "#b9d3df"), (1, "#f6e6cb")], 0, 560)
    canvas.glow(1240, 300, 620, "#fff0cd", 0.7)
    canvas.lay(Stencil().disc(1240, 210, 42), "#fffaea", 0.95)
    for n in range(5):
        base, rise = 470 + n * 48, 330 - n * 52
        peaks = ridge(rng, base, rise, 0.54)
        body = mix("#8fb1cb", "#27475f", n / 4)
        canvas.lay(
            Stencil().below(peaks), gradient([(0, body), (1, mix(body, "#f2e6d2", 0.5))], base - rise, base + 60)
        )
        if n < 3:
            snow(canvas, rng, peaks, base - rise, rise, 0.95 - n * 0.18)
        canvas.mist(base + 4, 40, "#f3e8d6", 0.4)
    viaduct(canvas, 560)
    train(canvas, rng, 560)
    for n in range(2):
        near = swell(rng, 800 + n * 70, 90 - n * 20, 1.4)
        canvas.lay(Stencil().below(near), mix("#27463f", "#0f2220", n))
        firs(canvas, rng, near, 120 - n * 30, 26 + n * 26, mix("#1d3a35", "#0a1917", n))
    canvas.shade("#0c2030", 0.45)
    return canvas


def snow(canvas: Canvas, rng: Random, peaks: list[Point], top: float, rise: float, opacity: float) -> None:
    """White down to a ragged line, and blue where the slope turns from the light."""
    line = ridge(rng, top + rise * 0.62, rise * 0.36, 0.62)
    cap = [(x, y) for x, y in peaks] + [
        (x, max(y, peak)) for (x, y), (_, peak) in zip(line[::-1], peaks[::-1], strict=True)
    ]
    canvas.lay(Stencil().polygon(cap), "#fbfaf4", opacity)
    shadow = Stencil()
    for (x, y), (nx, ny) in zip(peaks, peaks[3:], strict=False):
        if ny < y and y < top + rise * 0.4:
            shadow.polygon([(x, y), (nx, ny), (nx - 26, ny + 74), (x - 34, y + 40)])
    canvas.lay(shadow, "#7f9fbe", 0.22 * opacity, 3, within=Stencil().polygon(cap))


def viaduct(canvas: Canvas, level: float) -> None:
    stone = gradient([(0, "#8d7d72"), (0.5, "#5f5a5c"), (1, "#33434b")], level, 860)
    bridge = Stencil().box(-10, level, WIDTH + 10, level + 26)
    span = 116
    for n in range(-1, 15):
        x = n * span + 30
        bridge.polygon([(x - 13, level), (x + 13, level), (x + 20, HEIGHT), (x - 20, HEIGHT)])
        arch = [(x + 13 + (span - 26) * t / 24, level + 84 - 60 * math.sin(math.pi * t / 24)) for t in range(25)]
        bridge.polygon([(x + 13, level + 20), *arch, (x + span - 13, level + 20)])
    canvas.lay(bridge, stone)
    canvas.lay(Stencil().box(-10, level - 3, WIDTH + 10, level + 4), "#c9b49d")
    shade = Stencil().box(-10, level + 22, WIDTH + 10, level + 27)
    canvas.lay(shade, "#2b2f36", 0.5)
    canvas.mist(850, 120, "#e9dfcf", 0.5)


def train(canvas: Canvas, rng: Random, level: float) -> None:
    y = level - 3
    for n in range(10):
        left = 30 + n * 112
        canvas.lay(Stencil().box(left, y - 14, left + 106, y - 8), "#1d2730")
        for half in range(2):
            if rng.random() < 0.1:
                continue
            box, paint = left + 2 + half * 52, rng.choice(WAGONS)
            canvas.lay(Stencil().box(box, y - 52, box + 49, y - 14), paint)
            ribs = Stencil()
            for rib in range(1, 8):
                ribs.box(box + rib * 6, y - 50, box + rib * 6 + 1.4, y - 16)
            canvas.lay(ribs, "#1d2730", 0.28)
            canvas.lay(Stencil().box(box, y - 52, box + 49, y - 49), "#ffffff", 0.25)
    x = 1152
    engine = [(x, y - 10), (x, y - 58), (x + 128, y - 58), (x + 156, y - 34), (x + 160, y - 10)]
    canvas.lay(Stencil().polygon(engine), "#1f5a57")
    canvas.lay(Stencil().box(x, y - 30, x + 158, y - 24), "#e0b04e")
    canvas.lay(
        Stencil().polygon([(x + 112, y - 52), (x + 128, y - 52), (x + 144, y - 36), (x + 112, y - 36)]), "#cfe6ea"
    )
    wheels = Stencil()
    for n in range(11):
        for dx in (14, 28, 80, 94) if n < 10 else (18, 40, 116, 138):
            wheels.disc(30 + n * 112 + dx, y - 5, 6.5)
    canvas.lay(wheels, "#141b22")
    canvas.glow(x + 160, y - 22, 60, "#fff0b8", 0.9)


def firs(canvas: Canvas, rng: Random, ground: list[Point], number: int, size: float, color: str) -> None:
    wood = Stencil()
    for _ in range(number):
        x, y = rng.choice(ground)
        high = size * rng.uniform(0.7, 1.8)
        for n in range(4):
            top = y - high + n * high * 0.2
            wide = high * (0.1 + 0.075 * n)
            wood.polygon([(x, top), (x + wide, top + high * 0.36), (x - wide, top + high * 0.36)])
        wood.box(x - 2, y - high * 0.2, x + 2, y + 12)
    canvas.lay(wood, color)


def summit() -> Canvas:
    rng = dice("summit")
    canvas = Canvas([(0, "#c8d6d3"), (0.5, "#efe8d8"), (1, "#dfe3da")], 0, 700)
    canvas.glow(1080, 220, 420, "#fff3d0", 0.6)
    canvas.lay(Stencil().disc(1080, 220, 62), "#f3b178", 0.9)
    for n in range(6):
        base = 430 + n * 88
        color = mix("#b5c8c6", "#1f4346", (n / 5) ** 0.9)
        peaks = karst(rng, base, 250 + n * 16, 9 - n)
        canvas.lay(
            Stencil().below(peaks), gradient([(0, color), (1, mix(color, "#eef0e6", 0.75))], base - 250, base + 70)
        )
        if n > 2:
            firs(canvas, rng, [point for point in peaks if point[1] < base - 40], 60, 5 + n * 2.4, color)
        canvas.mist(base + 30, 46, "#f1f1e7", 0.72)
    canvas.mist(900, 90, "#e9ece4", 0.5)
    birds = Stencil()
    for n in range(7):
        x, y = 560 + n * 34 + 12 * math.sin(n * 2), 190 + abs(n - 3) * 15
        birds.line([(x - 12, y - 5), (x - 4, y - 7), (x, y), (x + 4, y - 7), (x + 12, y - 5)], 2.2)
    canvas.lay(birds, "#2c4a4c", 0.8)
    canvas.shade("#163034", 0.4)
    return canvas


def karst(rng: Random, base: float, rise: float, number: int) -> list[Point]:
    """Towers of limestone: steep sides, round heads."""
    towers = [
        (rng.uniform(-60, WIDTH + 60), rng.uniform(0.35, 1) * rise, rng.uniform(52, 118)) for _ in range(max(4, number))
    ]
    points = []
    for x in range(0, WIDTH + 5, 5):
        high = max(tall / (1 + (abs(x - middle) / wide) ** 3.4) for middle, tall, wide in towers)
        rugged = 5 * math.sin(x / 13 + base) + 3 * math.sin(x / 5.3) + rng.uniform(-2.5, 2.5)
        points.append((float(x), base - high - rugged * min(1, high / 60)))
    return points


def grid() -> Canvas:
    rng = dice("grid")
    canvas = Canvas([(0, "#3c4a7c"), (0.45, "#a983a3"), (0.8, "#f2b08b"), (1, "#ffe0ad")], 0, 640)
    canvas.glow(1130, 600, 700, "#ffc286", 0.75)
    canvas.glow(1130, 590, 150, "#fff3cf", 0.95)
    canvas.lay(Stencil().disc(1130, 586, 48), "#fff7e0")
    for n in range(5):
        hills = swell(rng, 640 + n * 52, 96 - n * 6, 1.1 + n * 0.2)
        color = mix("#b98a94", "#221f3b", n / 4)
        canvas.lay(
            Stencil().below(hills), gradient([(0, color), (1, mix(color, "#ffcf9d", 0.25))], 560 + n * 52, 760 + n * 60)
        )
        canvas.mist(650 + n * 50, 36, "#ffc79b", 0.3)
    line = [(170, 890, 1.0), (560, 812, 0.7), (812, 748, 0.49), (985, 700, 0.34), (1100, 664, 0.24), (1180, 640, 0.17)]
    for (x0, y0, s0), (x1, y1, s1) in zip([(-420, 1000, 1.5), *line], line, strict=False):
        wires(canvas, (x0, y0, s0), (x1, y1, s1))
    for x, y, size in line[::-1]:
        pylon(canvas, x, y, size)
    canvas.shade("#120f28", 0.5)
    return canvas


ARMS = ((-560, 96), (-470, 130), (-380, 104))


def pylon(canvas: Canvas, x: float, y: float, size: float) -> None:
    def at(dx: float, dy: float) -> Point:
        return x + dx * size, y + dy * size

    def half(high: float) -> float:
        return 78 - 66 * min(1.0, high / 470)

    color = mix("#15142b", "#8f6d80", max(0.0, 0.8 - size))
    frame = Stencil()
    for side in (-1, 1):
        frame.line([at(side * 78, 0), at(side * 12, -470), at(0, -640)], max(1.2, 6 * size))
    levels = [0, 90, 170, 240, 300, 352, 396, 434, 470]
    for low, high in pairwise(levels):
        for side in (-1, 1):
            frame.line([at(side * half(low), -low), at(-side * half(high), -high)], max(0.9, 3 * size))
        frame.line([at(-half(high), -high), at(half(high), -high)], max(0.9, 2.6 * size))
    for high, reach in ARMS:
        for side in (-1, 1):
            frame.line([at(0, high - 22), at(side * reach, high), at(0, high + 8)], max(1, 3.6 * size))
            frame.line([at(side * reach, high), at(side * reach, high + 24)], max(1, 5 * size))
    canvas.lay(frame, color)


def wires(canvas: Canvas, near: tuple[float, float, float], far: tuple[float, float, float]) -> None:
    """Six conductors that sag between two pylons."""
    strands = Stencil()
    for high, reach in ARMS:
        for side in (-1, 1):
            ax, ay = near[0] + side * reach * near[2], near[1] + (high + 24) * near[2]
            bx, by = far[0] + side * reach * far[2], far[1] + (high + 24) * far[2]
            sag = 80 * (near[2] + far[2]) / 2
            path = [
                (ax + (bx - ax) * n / 30, ay + (by - ay) * n / 30 + 4 * sag * (n / 30) * (1 - n / 30))
                for n in range(31)
            ]
            strands.line(path, max(0.9, 2.4 * (near[2] + far[2]) / 2))
    canvas.lay(strands, "#1d1a33", 0.8)
