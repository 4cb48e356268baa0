"""The words of the demo publication, one HTML file for each post and page."""

import re
from pathlib import Path

from blog.demo.outline import POSTS
from blog.demo.shapes import Page, Post

HERE = Path(__file__).parent
# How one text names another; where the publication lives is known only when the demo is loaded.
LINK = re.compile(r'href="(post|page):([a-z0-9-]+)"')


def body(subject: Post | Page, base: str = "/") -> str:
    """The HTML of a post or page. `base` is the path of the publication's address, with a slash at its end."""
    folder = "posts" if isinstance(subject, Post) else "pages"
    html = (HERE / folder / f"{subject.slug}.html").read_text(encoding="utf-8").strip()
    return LINK.sub(lambda link: f'href="{base}{path_of(link[2]) if link[1] == "post" else f"{link[2]}/"}"', html)


def path_of(slug: str) -> str:
    """Where a published demo post stands, below the publication's address."""
    post = next(post for post in POSTS if post.slug == slug)
    if post.published_at is None:
        raise ValueError(f"{slug} is not published, so nothing may link to it.")
    return f"{post.published_at:%Y/%m/%d}/{slug}/"
