"""What readers see under a post: a page of threads, drawn from its roots and their approved comments.

Only approved comments are fetched. What lies between them and is not approved is known by its id alone, from their
`lineage`, and drawn as a tombstone: nothing of it can be shown, for nothing of it is there.
"""

import datetime
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from django.db.models import Q
from django.utils.safestring import SafeString

from blog.models import Post
from blog.paths import path
from comments.models import Comment, Thread

ROOTS_ON_A_PAGE = 50
DEPTH_DRAWN = 3
LINEAGE_KEPT = 5


class Shown(NamedTuple):
    """What readers see of an approved comment, and where it stands."""

    pk: int
    parent_id: int | None
    root_id: int | None
    lineage: list[int]
    name: str
    website: str
    user_id: int | None
    # None for a guest.
    is_staff: bool | None
    submitted_at: datetime.datetime
    body_html: str
    edited_at: datetime.datetime | None = None
    is_edited_by_staff: bool = False


COLUMNS = [field if field != "is_staff" else "user__is_staff" for field in Shown._fields]


@dataclass(eq=False)
class Node:
    """One place in a drawn thread: a comment, or a tombstone where `comment` is None.

    `in_reply_to` names the one answered where that cannot be seen from the depth.
    """

    pk: int
    depth: int = 0
    comment: Shown | None = None
    in_reply_to: "Node | None" = None
    replies: dict[int, "Node"] = field(default_factory=dict)
    # What the next one drawn makes of the lists: it begins one below this, or ends as many as there are steps here.
    has_deeper: bool = False
    ends: range = range(0)
    # The comment as it is shown.
    drawn: SafeString | None = None


@dataclass(frozen=True)
class ThreadPage:
    post: Post
    number: int
    pages: int
    nodes: list[Node]

    @property
    def has_newer(self) -> bool:
        return self.number < self.pages

    @property
    def has_older(self) -> bool:
        return self.number > 1

    @property
    def newer_address(self) -> str:
        return page_address(self.post, self.number + 1)

    @property
    def older_address(self) -> str:
        return page_address(self.post, self.number - 1)


def of(post: Post) -> Thread:
    """The post's thread; one that was never written stands for the defaults, for reading never writes."""
    thread = Thread.objects.filter(post_id=post.pk).first() or Thread()
    thread.post = post
    return thread


def count_pages(thread: Thread) -> int:
    return max(1, -(-thread.shown_roots // ROOTS_ON_A_PAGE))


def page(thread: Thread, number: int = 1) -> ThreadPage | None:
    """One page of a thread's comments, in two queries however many there are; None for a page that is not there."""
    pages = count_pages(thread)
    if not 1 <= number <= pages:
        return None
    if not thread.shown_roots:
        return ThreadPage(thread.post, 1, 1, [])
    approved = Comment.objects.approved().filter(thread_id=thread.pk)
    if pages > 1:
        first = (number - 1) * ROOTS_ON_A_PAGE
        with_something = Comment.objects.filter(thread_id=thread.pk, root__isnull=True, shown_count__gt=0)
        roots = with_something.order_by("pk").values_list("pk", flat=True)[first : first + ROOTS_ON_A_PAGE]
        on_this_page = list(roots)
        approved = Comment.objects.approved().filter(Q(pk__in=on_this_page) | Q(root_id__in=on_this_page))
    shown = [Shown(*row) for row in approved.order_by("pk").values_list(*COLUMNS)]
    return ThreadPage(thread.post, number, pages, draw(shown))


def draw(approved: list[Shown]) -> list[Node]:
    """Put approved comments into the order and the depth they are drawn in; deeper ones stand at the deepest."""
    nodes = {comment.pk: Node(comment.pk, comment=comment) for comment in approved}

    def node(pk: int) -> Node:
        return nodes.setdefault(pk, Node(pk))

    for comment in approved:
        line = comment.lineage
        for above, below in pairwise(line):
            node(above).replies[below] = node(below)
        if line:
            above = comment.parent_id if comment.parent_id in nodes else line[-1]
            node(above).replies[comment.pk] = node(comment.pk)
    drawn: list[Node] = []
    for pk in sorted({comment.root_id or comment.pk for comment in approved}):
        _flatten(node(pk), drawn)
    for one, following in pairwise([*drawn, Node(0)]):
        one.has_deeper = following.depth > one.depth
        one.ends = range(one.depth - following.depth)
    return drawn


def _flatten(root: Node, drawn: list[Node]) -> None:
    """Add a tree to the list, depth first and oldest first, without recursion: a thread may be a thousand deep."""
    waiting: list[tuple[Node, int, Node | None]] = [(root, 0, None)]
    while waiting:
        node, depth, parent = waiting.pop()
        node.depth = min(depth, DEPTH_DRAWN - 1)
        node.in_reply_to = parent if depth >= DEPTH_DRAWN else None
        drawn.append(node)
        waiting.extend((node.replies[pk], depth + 1, node) for pk in sorted(node.replies, reverse=True))


def where(comment: Comment) -> int:
    """The number of the page on which an approved comment stands now."""
    root = comment.root_id or comment.pk
    earlier = Comment.objects.filter(thread_id=comment.thread_id, root__isnull=True, shown_count__gt=0, pk__lt=root)
    return earlier.count() // ROOTS_ON_A_PAGE + 1


def address(comment: Comment) -> str:
    """The path at which an approved comment can be read now; pages move when an older one is approved."""
    post = comment.thread.post
    number = where(comment)
    path = f"{base_address(post)}{number}/" if number > 1 else post.get_absolute_url()
    return f"{path}#comment-{comment.pk}"


def base_address(post: Post) -> str:
    """Where comments on a post are sent; all that concerns them lies below it."""
    day = post.published_date
    assert day is not None
    return path("comments:submit", f"{day:%Y}", f"{day:%m}", f"{day:%d}", post.slug)


def own_page_address(comment: Comment) -> str:
    """Where a commenter asks for the address of their comment's own page."""
    return f"{base_address(comment.thread.post)}at/{comment.pk}/own-page/"


def page_address(post: Post, number: int) -> str:
    return f"{base_address(post)}{number}/" if number > 1 else f"{post.get_absolute_url()}#comments"
