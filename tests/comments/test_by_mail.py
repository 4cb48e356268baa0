"""Deciding by a link in a letter: opening it never decides, and it dies with what it was written for."""

import datetime
from typing import Any

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from blog.models import Post
from comments import by_mail, editing, moderation, permits
from comments.models import Appeal, Comment, Decision, Reason
from comments.roles import HOSTS
from tests.comments.letters import is_private
from tests.make import PASSWORD, make_moderator, make_post, make_staff
from tests.make_comments import decide, make_comment, set_policy

Status = Comment.Status
OURS = {"Sec-Fetch-Site": "same-origin"}
FOREIGN = {"Sec-Fetch-Site": "cross-site"}
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def comment(post: Post) -> Comment:
    return make_comment(post, Status.PENDING, body="Words to be read before they appear.")


@pytest.fixture
def mona(db: None) -> Any:
    return make_moderator("mona")


def link(comment: Comment, act: str, user: Any, at: datetime.datetime | None = None) -> str:
    present = moderation.present(comment.pk)
    return permits.link(permits.give(present, act, user.pk, at or timezone.now()))


def status(comment: Comment) -> str:
    return Comment.objects.get(pk=comment.pk).status


class OpeningTests:
    @pytest.mark.parametrize("act", [permits.APPROVE, permits.DECLINE])
    def test_it_shows_the_comment_and_one_button_and_decides_nothing(
        self, client: Client, post: Post, comment: Comment, mona: Any, act: str
    ) -> None:
        path = link(comment, act, mona)
        for _scanner in range(3):
            for response in (client.get(path), client.head(path)):
                assert response.status_code == 200
                assert is_private(response)
        page = client.get(path).content.decode()
        assert comment.body in page
        assert post.title in page
        assert page.count("<button") == 1
        assert "<script" not in page.partition("<main")[2].partition("</main")[0]
        assert status(comment) == Status.PENDING
        assert not Decision.objects.exists()

    def test_it_is_the_same_for_who_is_signed_in(self, client: Client, comment: Comment, mona: Any) -> None:
        path = link(comment, permits.APPROVE, mona)
        staff = Client()
        staff.login(username="mona", password=PASSWORD)
        assert staff.get(path).content == client.get(path).content


class DecliningTests:
    def test_the_link_is_enough(self, client: Client, comment: Comment, mona: Any) -> None:
        path = link(comment, permits.DECLINE, mona)
        response = Client(enforce_csrf_checks=True).post(path, headers=OURS)
        assert (response.status_code, response["Location"]) == (303, path)
        decision = Decision.objects.get()
        assert (decision.by, decision.via, decision.to_status) == (mona, Decision.Via.MAIL, Status.REJECTED)
        page = client.get(path).content.decode()
        assert "You decided it." in page
        assert "Take it back" in page

    def test_a_reason_may_be_given(self, client: Client, comment: Comment, mona: Any) -> None:
        reason = Reason.objects.get(code="off-topic")
        client.post(link(comment, permits.DECLINE, mona), {"reason": str(reason.pk)})
        assert Decision.objects.get().reason == reason

    @pytest.mark.parametrize("reason", ["x", "999", "9" * 50, "\x00", "٣"])
    def test_a_reason_that_is_none_is_none(self, client: Client, comment: Comment, mona: Any, reason: str) -> None:
        assert client.post(link(comment, permits.DECLINE, mona), {"reason": reason}).status_code == 303
        assert Decision.objects.get().reason is None

    def test_twice_is_done_once(self, client: Client, comment: Comment, mona: Any) -> None:
        path = link(comment, permits.DECLINE, mona)
        assert [client.post(path).status_code for _ in range(2)] == [303, 303]
        assert Decision.objects.count() == 1

    def test_another_site_cannot_press_the_button(self, client: Client, comment: Comment, mona: Any) -> None:
        assert client.post(link(comment, permits.DECLINE, mona), headers=FOREIGN).status_code == 403
        assert status(comment) == Status.PENDING

    def test_it_drops_other_words_of_a_published_comment(self, client: Client, post: Post, mona: Any) -> None:
        comment = make_comment(post, body="What is public.")
        editing.change(comment.pk, comment.version, "What should not be.", timezone.now())
        path = link(comment, permits.DECLINE, mona)
        page = client.get(path).content.decode()
        assert "What is public." in page
        assert "What should not be." in page
        client.post(path)
        now = moderation.present(comment.pk)
        assert (now.status, now.body, now.proposed_body) == (Status.APPROVED, "What is public.", "")


class ApprovingTests:
    @pytest.fixture
    def path(self, comment: Comment, mona: Any) -> str:
        return link(comment, permits.APPROVE, mona)

    def test_it_asks_who_it_is(self, client: Client, comment: Comment, path: str) -> None:
        for headers in ({}, OURS):
            response = client.post(path, headers=headers)
            assert response.status_code == 302
            assert response["Location"].startswith("/admin/login/?next=/comments/by-mail/")
            assert is_private(response)
        assert status(comment) == Status.PENDING

    def test_signed_in_it_approves(self, client: Client, comment: Comment, path: str, mona: Any) -> None:
        client.login(username="mona", password=PASSWORD)
        assert client.post(path, headers=OURS).status_code == 303
        assert status(comment) == Status.APPROVED
        decision = Decision.objects.get()
        assert (decision.by, decision.via) == (mona, Decision.Via.MAIL)

    def test_what_is_signed_in_counts_only_from_a_page_of_ours(
        self, client: Client, comment: Comment, path: str
    ) -> None:
        client.login(username="mona", password=PASSWORD)
        assert client.post(path).status_code == 302
        assert client.post(path, headers=FOREIGN).status_code == 403
        assert status(comment) == Status.PENDING

    def test_another_account_is_told_so(self, client: Client, comment: Comment, path: str) -> None:
        make_moderator("other")
        client.login(username="other", password=PASSWORD)
        response = client.post(path, headers=OURS)
        assert response.status_code == 403
        assert "another account" in response.content.decode()
        assert status(comment) == Status.PENDING

    def test_where_the_policy_says_so_the_letter_is_enough(self, client: Client, comment: Comment, path: str) -> None:
        set_policy(is_approved_by_mail=True)
        assert client.post(path).status_code == 303
        assert status(comment) == Status.APPROVED

    def test_a_link_that_declines_does_not_approve(self, client: Client, comment: Comment, mona: Any) -> None:
        set_policy(is_approved_by_mail=True)
        client.post(link(comment, permits.DECLINE, mona), {"act": "approve", "to": "approved"})
        assert status(comment) == Status.REJECTED


class StaleTests:
    def test_changed_words_are_shown_and_need_another_press(self, client: Client, comment: Comment, mona: Any) -> None:
        set_policy(is_approved_by_mail=True)
        path = link(comment, permits.APPROVE, mona)
        editing.change(comment.pk, comment.version, "Words that nobody has seen.", timezone.now())
        response = client.post(path)
        assert response.status_code == 409
        assert status(comment) == Status.PENDING
        page = client.get(path).content.decode()
        for shown in (response.content.decode(), page):
            assert "has changed since the letter" in shown
            assert "Words that nobody has seen." in shown
        fresh = page.partition('method="post" action="')[2].partition('"')[0]
        assert fresh != path
        assert client.post(fresh).status_code == 303
        assert status(comment) == Status.APPROVED

    def test_the_new_link_lasts_no_longer_and_does_no_more(self, client: Client, comment: Comment, mona: Any) -> None:
        earlier = timezone.now() - datetime.timedelta(hours=71)
        path = link(comment, permits.DECLINE, mona, earlier)
        editing.change(comment.pk, comment.version, "Words that nobody has seen.", timezone.now())
        fresh = client.get(path).content.decode().partition('method="post" action="')[2].partition('"')[0]
        old, new = (permits.read(each.split("/")[-2], timezone.now()) for each in (path, fresh))
        assert old is not None
        assert new == old._replace(version=old.version + 1)

    def test_what_a_colleague_decided_is_shown_and_stays(self, client: Client, comment: Comment, mona: Any) -> None:
        path = link(comment, permits.DECLINE, mona)
        decide(comment, Status.APPROVED)
        response = client.post(path)
        assert response.status_code == 409
        for page in (response.content.decode(), client.get(path).content.decode()):
            assert "moderator decided it." in page
            assert "<button" not in page.partition("<main")[2].partition("</main")[0]
        assert status(comment) == Status.APPROVED

    def test_a_second_look_is_taken_at_the_desk(self, client: Client, comment: Comment, mona: Any) -> None:
        path = link(comment, permits.DECLINE, mona)
        rejected = decide(comment, Status.REJECTED)
        Appeal.objects.create(comment=rejected, at=timezone.now())
        Comment.objects.filter(pk=comment.pk).update(waiting_since=timezone.now())
        assert "taken at the desk" in client.get(path).content.decode()
        assert client.post(path).status_code == 409
        assert Decision.objects.count() == 1


class UndoTests:
    def test_what_the_link_did_is_taken_back(self, client: Client, comment: Comment, mona: Any) -> None:
        path = link(comment, permits.DECLINE, mona)
        client.post(path)
        assert client.post(path, {"undo": "yes"}).status_code == 303
        assert status(comment) == Status.PENDING
        undo = Decision.objects.latest("pk")
        assert (undo.act, undo.via, undo.by) == (Decision.Act.UNDO, Decision.Via.MAIL, mona)
        assert client.post(path, {"undo": "yes"}).status_code == 409
        assert Decision.objects.count() == 2

    def test_for_ten_minutes(
        self, client: Client, comment: Comment, mona: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = link(comment, permits.DECLINE, mona)
        client.post(path)
        monkeypatch.setattr(by_mail, "UNDO_LASTS", datetime.timedelta(0))
        assert "Take it back" not in client.get(path).content.decode()
        assert client.post(path, {"undo": "yes"}).status_code == 409
        assert status(comment) == Status.REJECTED

    def test_what_others_did_since_is_not(self, client: Client, comment: Comment, mona: Any) -> None:
        path = link(comment, permits.DECLINE, mona)
        client.post(path)
        decide(moderation.present(comment.pk), Status.SPAM)
        assert client.post(path, {"undo": "yes"}).status_code == 409
        assert status(comment) == Status.SPAM

    def test_what_was_decided_at_the_desk_is_not(self, client: Client, comment: Comment, mona: Any) -> None:
        path = link(comment, permits.DECLINE, mona)
        moderation.decide(comment.pk, comment.version, Status.REJECTED, mona, timezone.now())
        assert "Take it back" not in client.get(path).content.decode()
        assert client.post(path, {"undo": "yes"}).status_code == 409

    def test_before_anything_was_decided_there_is_nothing_to_undo(
        self, client: Client, comment: Comment, mona: Any
    ) -> None:
        assert client.post(link(comment, permits.DECLINE, mona), {"undo": "yes"}).status_code == 409
        assert not Decision.objects.exists()


class OverTests:
    def refused(self, client: Client, path: str) -> None:
        for response in (client.get(path), client.post(path)):
            assert response.status_code == 403
            assert is_private(response)
            assert "/admin/comments/comment/" in response.content.decode()
            assert "Words to be read" not in response.content.decode()
        assert not Decision.objects.exists()

    def test_after_three_days(self, client: Client, comment: Comment, mona: Any) -> None:
        self.refused(client, link(comment, permits.DECLINE, mona, timezone.now() - permits.LASTS))

    def test_changed_by_a_letter(self, client: Client, comment: Comment, mona: Any) -> None:
        path = link(comment, permits.DECLINE, mona)
        self.refused(client, path[:-4] + ("a" if path[-4] != "a" else "b") + path[-3:])

    @pytest.mark.parametrize("token", ["x", ":", "::", "a:b:c", "%00", "é", "a" * 3_000])
    def test_made_up(self, client: Client, comment: Comment, token: str) -> None:
        self.refused(client, f"/comments/by-mail/{token}/")

    def test_signed_for_something_else(self, client: Client, comment: Comment, mona: Any) -> None:
        permit = permits.give(comment, permits.DECLINE, mona.pk, timezone.now())
        self.refused(client, f"/comments/by-mail/{signing.dumps(list(permit), salt='another')}/")

    @pytest.mark.parametrize("gone", [{"is_active": False}, {"is_staff": False}])
    def test_with_its_account(self, client: Client, comment: Comment, mona: Any, gone: dict[str, bool]) -> None:
        path = link(comment, permits.DECLINE, mona)
        type(mona).objects.filter(pk=mona.pk).update(**gone)
        self.refused(client, path)

    def test_with_its_right(self, client: Client, comment: Comment, mona: Any) -> None:
        path = link(comment, permits.DECLINE, mona)
        mona.groups.clear()
        self.refused(client, path)

    def test_a_hosts_with_another_post(self, client: Client, post: Post, comment: Comment) -> None:
        host = make_staff("host", "Authors", HOSTS)
        self.refused(client, link(comment, permits.DECLINE, host))
        Post.objects.filter(pk=post.pk).update(created_by=host)
        path = link(comment, permits.DECLINE, host)
        assert client.get(path).status_code == 200
        Post.objects.filter(pk=post.pk).update(created_by=make_post("Another").created_by)
        self.refused(client, path)
