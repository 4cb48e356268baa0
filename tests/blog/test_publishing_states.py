"""Readers get what the page said they would get: one row for each act on a post in each state."""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from post_office.models import Email

from blog import publishing
from blog.models import Post
from blog.publishing import Step
from tests import make
from tests.blog.forms_of_posts import CHANGE, press, read

pytestmark = pytest.mark.django_db

NOW = datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC)
IN_AN_HOUR, LATER = NOW + make.HOUR, NOW + 2 * make.HOUR
SOON = "2026-11-23T13:00"

# What readers see now, and after the hour: a title, or nothing.
AS_IT_WAS = {
    "draft": (None, None),
    "in_review": (None, None),
    "scheduled": (None, "Old"),
    "public": ("Old", "Old"),
    "waiting": ("Old", "Waiting"),
    "expired": (None, None),
    "taken_down": (None, None),
}
NOT_PUBLIC, NEW, NEW_LATER, OLD = (None, None), ("New", "New"), (None, "New"), ("Old", "Old")
EDITOR: dict[str, dict[str, Any]] = {
    "save": {
        "draft": NOT_PUBLIC,
        "in_review": NOT_PUBLIC,
        "scheduled": NEW_LATER,
        "public": OLD,
        "waiting": ("Old", "New"),
        "expired": NOT_PUBLIC,
        "taken_down": NOT_PUBLIC,
    },
    "hand_back": {"in_review": NOT_PUBLIC},
    "publish": {
        "draft": NEW,
        "in_review": NEW,
        "scheduled": NEW,
        "public": NEW,
        "waiting": NEW,
        "expired": NEW,
        "taken_down": NEW,
    },
    "schedule": {
        "draft": NEW_LATER,
        "in_review": NEW_LATER,
        "scheduled": NEW_LATER,
        "public": ("Old", "New"),
        "waiting": ("Old", "New"),
        "expired": NEW_LATER,
        "taken_down": NEW_LATER,
    },
    "unschedule": {"scheduled": NOT_PUBLIC},
    "take_down": {"public": NOT_PUBLIC, "waiting": NOT_PUBLIC, "expired": NOT_PUBLIC},
    "put_up_again": {"expired": OLD, "taken_down": OLD},
}
AUTHOR: dict[str, dict[str, Any]] = {
    "save": AS_IT_WAS,
    "hand_in": AS_IT_WAS,
}


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def make_post(state: str) -> Post:
    make.make_publication()
    by: dict[str, Any] = {"by": make.make_writer(), "authors": [make.make_author()], "regions": [make.make_region()]}
    if state == "waiting":
        post = make.make_post("Old", **by)
        waits = make.make_snapshot("Waiting", authors=by["authors"], slug=post.slug)
        publishing.schedule_edit(post, waits, Step(1, make.make_editor(), NOW), IN_AN_HOUR)
        return post
    return make.make_post("Old", status="published" if state == "public" else state, **by)


def seen(post: Post) -> str | None:
    """The title under which readers find the post, wherever they look."""
    page = Client().get("/").content.decode()
    found = [title for title in ("Old", "New", "Waiting") if f">{title}</a>" in page]
    post.refresh_from_db()
    alone = Client().get(post.get_absolute_url()) if post.published_date else None
    assert (alone is not None and alone.status_code == 200) == bool(found)
    assert len(found) <= 1
    return found[0] if found else None


def send(client: Client, post: Post, act: str, **typed: Any) -> Any:
    """Type all that the act asks for, and press its button."""
    was_public = post.has_been_public(NOW)
    asked: dict[str, dict[str, str]] = {
        "hand_back": {"note": "Shorter, please."},
        "publish": {"is_incomplete_meant": "on", "is_early_meant": "on"},
        "schedule": {"is_incomplete_meant": "on", "go_live_at" if was_public else "publish_at": SOON},
        "take_down": {"is_takedown_meant": "on"},
    }
    opened = {"expire_at": ""} if act in ("publish", "schedule") else {}
    return press(client, CHANGE.format(post.pk), act, title="New", **asked.get(act, {}), **opened, **typed)


def rows(table: dict[str, dict[str, Any]]) -> list[tuple[str, str]]:
    return [(state, act) for act in table for state in AS_IT_WAS]


class TableTests:
    @pytest.mark.parametrize(("state", "act"), rows(EDITOR))
    def test_an_editor(self, clock: Any, state: str, act: str) -> None:
        self.check(make.make_editor(), EDITOR, clock, state, act)

    @pytest.mark.parametrize(("state", "act"), rows(AUTHOR))
    def test_an_author(self, clock: Any, state: str, act: str) -> None:
        self.check(make.make_writer(), AUTHOR, clock, state, act)

    @pytest.mark.parametrize(("state", "act"), [row for row in rows(EDITOR) if row[1] not in AUTHOR])
    def test_an_author_can_do_nothing_else(self, clock: Any, state: str, act: str) -> None:
        post, client = make_post(state), Client()
        client.force_login(make.make_writer())
        assert send(client, post, act).status_code == 403
        assert seen(post) == AS_IT_WAS[state][0]

    def check(self, by: Any, table: dict[str, dict[str, Any]], clock: Any, state: str, act: str) -> None:
        post, client = make_post(state), Client()
        client.force_login(by)
        offered = set(read(client.get(CHANGE.format(post.pk)).content.decode()).acts)
        is_possible = state in table[act]
        assert (act in offered) == is_possible, "the page offers what can be done and nothing else"
        answer = send(client, post, act)
        assert answer.status_code == (302 if is_possible else 422)
        now, later = table[act].get(state, AS_IT_WAS[state])
        assert seen(post) == now
        clock.move_to(LATER)
        assert seen(post) == later
        # What was typed is kept, whatever became of it.
        assert post.revisions.filter(snapshot__title="New").exists() == is_possible


class AskedTests:
    @pytest.fixture
    def editor(self, client: Client) -> Client:
        client.force_login(make.make_editor())
        return client

    def test_what_waits_is_not_put_up_early_unless_that_is_said(self, editor: Client, clock: Any) -> None:
        post = make_post("waiting")
        refused = press(editor, CHANGE.format(post.pk), "publish", summary="A comma less.")
        assert refused.status_code == 422
        assert "These changes were to go up on November 23, 2026, 13:00 (UTC)." in refused.content.decode()
        assert read(refused.content.decode()).fields["summary"] == ["A comma less."]
        assert seen(post) == "Old"
        clock.move_to(LATER)
        assert seen(post) == "Waiting"

    def test_what_readers_see_is_corrected_and_what_waits_takes_the_correction_over(
        self, editor: Client, clock: Any
    ) -> None:
        post = make_post("waiting")
        page = editor.get(f"{CHANGE.format(post.pk)}?text=live").content.decode()
        form = read(page)
        assert (form.fields["title"], form.acts) == (["Old"], ["publish"])
        assert press(editor, CHANGE.format(post.pk), "publish", page, summary="Corrected.").status_code == 302
        assert seen(post) == "Old"
        assert post.summary == "Corrected."
        clock.move_to(LATER)
        assert seen(post) == "Waiting"
        post.refresh_from_db()
        assert post.summary == "Corrected."

    def test_text_and_author_are_needed_and_the_rest_is_asked_about_once(self, editor: Client) -> None:
        make.make_publication()
        post = make.make_post("Old", status="draft", body="<p> </p>")
        refused = press(editor, CHANGE.format(post.pk), "publish").content.decode()
        assert "There is no text yet" in refused
        assert "Please choose who wrote it." in refused
        author = make.make_author()
        typed: dict[str, Any] = {"body": "<p>Text.</p>", "bylines_author": author.pk, "bylines_role": "by"}
        asked = press(editor, CHANGE.format(post.pk), "publish", **typed)
        assert asked.status_code == 422
        page = asked.content.decode()
        assert "it has no summary, region, photo yet" in page
        assert seen(post) is None
        assert press(editor, CHANGE.format(post.pk), "publish", page, is_incomplete_meant="on").status_code == 302
        assert seen(post) == "Old"

    @pytest.mark.parametrize("field", ["publish_at", "go_live_at"])
    def test_a_time_to_come_and_publish_now_contradict_each_other(self, editor: Client, field: str) -> None:
        post = make_post("draft" if field == "publish_at" else "public")
        refused = press(editor, CHANGE.format(post.pk), "publish", title="New", **{field: SOON})
        assert refused.status_code == 422
        assert "press Schedule, or empty this field to publish now" in refused.content.decode()
        assert seen(post) == AS_IT_WAS["draft" if field == "publish_at" else "public"][0]

    @pytest.mark.parametrize("state", ["draft", "scheduled"])
    def test_an_emptied_date_is_no_date(self, editor: Client, state: str) -> None:
        post = make_post(state)
        if state == "draft":
            press(editor, CHANGE.format(post.pk), "save", publish_at=SOON)
        typed: dict[str, Any] = {"publish_at": "", "is_incomplete_meant": "on"}
        assert press(editor, CHANGE.format(post.pk), "publish", **typed).status_code == 302
        assert seen(post) == "Old"
        assert Post.objects.get().publish_at == NOW

    def test_saving_something_scheduled_without_its_time_is_refused_with_what_to_press(self, editor: Client) -> None:
        post = make_post("scheduled")
        refused = press(editor, CHANGE.format(post.pk), "save", title="New", publish_at="")
        assert refused.status_code == 422
        assert "or press Unschedule or Publish now" in refused.content.decode()

    def test_a_new_time_that_is_saved_is_the_time(self, editor: Client, clock: Any) -> None:
        post = make_post("scheduled")
        answer = press(editor, CHANGE.format(post.pk), "save", publish_at="2026-12-06T10:00")
        said = editor.get(answer["Location"]).content.decode()
        assert "This is what goes up on December 6, 2026, 10:00 (UTC)." in said
        clock.move_to(LATER)
        assert seen(post) is None
        clock.move_to(NOW + datetime.timedelta(days=13))
        assert seen(post) == "Old"

    def test_an_author_is_told_that_the_scheduled_text_stands(self, client: Client) -> None:
        post = make_post("scheduled")
        client.force_login(make.make_writer())
        answer = press(client, CHANGE.format(post.pk), "hand_in", title="New")
        said = client.get(answer["Location"]).content.decode()
        assert "is still the text that an editor scheduled, unless an editor publishes yours" in said
        assert "What goes up is revision 1; you are editing revision 2." in said

    def test_of_two_editors_the_second_is_refused_and_loses_nothing(self, editor: Client, clock: Any) -> None:
        post, colleague = make_post("scheduled"), Client()
        colleague.force_login(make.make_editor("colleague"))
        page = colleague.get(CHANGE.format(post.pk)).content.decode()
        press(editor, CHANGE.format(post.pk), "unschedule")
        refused = press(colleague, CHANGE.format(post.pk), "save", page, title="New")
        assert refused.status_code == 409
        assert read(refused.content.decode()).fields["title"] == ["New"]
        clock.move_to(LATER)
        assert seen(post) is None

    def test_a_schedule_that_began_meanwhile_cannot_be_lifted(self, editor: Client, clock: Any) -> None:
        post = make_post("scheduled")
        page = editor.get(CHANGE.format(post.pk)).content.decode()
        clock.move_to(LATER)
        refused = press(editor, CHANGE.format(post.pk), "unschedule", page)
        assert refused.status_code == 422
        assert "look at how the post stands now" in refused.content.decode()
        assert seen(post) == "Old"

    def test_nobody_is_told_that_something_was_published_before_it_is(self, editor: Client) -> None:
        post = make_post("scheduled")
        Email.objects.all().delete()
        press(editor, CHANGE.format(post.pk), "save", title="New")
        press(editor, CHANGE.format(post.pk), "unschedule")
        assert not Email.objects.filter(subject__contains="published").exists()


class ClockChangeTests:
    """The hour that comes twice, and the one that does not come."""

    @pytest.fixture(autouse=True)
    def new_york(self, settings: Any, clock: Any) -> None:
        settings.TIME_ZONE = "America/New_York"
        clock.move_to(datetime.datetime(2026, 11, 1, 6, 20, 31, tzinfo=datetime.UTC))

    def test_a_post_of_the_repeated_hour_is_saved_corrected_and_taken_down(self, client: Client) -> None:
        client.force_login(make.make_editor())
        make.make_publication()
        post = make.make_post("Old", status="draft", authors=[make.make_author()])
        press(client, CHANGE.format(post.pk), "publish", is_incomplete_meant="on")
        post.refresh_from_db()
        began = post.publish_at
        for act, typed in (("publish", {"title": "New"}), ("save", {"title": "Newer"})):
            assert press(client, CHANGE.format(post.pk), act, **typed).status_code == 302
        post.refresh_from_db()
        assert post.publish_at == began, "an untouched time keeps its seconds and its hour"
        assert press(client, CHANGE.format(post.pk), "take_down", is_takedown_meant="on").status_code == 302

    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("2027-11-07T01:30", datetime.datetime(2027, 11, 7, 5, 30, tzinfo=datetime.UTC)),
            ("2027-03-14T02:30", datetime.datetime(2027, 3, 14, 7, 30, tzinfo=datetime.UTC)),
        ],
    )
    def test_a_typed_one_means_the_first_or_the_next_there_is(
        self, client: Client, typed: str, meant: datetime.datetime
    ) -> None:
        client.force_login(make.make_editor())
        make.make_publication()
        post = make.make_post("Old", status="draft", authors=[make.make_author()])
        more: dict[str, Any] = {"publish_at": typed, "is_incomplete_meant": "on"}
        assert press(client, CHANGE.format(post.pk), "schedule", **more).status_code == 302
        assert Post.objects.get().publish_at == meant

    def test_a_pause_begun_in_it_can_be_ended_and_changed(self, client: Client) -> None:
        client.force_login(make.make_moderator())
        address = "/admin/comments/policy/pause/"
        for act in ({"pause": "hour"}, {}, {"pause": "open"}):
            fields = read(client.get(address).content.decode(), "pausing_form").fields
            assert client.post(address, {**fields, **act}).status_code == 303
