"""What editors decide about comments: a post's own, the policy, and the reasons."""

import datetime
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from blog.models import Post
from comments import threads
from comments.models import UNTIL_OPENED, Comment, Policy, Reason, Thread
from tests.make import make_editor, make_moderator, make_post, make_writer
from tests.make_comments import decide, make_comment, set_policy

POLICY = "/admin/comments/policy/1/change/"
EVERYWHERE = "/admin/comments/policy/pause/"
REASONS = "/admin/comments/reason/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client: Client) -> User:
    editor = make_editor()
    client.force_login(editor)
    return editor


def address(post: Post) -> str:
    return f"/admin/comments/thread/{post.pk}/"


def shown(client: Client, page: str) -> dict[str, str]:
    """What the page's form holds."""
    form = client.get(page).context["form"]
    return {name: form[name].value() or "" for name in form.fields}


def drawn(client: Client, post: Post) -> dict[str, str]:
    return shown(client, address(post))


class PauseTests:
    def test_looking_writes_nothing(self, client: Client, editor: User, post: Post) -> None:
        page = client.get(address(post)).content.decode()
        assert "Readers can comment now." in page
        assert not Thread.objects.exists()

    def test_a_pause_stops_comments_with_the_editors_sentence(self, client: Client, editor: User, post: Post) -> None:
        typed = drawn(client, post) | {"paused_until": "2099-01-01T08:00", "pause_sentence": "We read first."}
        assert client.post(address(post), typed).status_code == 303
        thread = Thread.objects.get()
        assert thread.paused_until == timezone.make_aware(datetime.datetime(2099, 1, 1, 8))  # noqa: DTZ001
        assert "We read first." in client.get(address(post)).content.decode()
        assert "We read first." in Client().get(post.get_absolute_url()).content.decode()

    def test_the_counts_that_decisions_keep_stay_right(self, client: Client, editor: User, post: Post) -> None:
        make_comment(post)
        waiting = make_comment(post, Comment.Status.PENDING)
        typed = drawn(client, post) | {"mode": "closed", "approved_count": "99", "shown_roots": "99"}
        decide(waiting, Comment.Status.APPROVED)
        client.post(address(post), typed)
        thread = Thread.objects.get()
        assert (thread.mode, thread.approved_count, thread.shown_roots) == ("closed", 2, 2)

    def test_a_colleagues_word_is_not_overwritten_and_nothing_typed_is_lost(
        self, client: Client, editor: User, post: Post
    ) -> None:
        typed = drawn(client, post) | {"pause_sentence": "Mine, typed slowly."}
        Thread.objects.create(post=post, mode="closed")
        refused = client.post(address(post), typed)
        assert refused.status_code == 409
        assert "A colleague has changed this meanwhile: closed" in refused.content.decode()
        assert "Mine, typed slowly." in refused.content.decode()
        assert Thread.objects.get().mode == "closed"
        form = refused.context["form"]
        again = {name: form[name].value() or "" for name in form.fields}
        assert client.post(address(post), again).status_code == 303
        assert Thread.objects.get().pause_sentence == "Mine, typed slowly."

    def test_the_same_twice_is_no_conflict(self, client: Client, editor: User, post: Post) -> None:
        typed = drawn(client, post) | {"paused_until": "2099-01-01T08:00"}
        for _ in range(2):
            assert client.post(address(post), typed).status_code == 303

    @pytest.mark.parametrize(
        "wrong",
        [{"mode": "open"}, {"paused_until": "tomorrow"}, {"pause_sentence": "x" * 301}, {"pause_sentence": "a\x00"}],
    )
    def test_a_wrong_field_comes_back(self, client: Client, editor: User, post: Post, wrong: dict[str, str]) -> None:
        typed = drawn(client, post) | wrong
        answer = client.post(address(post), typed)
        assert answer.status_code == 422
        assert "errorlist" in answer.content.decode()
        assert not Thread.objects.exists()

    def test_another_post_keeps_its_comments_open(self, client: Client, editor: User, post: Post) -> None:
        other = make_post("Another")
        client.post(address(post), drawn(client, post) | {"mode": "closed"})
        assert threads.of(other).mode == Thread.Mode.DEFAULT

    def test_authors_may_not_even_on_their_own_posts(self, client: Client) -> None:
        user = make_writer()
        post = make_post("Own", by=user)
        client.force_login(user)
        for page in (address(post), EVERYWHERE):
            assert client.get(page).status_code == 403
            assert client.post(page, {"mode": "closed", "pause": "hour"}).status_code == 403
        assert not Thread.objects.exists()
        assert not Policy.objects.exists()

    def test_moderators_pause_and_open_but_do_not_close_for_good(self, client: Client, post: Post) -> None:
        client.force_login(make_moderator())
        assert "mode" not in drawn(client, post)
        client.post(address(post), drawn(client, post) | {"mode": "closed", "pause": "hour"})
        thread = Thread.objects.get()
        assert thread.mode == Thread.Mode.DEFAULT
        assert thread.paused_until
        client.post(address(post), drawn(client, post) | {"pause": "open"})
        assert Thread.objects.get().paused_until is None

    @pytest.mark.parametrize("pk", ["0", "999999999999999999", "9" * 40, "x"])
    def test_a_post_that_is_not_there_is_not_found(self, client: Client, editor: User, pk: str) -> None:
        assert client.get(f"/admin/comments/thread/{pk}/").status_code == 404

    def test_the_posts_page_links_here_for_editors_only(self, client: Client, post: Post) -> None:
        writer = make_writer()
        own = make_post("Own", by=writer, status="draft")
        client.force_login(make_editor())
        edit = f"/admin/blog/post/{own.pk}/change/"
        assert f'href="{address(own)}"' in client.get(edit).content.decode()
        client.force_login(writer)
        page = client.get(edit)
        assert page.status_code == 200
        assert address(own) not in page.content.decode()


class ShortcutTests:
    """One button is a pause, for a thumb; the sentence typed beside it goes along."""

    NOW = datetime.datetime(2026, 3, 28, 18, 30, tzinfo=datetime.UTC)

    @pytest.mark.parametrize(
        ("zone", "pressed", "until"),
        [
            ("UTC", "hour", datetime.datetime(2026, 3, 28, 19, 30, tzinfo=datetime.UTC)),
            ("UTC", "tomorrow", datetime.datetime(2026, 3, 29, 8, tzinfo=datetime.UTC)),
            # It is the 29th already in Tokyo; in Berlin the clocks go forward in this night.
            ("Asia/Tokyo", "tomorrow", datetime.datetime(2026, 3, 29, 23, tzinfo=datetime.UTC)),
            ("Europe/Berlin", "tomorrow", datetime.datetime(2026, 3, 29, 6, tzinfo=datetime.UTC)),
            ("UTC", "open-ended", UNTIL_OPENED),
        ],
    )
    def test_it_pauses_a_post_or_all_of_them(
        self, client: Client, editor: User, post: Post, settings: Any, zone: str, pressed: str, until: datetime.datetime
    ) -> None:
        settings.TIME_ZONE = zone
        with time_machine.travel(self.NOW, tick=False):
            for page in (address(post), EVERYWHERE):
                typed = shown(client, page) | {"pause_sentence": "We sleep.", "pause": pressed}
                assert client.post(page, typed).status_code == 303
        for row in (Thread.objects.get(), Policy.objects.get()):
            assert (row.paused_until, row.pause_sentence) == (until, "We sleep.")

    def test_the_other_button_opens_again_at_once(self, client: Client, editor: User, post: Post) -> None:
        for page in (address(post), EVERYWHERE):
            client.post(page, shown(client, page) | {"pause": "open-ended"})
            assert "Comments are paused." in Client().get(post.get_absolute_url()).content.decode()
            assert "Open again now" in client.get(page).content.decode()
            client.post(page, shown(client, page) | {"pause": "open"})
            assert "<textarea" in Client().get(post.get_absolute_url()).content.decode()
            assert "Open again now" not in client.get(page).content.decode()

    def test_saving_something_else_does_not_end_a_pause_without_an_end(
        self, client: Client, editor: User, post: Post
    ) -> None:
        client.post(address(post), shown(client, address(post)) | {"pause": "open-ended"})
        client.post(address(post), shown(client, address(post)) | {"mode": "forced_open"})
        thread = Thread.objects.get()
        assert (thread.paused_until, thread.mode) == (UNTIL_OPENED, "forced_open")

    def test_the_last_day_of_the_calendar_is_without_an_end(
        self, client: Client, editor: User, post: Post, settings: Any
    ) -> None:
        settings.TIME_ZONE = "America/New_York"
        for page in (address(post), EVERYWHERE):
            typed = shown(client, page) | {"paused_until": "9999-12-31T23:59"}
            assert client.post(page, typed).status_code == 303
            assert client.get(page).status_code == 200
        assert Thread.objects.get().paused_until == Policy.objects.get().paused_until == UNTIL_OPENED

    @pytest.mark.parametrize("wrong", [{"pause": "for ever"}, {"paused_until": "2020-01-01T08:00"}])
    def test_what_makes_no_sense_pauses_nothing(
        self, client: Client, editor: User, post: Post, wrong: dict[str, str]
    ) -> None:
        for page in (address(post), EVERYWHERE):
            assert client.post(page, shown(client, page) | wrong).status_code == 422
        assert not Thread.objects.exists()
        assert not Policy.objects.exists()


class EverywhereTests:
    def test_a_moderator_pauses_all_posts_and_changes_nothing_else(self, client: Client, post: Post) -> None:
        client.force_login(make_moderator())
        set_policy(statement="We read all.", max_length=900)
        typed = shown(client, EVERYWHERE) | {"pause_sentence": "The desk sleeps.", "pause": "hour"}
        assert client.post(EVERYWHERE, typed | {"max_length": "9", "is_open": ""}).status_code == 303
        policy = Policy.objects.get()
        assert (policy.max_length, policy.is_open, policy.statement) == (900, True, "We read all.")
        assert "The desk sleeps." in Client().get(post.get_absolute_url()).content.decode()

    def test_hours_need_a_beginning_and_an_end(self, client: Client, editor: User) -> None:
        typed = shown(client, EVERYWHERE)
        assert client.post(EVERYWHERE, typed | {"opens_at": "08:00"}).status_code == 422
        assert client.post(EVERYWHERE, typed | {"opens_at": "08:00", "closes_at": "20:00"}).status_code == 303
        policy = Policy.objects.get()
        assert (policy.opens_at, policy.closes_at) == (datetime.time(8), datetime.time(20))

    def test_a_colleagues_word_is_not_overwritten(self, client: Client, editor: User) -> None:
        typed = shown(client, EVERYWHERE) | {"pause_sentence": "Mine.", "pause": "hour"}
        set_policy(pause_sentence="Theirs.")
        refused = client.post(EVERYWHERE, typed)
        assert refused.status_code == 409
        page = refused.content.decode()
        assert "A colleague has changed this meanwhile: Theirs." in page
        assert "Mine." in page
        assert Policy.objects.get().paused_until is None

    def test_a_policy_that_was_open_in_a_window_does_not_end_the_pause(self, client: Client, editor: User) -> None:
        typed = PolicyTests().fields(client)
        client.post(EVERYWHERE, shown(client, EVERYWHERE) | {"pause_sentence": "Wait.", "pause": "open-ended"})
        assert client.post(POLICY, typed | {"statement": "New."}).status_code == 302
        policy = Policy.objects.get()
        assert (policy.paused_until, policy.pause_sentence, policy.statement) == (UNTIL_OPENED, "Wait.", "New.")


class PolicyTests:
    def fields(self, client: Client) -> dict[str, Any]:
        form = client.get(POLICY).context["adminform"].form
        typed = {name: form[name].value() for name in form.fields}
        typed = {name: value for name, value in typed.items() if value not in (None, False)}
        return typed

    def test_the_list_is_its_one_row_even_before_it_was_saved(self, client: Client, editor: User) -> None:
        assert client.get("/admin/comments/policy/")["Location"] == POLICY
        assert client.get(POLICY).status_code == 200
        assert not Policy.objects.exists()

    def test_its_guidelines_are_made_safe(self, client: Client, editor: User) -> None:
        typed = self.fields(client) | {"guidelines": '<p onclick="x()">Be kind.</p><script>alert(1)</script>'}
        assert client.post(POLICY, typed).status_code == 302
        assert Policy.objects.get().guidelines == "<p>Be kind.</p>"

    def test_there_is_no_second_one_and_it_is_not_deleted(self, client: Client, editor: User) -> None:
        for address in ("add/", "1/delete/"):
            assert client.get(f"/admin/comments/policy/{address}").status_code == 403
        assert client.get("/admin/comments/policy/2/change/").status_code == 302

    @pytest.mark.parametrize("who", [make_writer, make_moderator])
    def test_only_editors_see_it(self, client: Client, who: Any) -> None:
        client.force_login(who())
        assert client.get(POLICY).status_code == 403
        assert client.post(POLICY, {"statement": "x"}).status_code == 403


class ReasonTests:
    def test_editors_write_them_and_moderators_read_them(self, client: Client, editor: User) -> None:
        fields = {"code": "late", "label": "Too late", "words": "This is over.", "position": "9", "is_in_use": "on"}
        client.post(f"{REASONS}add/", fields)
        reason = Reason.objects.get(code="late")
        client.force_login(make_moderator())
        assert "Too late" in client.get(REASONS).content.decode()
        assert client.get(f"{REASONS}{reason.pk}/change/").status_code == 200
        assert client.post(f"{REASONS}{reason.pk}/change/", fields | {"label": "Forged"}).status_code == 403
        assert Reason.objects.get(code="late").label == "Too late"

    def test_its_page_shows_the_words_as_a_commenter_reads_them(self, client: Client, editor: User) -> None:
        reason = Reason.objects.get(code="abusive")
        page = client.get(f"{REASONS}{reason.pk}/change/").content.decode()
        assert f"Your comment was not published. {reason.words}" in page

    def test_one_that_was_given_is_never_deleted(self, client: Client, post: Post) -> None:
        used, unused = Reason.objects.all()[:2]
        make_comment(post, Comment.Status.REJECTED, reason=used)
        client.force_login(User.objects.create_superuser("root"))
        assert client.post(f"{REASONS}{used.pk}/delete/", {"post": "yes"}).status_code == 403
        assert client.post(f"{REASONS}{unused.pk}/delete/", {"post": "yes"}).status_code == 302
        assert Reason.objects.filter(pk=used.pk).exists()
        assert not Reason.objects.filter(pk=unused.pk).exists()

    def test_its_code_stays(self, client: Client, editor: User) -> None:
        reason = Reason.objects.all()[0]
        fields = {"code": "other-code", "label": "New label", "words": "New words.", "position": "1"}
        client.post(f"{REASONS}{reason.pk}/change/", fields)
        after = Reason.objects.get(pk=reason.pk)
        assert (after.code, after.label, after.is_in_use) == (reason.code, "New label", False)
