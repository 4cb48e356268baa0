"""Every page and every act there is, for `plans.py`: the public ones by a list, the staff's by following links."""

import datetime
import html
import re
from collections import Counter, deque
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urljoin

from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse
from django.utils import timezone
from post_office.mail import get_queued

from blog import due, keysets, links, publishing, revisions, scheduled_changes, tidying
from blog.models import Author, Change, Page, Photo, Post, Region, Revision
from blog.publishing import Step
from comments import (
    editing,
    export,
    leases,
    moderation,
    notifications,
    objections,
    permits,
    privacy,
    submission,
    threads,
    your_data,
)
from comments.desk import lists, places
from comments.models import Address, Comment, Decision, Policy
from comments.notifications import letters
from comments.objections import Complaint
from comments.submission import Sender, Words
from tests.bench.many_posts import EMPTY, LEAVES, OLD_PROVINCE, QUIET, THOUSAND, TWENTY

Act = Callable[[], Any]
Named = tuple[str, Act]
SUPERUSER = "superuser"
ROLES = ["editor", "author", "moderator", SUPERUSER]
# Of pages that differ in numbers alone, so many are looked at, and so many of all that one list offers.
OF_A_KIND, OF_A_LIST = 2, 40
OURS = {"healthz", "readyz", "media", "icon", "page"}
NOW = timezone.now()


def everything() -> Iterator[Named]:
    yield from read()
    for role in ROLES:
        yield from staff(role)
    yield from desk()
    yield from acts()


# What everybody reads.


def read() -> Iterator[Named]:
    addresses = [*public(), *of_commenters(), *of_letters()]
    missing = routes(get_resolver()) - {resolve(path.partition("?")[0]).view_name for path in addresses}
    assert not missing, f"tests/bench/walk.py has no address of {missing}"
    for path in addresses:
        yield path, lambda path=path: Client().get(path)  # type: ignore[misc]


def routes(resolver: URLResolver, namespace: str = "") -> set[str]:
    """The names of all that can be read without signing in."""
    found: set[str] = set()
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            found |= {f"{namespace}{pattern.name}"} - OURS
        elif "admin" not in str(pattern.pattern):
            found |= routes(pattern, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace)
    # A report's own page is found by its token, as a comment's is.
    return found - {"blog:page", "comments:mail_own_page", "comments:reported"}


def public() -> Iterator[str]:
    posts = Post.objects.published(NOW).newest_first()
    thousand, middle = posts.get(slug=THOUSAND), posts.filter(publish_at__lt=NOW - datetime.timedelta(days=3_650))[0]
    oldest, before = posts.reverse()[0], f"?before={keysets.key(middle)}"
    for post in (thousand, posts.get(slug=TWENTY), middle, oldest):
        yield from (post.get_absolute_url() + below for below in ("", "print/", "cite/", "comments/"))
    yield from ("/", f"/{before}", f"/?before={keysets.key(oldest)}", "/nothing-here/", "/1999/01/02/nothing/")
    yield from (
        "/regions/",
        "/comment-guidelines/",
        "/comments/your-data/",
        "/robots.txt",
        "/feed/",
        "/1999/01/02/post-20-as-it-was/",
    )
    yield from (f"/sitemap{part}.xml" for part in ("", "-0", "-1", "-7"))
    regions = Region.objects.filter(pk__in=(1, 2, LEAVES[0], QUIET, OLD_PROVINCE, EMPTY))
    for row in (*regions, *Author.objects.filter(pk__lt=6)):
        yield from (row.get_absolute_url() + below for below in ("", before, "feed/"))
    for day in (thousand.published_date, middle.published_date, oldest.published_date):
        assert day
        yield from (f"/{day:%Y}/", f"/{day:%Y}/{before}", f"/{day:%Y/%m}/", f"/{day:%Y/%m}/{before}")
    yield from ("/1990/", "/1990/01/")


def of_commenters() -> Iterator[str]:
    for comment in [Comment.objects.filter(status=status).last() for status in Comment.Status.values]:
        if comment:
            yield comment.get_absolute_url()
    approved = Comment.objects.approved().filter(thread__post__slug=THOUSAND).select_related("thread__post")
    base = threads.base_address(Post.objects.get(slug=THOUSAND))
    yield from (f"{base}{number}/" for number in (2, 5))
    for comment in (approved.order_by("pk")[0], approved.order_by("-pk")[0]):
        yield from (f"{base}at/{comment.pk}/", f"{base}reply/{comment.pk}/", f"{base}report/{comment.pk}/")
        yield f"/comments/your-data/{your_data.signed(f'comment-{comment.pk}')}/"


def of_letters() -> Iterator[str]:
    """What the links in letters open."""
    address = Address.objects.get_or_create(digest=notifications.digest("rita@example.org"))[0]
    moderator = User.objects.get(username="moderator")
    yield reverse("comments:letters", args=[address.key])
    yield letters.proof_link(address)
    for comment in (Comment.objects.waiting()[0], Comment.objects.approved().order_by("-pk")[0]):
        yield permits.link(permits.give(comment, permits.DECLINE, moderator.pk, NOW))


# What the staff sees.


def staff(role: str) -> Iterator[Named]:
    """All that a role is led to, and what it can type into an address: links, filters, sorting, pages, searches."""
    client = Client()
    with transaction.atomic():
        client.force_login(User.objects.get(username="editor" if role == SUPERUSER else role))
        transaction.set_rollback(True)
    waiting, seen, of_list = deque(["/admin/", *typed()]), Counter[str](), Counter[str]()
    while waiting:
        path = waiting.popleft()
        kind = re.sub(r"\d+", "N", path)
        if seen[kind] >= OF_A_KIND or of_list[path.partition("?")[0]] >= OF_A_LIST:
            continue
        seen[kind] += 1
        of_list[path.partition("?")[0]] += 1
        found: list[Any] = []
        yield f"{role} {path}", lambda path=path, found=found: found.append(opened(client, role, path))  # type: ignore[misc]
        waiting.extend(offered(path, found[0]))


def opened(client: Client, role: str, path: str) -> Any:
    if role == SUPERUSER:
        User.objects.filter(username="editor").update(is_superuser=True)
    return client.get(path)


def offered(path: str, answer: Any) -> Iterator[str]:
    if answer.status_code in (301, 302):
        yield urljoin(path, answer["Location"])
    if answer.status_code != 200 or "text/html" not in answer["Content-Type"]:
        return
    page = answer.content.decode()
    if 'name="q"' in page and "?" not in path:
        yield from (f"{path}?q={words}" for words in ("harbor", "author", "zzzz", "tide%20ferry", "moderator"))
    if "changelist" in page and "?" not in path:
        yield from (f"{path}?p=2", f"{path}?p=20")
    # A list that fits is offered whole; a long one is not.
    for link in re.findall(r'href="([^"#]+)', page):
        to = re.sub(r"\?_changelist_filters=.*", "", urljoin(path, html.unescape(link)))
        if to.startswith("/admin/") and not re.search(r"^/admin/(logout|jsi18n|password)|\ball=", to):
            yield to


def typed() -> Iterator[str]:
    """What no link of a first page leads to: rows of every sort, places deep in a list, filters of the record."""
    post, draft = Post.objects.get(slug=TWENTY), Post.objects.filter(status="draft").order_by("-pk")[0]
    for pk in (post.pk, draft.pk):
        yield from (
            f"/admin/blog/post/{pk}/{below}" for below in ("change/", "history/", "delete/", "preview/", "compare/")
        )
    yield from (f"/admin/comments/thread/{post.pk}/", "/admin/comments/policy/pause/")
    for pk in (1, 2, 3):
        yield from (f"/admin/blog/author/{pk}/{below}" for below in ("change/", "history/", "delete/"))
    for pk in (1, 7, 39):
        yield from (f"/admin/blog/region/{pk}/{below}" for below in ("change/", "history/", "delete/"))
    for photo in (Photo.objects.all()[0], Photo.objects.order_by("pk")[0]):
        yield from (f"/admin/blog/photo/{photo.pk}/{below}" for below in ("change/", "history/", "delete/"))
    comments = "/admin/comments/comment/"
    middle = Comment.objects.waiting()[max(0, Comment.objects.waiting()[:1_000].count() - 30)]
    assert middle.waiting_since
    yield f"{comments}?after={places.key(middle.waiting_since, middle.pk)}"
    for tab in places.TABS[1:]:
        yield from (f"{comments}?tab={tab}", f"{comments}?tab={tab}&after={middle.pk // 2}&done={middle.pk // 2}")
    by = Decision.objects.filter(by__isnull=False).order_by("pk")[0].by_id
    for to in ("", *Comment.Status.values):
        for until in ("", "2015-06-30"):
            yield from (f"/admin/comments/decision/?by={who}&to={to}&until={until}" for who in ("", by))
    narrow = ("act=undo", "from=approved&via=mail", "reason=1", "region=1", "since=2015-06-01&until=2015-06-30")
    of_few = (f"post={post.pk}", f"post={Post.objects.get(slug=THOUSAND).pk}", "batch=none")
    yield from (f"/admin/comments/decision/?{query}" for query in (*narrow, *of_few))
    yield from (f"/admin/comments/decision/figures/?days={days}" for days in (7, 30, 90))


def desk() -> Iterator[Named]:
    """All that the desk's form can narrow a list to, on its views, and each of its orders from deep within."""
    client = Client()
    with transaction.atomic():
        client.force_login(User.objects.get(username="moderator"))
        transaction.set_rollback(True)
    first, last = Comment.objects.waiting()[0], Comment.objects.waiting().select_related("thread").order_by("-pk")[0]
    wanted = [
        f"post={last.thread.post_id}",
        "region=1",
        f"region={LEAVES[0]}",
        "author=1",
        "q=harbor",
        "q=zz",
        "older=24",
    ]
    wanted += [f"q={last.email}", f"who={last.email}", f"who={last.name}", "signal=links", "outlook=1", "asked=1"]
    narrow = [f"tab={tab}&{one}" for tab in (places.WAITING, "approved", "spam", "reported") for one in wanted]
    narrow += [f"kind={kind}" for kind in Comment.Waits.values]
    narrow += ["region=1&signal=links", "author=1&kind=new", "q=harbor&region=1&kind=new"]
    for name, order in lists.QUEUE.items():
        narrow += [f"order={name}", *(f"order={name}&after={order.key(comment)}" for comment in (first, last))]
    for query in narrow:
        path = f"/admin/comments/comment/?face=all&{query}"
        yield f"moderator {path}", lambda path=path: client.get(path)  # type: ignore[misc]


# What is done.


def acts() -> Iterator[Named]:
    post, editor = Post.objects.get(slug=TWENTY), User.objects.get(username="editor")
    moderator, author = User.objects.get(username="moderator"), User.objects.get(username="author")
    first, approved = Comment.objects.waiting()[0], Comment.objects.approved().order_by("-pk")[0]
    newest = revisions.latest(post)
    assert newest
    step, words = (
        Step(newest.number, editor, NOW),
        Words("Rita", "rita@example.org", "What do you think?", notify_decision=True),
    )
    email = Comment.objects.approved().order_by("pk")[0].email
    thread, policy = threads.of(post), Policy.objects.current()
    yield "a comment is sent", lambda: submission.submit(thread, policy, words, Sender(), NOW)
    yield "one is sent by the staff", lambda: submission.submit(thread, policy, words, Sender(moderator), NOW)
    yield "ten are handed out", lambda: leases.hand(moderator, "oldest", NOW)
    yield "ten are handed out by post", lambda: leases.hand(moderator, "post", NOW)
    yield "ten are handed out, the fine first", lambda: leases.hand(moderator, "fine", NOW)
    yield "one is approved", lambda: moderation.decide(first.pk, first.version, "approved", moderator, NOW)
    yield "one is rejected", lambda: moderation.decide(approved.pk, approved.version, "rejected", moderator, NOW)
    yield "a decision is undone", lambda: moderation.undo(approved.pk, approved.version, moderator, NOW)
    yield "a comment is withdrawn", lambda: editing.withdraw(approved.pk, approved.version, NOW)
    complaint = Complaint("abusive", "It is rude.", "ann@example.org")
    yield "a comment is reported", lambda: objections.report(approved, complaint, None, NOW)
    yield "a link to all that is kept is asked for", lambda: your_data.send_link(email, NOW)
    yield "a comment is forgotten", lambda: privacy.forget(approved.pk, approved.version, NOW)
    yield (
        "a comment is deleted for ever",
        lambda: delete_for_ever(approved, moderator),
    )
    yield "a person's words are exported", lambda: list(export.as_json(email))
    yield "a person is erased", lambda: privacy.erase(email, NOW)
    yield "the worker erases", lambda: privacy.erase_due(NOW)
    yield "the worker erases, also published addresses", erase_published
    yield "the worker reminds", lambda: notifications.remind(NOW)
    yield "an address is proven", lambda: letters.prove(Address.objects.all()[0], NOW)
    yield "the worker looks for mail", lambda: list(get_queued())
    yield "the worker tidies", lambda: tidying.tidy(NOW)
    yield "edits that are due are applied", lambda: scheduled_changes.apply_due(NOW)
    yield "a page asks what will change", lambda: due.look(NOW, ())
    yield "a post is saved", lambda: publishing.save(post, newest.snapshot | {"title": "Another"}, step)
    yield "a post is handed in", lambda: publishing.hand_in(post, newest.snapshot, step)
    yield "a post is published", lambda: publishing.publish(post, newest.snapshot | {"slug": "another"}, step)
    yield "a post is taken down", lambda: publishing.take_down(post, newest.snapshot, step)
    yield "an author moves", lambda: links.remember(author.author, "authors/somebody-else")
    yield "a page is there", lambda: Page.objects.filter(is_public=True).first()
    yield "changes are followed", lambda: list(Change.objects.filter(number__gte=1).order_by("number")[:1_000])
    yield "a revision is looked for", lambda: list(Revision.objects.filter(post=post)[:200])


def delete_for_ever(comment: Comment, by: User) -> None:
    privacy.delete_for_ever(comment.pk, comment.version, by, NOW)


def erase_published() -> None:
    Policy.objects.update(days_to_keep_addresses=30 * 365)
    privacy.erase_due(NOW)
