"""The page that only its commenter knows says what became of a comment."""

from typing import Any

import pytest
from django.test import Client

from blog.models import Post
from comments import threads
from comments.models import Comment, Reason
from tests.make import PASSWORD, make_moderator
from tests.make_comments import decide, make_comment

Status = Comment.Status


def page_of(client: Client, comment: Comment) -> str:
    return client.get(comment.get_absolute_url()).content.decode()


class OwnPageTests:
    def test_it_is_kept_and_found_by_nobody(self, client: Client, post: Post) -> None:
        response = client.get(make_comment(post, Status.PENDING).get_absolute_url())
        assert response["Cache-Control"] == "no-store, private"
        assert response["X-Robots-Tag"] == "noindex, nofollow"
        assert response["Referrer-Policy"] == "same-origin"
        assert not response.cookies
        assert '<meta name="robots" content="noindex' in response.content.decode()

    def test_it_reads_no_session(self, client: Client, post: Post) -> None:
        comment = make_comment(post, Status.PENDING)
        guest = page_of(client, comment)
        make_moderator()
        client.login(username="moderator", password=PASSWORD)
        response = client.get(comment.get_absolute_url())
        assert response.content.decode() == guest
        assert "Cookie" not in response.get("Vary", "")

    def test_it_says_that_the_comment_waits_and_how_to_come_back(self, client: Client, post: Post) -> None:
        comment = make_comment(post, Status.PENDING, body="Mind the <b>tide</b>.")
        page = page_of(client, comment)
        assert "Your comment waits for a moderator" in page
        assert "Mind the &lt;b&gt;tide&lt;/b&gt;." in page
        assert f"http://127.0.0.1:8000{comment.get_absolute_url()}" in page
        assert f'href="{post.get_absolute_url()}"' in page
        assert comment.email not in page

    def test_spam_looks_exactly_as_if_it_waited(self, client: Client, post: Post) -> None:
        waiting = make_comment(post, Status.PENDING, body="The same.")
        honeypot = make_comment(post, Status.SPAM, body="The same.", honeypot="x")
        marked = decide(make_comment(post, Status.PENDING, body="The same."), Status.SPAM)
        Comment.objects.update(submitted_at=waiting.submitted_at)

        def alike(comment: Comment) -> str:
            return page_of(client, comment).replace(comment.token, "token")

        assert alike(honeypot) == alike(marked) == alike(waiting)

    def test_it_says_nothing_of_a_post_that_is_not_public(self, client: Client, post: Post) -> None:
        comment = make_comment(post)
        Post.objects.filter(pk=post.pk).update(status="taken_down", title="What nobody has published")
        page = page_of(client, comment)
        assert comment.body in page
        assert "not public at present" in page
        assert "What nobody has published" not in page

    def test_it_leads_to_what_was_published(self, client: Client, post: Post) -> None:
        comment = make_comment(post)
        page = page_of(client, comment)
        assert "Your comment is published" in page
        assert f'href="{threads.address(comment)}"' in page

    def test_it_gives_the_reason_in_the_words_then_said(self, client: Client, post: Post) -> None:
        reason = Reason.objects.get(code="off-topic")
        said = reason.words
        comment = make_comment(post, Status.REJECTED, reason=reason)
        reason.words = "Other words, found later."
        reason.save()
        page = page_of(client, comment)
        assert "Your comment was not published" in page
        assert said in page
        assert "Other words" not in page
        assert comment.body in page
        assert "moderator@example.org" not in page

    def test_it_needs_no_reason(self, client: Client, post: Post) -> None:
        assert "decided not to publish it" in page_of(client, make_comment(post, Status.REJECTED))

    def test_a_reason_that_no_longer_stands_is_not_given(self, client: Client, post: Post) -> None:
        reason = Reason.objects.get(code="abusive")
        comment = make_comment(post, Status.REJECTED, reason=reason)
        decide(decide(comment, Status.APPROVED), Status.REJECTED)
        assert reason.words not in page_of(client, comment)

    def test_it_says_what_was_withdrawn(self, client: Client, post: Post) -> None:
        assert "was taken back" in page_of(client, make_comment(post, Status.WITHDRAWN))

    def test_it_promises_mail_only_to_who_asked_and_where_it_works(
        self, client: Client, post: Post, settings: Any
    ) -> None:
        settings.MAIL_WORKS = True
        assert "by e-mail" in page_of(client, make_comment(post, Status.PENDING, notify_decision=True))
        assert "by e-mail" not in page_of(client, make_comment(post, Status.PENDING))

    @pytest.mark.parametrize("token", ["0", "x", "1", "a" * 32, "a" * 3_000, "%00", "..%2f", "é", "'--"])
    def test_no_other_address_is_there(self, client: Client, post: Post, token: str) -> None:
        make_comment(post)
        assert client.get(f"/comments/{token}/").status_code == 404

    def test_no_status_can_be_sent_to_it(self, client: Client, post: Post) -> None:
        comment = make_comment(post, Status.PENDING)
        assert client.post(comment.get_absolute_url(), {"status": "approved"}).status_code == 422
        comment.refresh_from_db()
        assert comment.status == Status.PENDING

    def test_tokens_cannot_be_guessed(self, post: Post) -> None:
        tokens = {make_comment(post).token for _ in range(20)}
        assert len(tokens) == 20
        assert min(len(token) for token in tokens) == 32
