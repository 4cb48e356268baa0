"""What editors decide about comments: a post's own, the policy, and the reasons."""

import datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from blog.models import Post
from comments import threads
from comments.models import Comment, Policy, Reason, Thread
from tests.make import make_editor, make_moderator, make_post, make_writer
from tests.make_comments import decide, make_comment

POLICY = "/admin/comments/policy/1/change/"
REASONS = "/admin/comments/reason/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client: Client) -> User:
    editor = make_editor()
    client.force_login(editor)
    return editor


def address(post: Post) -> str:
    return f"/admin/comments/thread/{post.pk}/"


def drawn(client: Client, post: Post) -> dict[str, str]:
    """What the page's form holds."""
    form = client.get(address(post)).context["form"]
    return {name: form[name].value() or "" for name in form.fields}


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

    @pytest.mark.parametrize("who", [make_writer, make_moderator])
    def test_only_editors_may(self, client: Client, who: Any) -> None:
        user = who()
        post = make_post("Own", by=user)
        client.force_login(user)
        assert client.get(address(post)).status_code == 403
        assert client.post(address(post), {"mode": "closed"}).status_code == 403
        assert not Thread.objects.exists()

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


class PolicyTests:
    def fields(self, client: Client) -> dict[str, Any]:
        form = client.get(POLICY).context["adminform"].form
        typed = {name: form[name].value() for name in form.fields}
        typed = {name: value for name, value in typed.items() if value not in (None, False)}
        if "paused_until" in typed:
            del typed["paused_until"]
        return typed | {"paused_until_0": "", "paused_until_1": ""}

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
