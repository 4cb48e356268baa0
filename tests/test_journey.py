"""The whole way, in order: read this first, and open each file that the comments name.

An author writes, an editor publishes, a reader answers, a moderator decides, and the reader hears of it.
"""

from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from post_office.models import Email

from blog.models import Post, Revision
from comments.models import Comment, Decision, Reason
from tests.blog.forms_of_posts import ADD, CHANGE, press
from tests.make import PASSWORD, make_author, make_editor, make_moderator, make_publication, make_writer

pytestmark = pytest.mark.django_db

QUEUE = "/admin/comments/comment/"


def signed_in(username: str) -> Client:
    client = Client()
    assert client.login(username=username, password=PASSWORD)
    return client


class JourneyTests:
    def test_it_leads_from_a_draft_to_an_approved_comment(self, client: Client, settings: Any) -> None:
        settings.MAIL_WORKS = True
        make_publication()
        make_author("Ada Tan", user=make_writer())
        make_editor()
        make_moderator()

        # The author writes, and pastes more than a post may hold: blog/forms.py, blog/markup.py, blog/revisions.py.
        author = signed_in("writer")
        press(author, ADD, title="A strait and its ships", body="<p onclick='x()'>Ships <b>wait</b>.</p>")
        post = Post.objects.get()
        assert post.body == "<p>Ships <strong>wait</strong>.</p>"
        press(author, CHANGE.format(post.pk), "hand_in", summary="A narrow sea lane.")
        assert [step.act for step in post.revisions.order_by("number")] == ["saved", "handed_in"]
        assert client.get("/").content.count(b"A strait and its ships") == 0

        # The editor publishes it under an earlier date: blog/editing.py, blog/publishing.py.
        editor = signed_in("editor")
        typed = {"publish_at": "2017-03-15T12:00", "is_incomplete_meant": "on"}
        press(editor, CHANGE.format(post.pk), "publish", **typed)
        address = "/2017/03/15/a-strait-and-its-ships/"
        assert Revision.objects.latest("number").by.username == "editor"  # type: ignore[union-attr]

        # A reader sees it: blog/views.py, templates/blog/post.html; where both apps meet, comment_tags.
        page = client.get(address)
        assert page.status_code == 200
        for part in ("Asia Unbound", "Ada Tan", "March 15, 2017", "<strong>wait</strong>", "No Comments", "Cite"):
            assert part in page.text

        # The reader answers: comments/views.py, comments/forms.py, comments/moderation.py.
        words = {"name": "Rita", "email": "rita@example.org", "body": "Not all of them.", "notify_decision": "on"}
        answer = client.post(f"{address}comments/", words)
        own_page = answer["Location"]
        comment = Comment.objects.get()
        assert (answer.status_code, comment.status) == (303, "pending")
        assert "waits for a moderator" in client.get(own_page).text
        assert "Not all of them." not in client.get(address).text

        # The moderator finds it in the queue and decides on what was shown: comments/desk/reading.py.
        moderator = signed_in("moderator")
        assert "Not all of them." in moderator.get(QUEUE).text
        moderator.post(f"{QUEUE}decide/", {"approve": f"{comment.pk}:{comment.version}"})
        comment.refresh_from_db()
        decision = Decision.objects.get()
        assert (comment.status, decision.by.username, decision.to_status) == ("approved", "moderator", "approved")  # type: ignore[union-attr]

        # Everybody sees it, and its writer's page says where.
        assert "Not all of them." in client.get(address).text
        assert "1 Comment" in client.get(address).text
        assert f"{address}#comment-{comment.pk}" in client.get(own_page).text

        # A second thought: it is taken down with a reason, and undone again.
        reason = Reason.objects.get(code="off-topic")
        shown = {"reject": f"{comment.pk}:2", f"{comment.pk}-reason": str(reason.pk), f"{comment.pk}-note": ""}
        moderator.post(f"{QUEUE}decide/", shown)
        assert "Not all of them." not in client.get(address).text
        assert reason.words in client.get(own_page).text
        moderator.post(f"{QUEUE}decide/", {"undo": f"{comment.pk}:3"})
        assert "Not all of them." in client.get(address).text

        # People are told by mail, from the queue: blog/notifications.py, comments/notifications, manage.py work.
        call_command("work", once=True)
        assert {letter.to[0]: letter.subject for letter in mail.outbox} == {
            "editor@example.org": "Asia Unbound: “A strait and its ships” was handed in",
            "writer@example.org": "Asia Unbound: “A strait and its ships” was published",
            "moderator@example.org": "Asia Unbound: a comment waits",
        }
        # What was taken back is told to nobody; what stands goes out when the time for second thoughts is over.
        letter = Email.objects.get(to="rita@example.org")
        assert letter.subject == "Asia Unbound: your comment is published"
        assert letter.scheduled_time > letter.created
