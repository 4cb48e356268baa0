"""A picture of a town at night."""

import math
from random import Random

from PIL import Image, ImageFilter

from blog.demo.canvas import HEIGHT, WIDTH, Canvas, Point, Stencil, dice, gradient, mix, ridge


def skyline() -> Canvas:
    rng = dice("skyline")
    shore = 700
    canvas = Canvas([(0, "#060b1f"), (0.55, "#16254c"), (1, "#4a4f7c")], 0, shore)
    stars = Stencil()
    for _ in range(130):
        stars.disc(rng.uniform(0, WIDTH), rng.uniform(0, 430), rng.uniform(0.5, 1.5))
    canvas.lay(stars, "#e9efff", 0.65)
    canvas.glow(800, 170, 330, "#8fa6d8", 0.55)
    canvas.lay(Stencil().disc(800, 170, 58), "#f6f1dc")
    canvas.lay(Stencil().disc(784, 158, 12).disc(820, 186, 9).disc(802, 148, 6), "#ddd6c0", 0.7)
    canvas.lay(Stencil().below(ridge(rng, shore - 60, 150, 0.5)), "#1c2a52")
    hill = [
        (float(x), shore - 330 * math.exp(-(((x - 330) / 330) ** 2)) + 3 * math.sin(x / 19)) for x in range(0, 1608, 8)
    ]
    canvas.lay(Stencil().below(hill), gradient([(0, "#182447"), (1, "#0c1430")], 360, shore))
    houses(canvas, rng, hill)
    canvas.glow(1120, shore, 640, "#e8925a", 0.55, 0.55)
    for n in range(3):
        towers(canvas, rng, n, shore)
    canvas.lay(Stencil().box(0, shore - 3, WIDTH, shore + 4), "#0a1128")
    mirror(canvas, rng, shore)
    canvas.shade("#02040e", 0.55)
    return canvas


def houses(canvas: Canvas, rng: Random, hill: list[Point]) -> None:
    """Roofs up the slope; the higher, the fewer lit windows."""
    for row in range(8):
        depth = row / 7
        for x, y in hill[row % 2 * 3 : 108 : 6]:
            top = y + (HEIGHT - 206 - y) * depth**1.15 + 10
            left, wide = x + rng.uniform(-12, 12) - 13, rng.uniform(24, 34)
            home = Stencil().box(left, top - 15, left + wide, top + 3)
            canvas.lay(home, mix("#2b3a68", "#1a2550", rng.random()))
            roof = [(left - 5, top - 14), (left + wide / 2, top - 26), (left + wide + 5, top - 14)]
            canvas.lay(Stencil().polygon(roof), mix("#121b3c", "#352b4c", rng.random() * 0.7))
            if rng.random() < 0.05 + 0.75 * depth**1.5:
                canvas.lay(Stencil().box(left + 8, top - 10, left + 16, top - 2), "#ffcf7f")
                canvas.glow(left + 12, top - 6, 20, "#c97f3a", 0.55)
        crown(canvas, rng, hill, depth)


def crown(canvas: Canvas, rng: Random, hill: list[Point], depth: float) -> None:
    """Trees between the rows: gardens that have grown over."""
    trees = Stencil()
    for _ in range(16):
        x, y = rng.choice(hill[:108])
        trees.disc(x, y + (HEIGHT - 206 - y) * depth**1.15 + rng.uniform(8, 22), rng.uniform(7, 15))
    canvas.lay(trees, "#0c1a30", 0.9)


def towers(canvas: Canvas, rng: Random, layer: int, shore: float) -> None:
    x = 560.0 - layer * 10
    lit, dim = Stencil(), Stencil()
    while x < WIDTH + 20:
        wide = rng.uniform(44, 98)
        crowd = math.exp(-(((x - 1120) / 330) ** 2))
        high = rng.uniform(50, 130) * (1.1 - layer * 0.18) + crowd * rng.uniform(90, 300) * (1.15 - layer * 0.36)
        top = shore - high
        body = Stencil().box(x, top, x + wide, shore)
        if rng.random() < 0.3:
            body.box(x + wide * 0.25, top - 22, x + wide * 0.75, top).line(
                [(x + wide / 2, top), (x + wide / 2, top - 66)], 2.4
            )
        canvas.lay(body, mix("#22305a", "#0b1230", layer / 2))
        for column in range(int((wide - 12) / 11)):
            for story in range(int((high - 16) / 15)):
                chance = rng.random()
                if chance < 0.46:
                    spot = x + 8 + column * 11, top + 10 + story * 15
                    (lit if chance < 0.26 else dim).box(spot[0], spot[1], spot[0] + 5.5, spot[1] + 7.5)
        x += wide + rng.uniform(0, 26)
        if rng.random() < 0.5:
            canvas.lay(lit, "#ffd68c", 0.6 + 0.2 * layer)
            canvas.lay(dim, "#f0a765", 0.4 + 0.15 * layer)
            lit, dim = Stencil(), Stencil()


def mirror(canvas: Canvas, rng: Random, shore: int) -> None:
    """The harbor: the town upside down, drawn out by small waves."""
    depth = HEIGHT - shore
    town = canvas.image.crop((0, shore - depth * 2, WIDTH, shore)).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    town = town.resize((WIDTH, depth)).filter(ImageFilter.BoxBlur((3, 14)))
    for y in range(depth):
        slip = round(rng.gauss(0, 1 + 5 * y / depth))
        canvas.image.paste(town.crop((0, y, WIDTH, y + 1)), (slip, shore + y))
    canvas.lay(Stencil().box(0, shore, WIDTH, HEIGHT), gradient([(0, "#101a3c"), (1, "#040817")], shore, HEIGHT), 0.25)
    waves = Stencil()
    for _ in range(200):
        t = rng.random()
        x, level, long = rng.uniform(0, WIDTH), shore + 6 + (depth - 6) * t, rng.uniform(8, 40) * (0.4 + t)
        waves.line([(x - long, level), (x + long, level)], 1 + 1.4 * t)
    canvas.lay(waves, "#040817", 0.4, 0.6)
