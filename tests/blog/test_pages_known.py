"""What pages are drawn from: read once by a process, and again when it has changed."""

import datetime
from collections.abc import Callable
from typing import Any

from django.template import Context, Template
from django.test import Client, RequestFactory
from django.utils import timezone

from blog import pages, publishing
from blog.due import Due
from blog.kept import MOST_KNOWN
from blog.publishing import Step
from tests import stored
from tests.make import make_author, make_editor, make_post, make_publication, make_snapshot

NOW = timezone.now()


class Reading:
    """Something to be read that says how often it was."""

    def __init__(self, value: str | None = "read") -> None:
        self.value, self.times = value, 0

    def __call__(self) -> str | None:
        self.times += 1
        return self.value


def ask(
    read: Callable[[], str | None],
    *tags: str,
    key: str = "something",
    method: str = "GET",
    now: datetime.datetime = NOW,
    due: tuple[Due, ...] = (),
) -> pages.Draft:
    """One request that asks once; the draft of its page."""
    request = RequestFactory().generic(method, "/")
    draft = pages.begin(request, now)
    draft.due = due
    assert pages.known(request, key, read, tags) == read.value  # type: ignore[attr-defined]
    return draft


class KnownTests:
    def test_it_is_read_once_by_all_requests(self) -> None:
        read = Reading()

        drafts = [ask(read, "post:1"), ask(read, "post:1")]

        assert read.times == 1
        assert all(draft.tags == {"post:1"} for draft in drafts)

    def test_it_is_read_anew_when_what_it_shows_has_changed_and_not_for_another_change(self, db: None) -> None:
        read = Reading()
        ask(read, "post:1")

        pages.changed("post:2")
        ask(read, "post:1")
        assert read.times == 1

        pages.changed("post:1")
        ask(read, "post:1")
        assert read.times == 2

    def test_it_is_read_anew_for_who_says_that_it_depends_on_something_else(self) -> None:
        read = Reading()
        ask(read, "posts:region:1", "posts:region:2")
        ask(read, "posts:region:2", "posts:region:1")
        assert read.times == 1

        for tags in (["posts:region:1"], ["posts:region:3"], ["posts:region:1", "posts:region:3"]):
            ask(read, *tags)

        assert read.times == 4

    def test_everything_changed_concerns_it_too(self, db: None) -> None:
        read = Reading()
        ask(read, "post:1")

        pages.changed(pages.EVERYTHING)
        ask(read, "post:1")

        assert read.times == 2

    def test_what_was_found_names_what_it_shows(self, db: None) -> None:
        read = Reading()

        def asked() -> None:
            request = RequestFactory().get("/")
            pages.begin(request, NOW)
            pages.known(request, "something", read, [], lambda value: [f"tag of {value}"])

        asked()
        asked()
        assert read.times == 1

        pages.changed("tag of read")
        asked()
        assert read.times == 2

    def test_what_changed_while_it_was_read_is_read_anew(self, db: None) -> None:
        read = Reading()

        def slow() -> str | None:
            pages.changed("post:1")
            return read()

        slow.value = "read"  # type: ignore[attr-defined]
        ask(slow, "post:1")
        ask(read, "post:1")

        assert read.times == 2

    def test_it_stands_no_longer_than_what_is_due_allows(self) -> None:
        read, soon = Reading(), NOW + datetime.timedelta(minutes=5)
        due = (Due(soon, frozenset({"post:1"})),)
        ask(read, "post:1", due=due)

        ask(read, "post:1", now=soon - datetime.timedelta(microseconds=1), due=due)
        assert read.times == 1

        ask(read, "post:1", now=soon)
        assert read.times == 2

    def test_it_is_not_believed_where_the_clock_was_put_back(self) -> None:
        read = Reading()
        ask(read, "post:1")

        ask(read, "post:1", now=NOW - datetime.timedelta(hours=1))

        assert read.times == 2

    def test_nothing_is_not_remembered(self) -> None:
        read = Reading(None)

        ask(read, "posts")
        ask(read, "posts")

        assert read.times == 2

    def test_what_a_comment_needs_is_known_as_well(self) -> None:
        read = Reading()
        ask(read, "post:1")

        ask(read, "post:1", method="POST")

        assert read.times == 1

    def test_what_is_never_kept_reads_for_itself_and_leaves_nothing(self) -> None:
        read = Reading()
        request = RequestFactory().get("/")
        draft = pages.begin(request, NOW)

        pages.never(request)
        pages.known(request, "something", read, ["post:1"])

        assert set(draft.known) == {"something"}
        assert not pages.store().known

    def test_where_nothing_is_kept_one_page_still_reads_once(self) -> None:
        read = Reading()
        request = RequestFactory().get("/")
        with stored.nothing_stored():
            pages.begin(request, NOW)
            for _time in range(2):
                pages.known(request, "something", read, ["post:1"])

        assert read.times == 1
        assert not pages.store().known

    def test_no_more_is_remembered_than_there_is_room_for(self) -> None:
        for number in range(MOST_KNOWN + 10):
            ask(Reading(), "post:1", key=f"post {number}")

        assert len(pages.store().known) <= MOST_KNOWN


class StandingTests:
    """A part of a page that a process draws once."""

    def drawn(self, template: str, **context: Any) -> str:
        request = RequestFactory().get("/")
        pages.begin(request, timezone.now())
        return Template("{% load blog_tags %}" + template).render(Context(context | {"request": request}))

    def test_it_is_drawn_once_until_what_it_shows_has_changed(self, db: None) -> None:
        part = "{% standing 'part' 'publication' %}{{ words }}{% endstanding %}"
        assert self.drawn(part, words="First") == "First"

        assert self.drawn(part, words="Second") == "First"

        pages.changed("publication")
        assert self.drawn(part, words="Third") == "Third"

    def test_each_post_has_its_own_which_goes_with_all_that_it_shows(self, db: None) -> None:
        author = make_author()
        one, other = make_post("One", authors=[author]), make_post("Other")
        part = "{% standing 'part' post %}{{ post.title }} {{ mark }}{% endstanding %}"
        assert [self.drawn(part, post=post, mark=1) for post in (one, other)] == ["One 1", "Other 1"]

        pages.changed(f"author:{author.pk}")

        assert [self.drawn(part, post=post, mark=2) for post in (one, other)] == ["One 2", "Other 1"]

    def test_a_preview_neither_takes_nor_gives(self, client: Client, db: None) -> None:
        make_publication()
        post = make_post("Ships wait", body="<p>As published.</p>")
        client.get(post.get_absolute_url())
        staff = Client()
        staff.force_login(make_editor())
        newer = make_snapshot("Ships wait", body="<p>Not yet public.</p>")
        publishing.save(post, newer, Step(1, make_editor(), timezone.now()))

        preview = staff.get(f"/admin/blog/post/{post.pk}/preview/").content.decode()
        stored.forget()
        public = client.get(post.get_absolute_url()).content.decode()

        assert "Not yet public." in preview and "As published." not in preview
        assert "As published." in public and "Not yet public." not in public
