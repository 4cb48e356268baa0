"""What a post's own people hear: each comment on it that is published, once, and nothing of what is not."""

import datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from post_office.models import Email

from blog.models import Post
from comments import moderation
from comments.models import Comment, Preference
from comments.submission import Sender
from tests.comments.letters import mails_to, only_mail_to, send_what_is_due
from tests.make import make_author, make_moderator, make_post, make_publication, make_writer
from tests.make_comments import decide, make_comment

Status = Comment.Status
NOW = datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC)
SECOND, MINUTE = datetime.timedelta(seconds=1), datetime.timedelta(minutes=1)
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
# Who made the posts of these tests.
EDITOR = "editor@example.org"


def authors_told() -> set[str]:
    return {to for mail in Email.objects.filter(subject__contains="a comment on") for to in mail.to}


class AuthorTests:
    @pytest.fixture
    def ada(self, db: None) -> Any:
        make_publication()
        return make_writer("ada")

    @pytest.fixture
    def her_post(self, ada: Any) -> Post:
        post = make_post(authors=[make_author(user=ada)])
        Email.objects.all().delete()
        return post

    def test_she_hears_of_a_comment_when_it_is_published(self, ada: Any, her_post: Post) -> None:
        comment = make_comment(her_post, Status.PENDING, now=NOW, name="Rita <R>", body="Well said & done.")
        assert mails_to(ada.email) == []
        decide(comment, Status.APPROVED, now=NOW + HOUR)
        mail = only_mail_to(ada.email)
        assert mail.scheduled_time == NOW + HOUR + MINUTE
        assert "Well said & done." in mail.message
        assert "Rita &lt;R&gt;" in mail.html_message
        assert comment.email not in mail.message + mail.html_message
        assert "/admin/comments/preference/" in mail.message

    def test_who_made_the_post_hears_too(self, ada: Any, her_post: Post) -> None:
        maker = make_writer("maker")
        Post.objects.filter(pk=her_post.pk).update(created_by=maker)
        make_comment(Post.objects.get(), Status.APPROVED, now=NOW)
        assert len(mails_to(maker.email)) == len(mails_to(ada.email)) == 1

    @pytest.mark.parametrize("state", [Status.PENDING, Status.REJECTED, Status.SPAM])
    def test_of_what_is_not_public_she_hears_nothing(self, ada: Any, her_post: Post, state: str) -> None:
        make_comment(her_post, state, now=NOW)
        assert mails_to(ada.email) == []

    @pytest.mark.parametrize("sender", ["account", "address"])
    def test_of_her_own_comment_she_hears_nothing(self, ada: Any, her_post: Post, sender: str) -> None:
        if sender == "account":
            make_comment(her_post, sender=Sender(user=ada), now=NOW)
        else:
            make_comment(her_post, email=ada.email.upper(), now=NOW)
        assert authors_told() == {EDITOR}

    def test_of_what_she_decided_she_hears_nothing(self, ada: Any, her_post: Post) -> None:
        comment = make_comment(her_post, Status.PENDING, now=NOW)
        moderation.decide(comment.pk, comment.version, Status.APPROVED, ada, NOW)
        assert mails_to(ada.email) == []

    @pytest.mark.parametrize("gone", [{"is_active": False}, {"is_staff": False}, {"email": ""}])
    def test_who_has_left_hears_nothing(self, ada: Any, her_post: Post, gone: dict[str, Any]) -> None:
        User.objects.filter(pk=ada.pk).update(**gone)
        make_comment(her_post, now=NOW)
        assert authors_told() == {EDITOR}

    def test_who_does_not_want_it_hears_nothing(self, ada: Any, her_post: Post) -> None:
        Preference.objects.create(user=ada, is_told_of_comments=False)
        make_comment(her_post, now=NOW)
        assert mails_to(ada.email) == []

    def test_of_a_post_that_is_not_public_she_hears_nothing(self, ada: Any, her_post: Post) -> None:
        comment = make_comment(her_post, Status.PENDING, now=NOW)
        Post.objects.update(status="taken_down")
        decide(moderation.present(comment.pk), Status.APPROVED, now=NOW)
        assert mails_to(ada.email) == []

    def test_an_undo_in_time_takes_it_back_and_a_new_approval_tells_it(self, ada: Any, her_post: Post) -> None:
        comment = make_comment(her_post, now=NOW)
        undone = moderation.undo(comment.pk, comment.version, make_moderator(), NOW + MINUTE / 2).comment
        assert mails_to(ada.email) == []
        decide(undone, Status.APPROVED, now=NOW + HOUR)
        assert len(mails_to(ada.email)) == 1

    def test_told_once_however_often_it_is_approved(self, ada: Any, her_post: Post) -> None:
        comment = make_comment(her_post, now=NOW)
        send_what_is_due()
        rejected = decide(comment, Status.REJECTED, now=NOW + HOUR)
        decide(rejected, Status.APPROVED, now=NOW + 2 * HOUR)
        assert len(mails_to(ada.email)) == 1

    def test_a_change_of_mind_and_back_within_the_minute_tells_it_once(self, ada: Any, her_post: Post) -> None:
        comment = make_comment(her_post, now=NOW)
        rejected = decide(comment, Status.REJECTED, now=NOW + 10 * SECOND)
        moderation.undo(rejected.pk, rejected.version, make_moderator(), NOW + 20 * SECOND)
        assert only_mail_to(ada.email).scheduled_time == NOW + 20 * SECOND + MINUTE
