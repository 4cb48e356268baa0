"""A comment is taken, or it comes back with its text and a sentence."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from blog.models import Post
from comments import threads
from comments.models import Comment, Decision, Thread
from tests.make import make_post, publish_again
from tests.make_comments import make_comment, set_policy, typed


class TakeTests:
    def test_it_waits_and_its_commenter_is_led_to_its_own_page(self, client: Client, address: str) -> None:
        response = client.post(address, typed())
        comment = Comment.objects.get()
        assert response.status_code == 303
        assert response["Location"] == f"/comments/{comment.token}/"
        assert response["Cache-Control"] == "no-store, private"
        assert not response.cookies
        assert comment.status == Comment.Status.PENDING
        assert comment.waiting_since is not None
        assert (comment.name, comment.email) == ("Rita Reader", "rita@example.org")
        assert comment.body_html == "<p>The tide turns twice a day.</p>"
        assert not Decision.objects.exists()

    def test_it_answers_an_approved_comment(self, client: Client, post: Post, address: str) -> None:
        parent = make_comment(post)
        assert client.post(address, typed(parent=str(parent.pk))).status_code == 303
        answer = Comment.objects.latest("pk")
        assert (answer.parent, answer.root, answer.lineage) == (parent, parent, [parent.pk])

    def test_what_no_field_asks_for_is_ignored(self, client: Client, address: str) -> None:
        claimed = {
            "status": "approved",
            "user": "1",
            "user_id": "1",
            "ip_address": "203.0.113.9",
            "submitted_at": "2001-01-01",
            "published_at": "2001-01-01",
            "thread": "7",
            "token": "known",
            "version": "9",
            "is_staff": "true",
            "notify_replies": "on",
        }
        client.post(address, typed(**claimed))
        comment = Comment.objects.get()
        assert comment.status == Comment.Status.PENDING
        assert comment.user is None
        assert comment.ip_address == "127.0.0.0"
        assert comment.submitted_at.year == timezone.now().year
        assert comment.published_at is None
        assert comment.token != "known"
        assert comment.version == 1
        assert not comment.notify_replies

    def test_spaces_around_and_line_ends_of_every_kind_are_put_right(self, client: Client, address: str) -> None:
        client.post(address, typed(name="  Rita \r\n Bcc: x ", body="  One.\r\nTwo.\rThree.\x0bFour. \n"))
        comment = Comment.objects.get()
        assert comment.name == "Rita Bcc: x"
        assert comment.body == "One.\nTwo.\nThree.\nFour."

    def test_only_post_sends_one(self, client: Client, address: str, post: Post) -> None:
        response = client.get(address, typed())
        assert (response.status_code, response["Location"]) == (302, f"{post.get_absolute_url()}#comments")
        assert client.put(address).status_code == 405
        assert not Comment.objects.exists()

    def test_it_is_sent_along_when_the_post_has_moved_meanwhile(self, client: Client, address: str, post: Post) -> None:
        publish_again(post, slug="another-slug")
        response = client.post(address, typed())
        assert response.status_code == 308
        assert response["Location"] == threads.base_address(Post.objects.get())
        assert client.post(response["Location"], typed()).status_code == 303


class FieldTests:
    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [
            ({"name": ""}, "Please give a name."),
            ({"name": " \u200b\u2060 "}, "Please give a name."),
            ({"name": "n" * 101}, "at most 100 characters"),
            ({"name": "Ri\x00ta"}, "cannot be stored"),
            ({"email": ""}, "Please give your e-mail address."),
            ({"email": "rita"}, "like name@example.org"),
            ({"email": f"{'r' * 60}@{'e' * 60}.{'e' * 60}.{'e' * 60}.{'e' * 60}.org"}, "at most 254 characters"),
            ({"email": "rita@example.org\x00"}, "Null characters are not allowed"),
            ({"email": "rita@example.org\nBcc: x@example.org"}, "like name@example.org"),
            ({"body": ""}, "Please write your comment."),
            ({"body": " \r\n \t\u3000"}, "Please write your comment."),
            ({"body": "a"}, "Please write a little more."),
            ({"body": "tide\x00"}, "cannot be stored"),
            ({"body": "t" * 5_001}, "Please shorten yours by 1 character."),
            ({"body": "<b>" * 5_000}, "Please shorten yours by 10,000 characters."),
        ],
    )
    def test_it_comes_back_with_a_sentence_at_the_field(
        self, client: Client, address: str, fields: dict[str, str], sentence: str
    ) -> None:
        response = client.post(address, typed(**fields))
        page = response.content.decode()
        assert response.status_code == 422
        assert response["Cache-Control"] == "no-store, private"
        assert page.count(sentence) == 2, "once in the summary, once at the field"
        field = next(iter(fields))
        assert f'href="#comment-{field}"' in page
        assert f'aria-describedby="comment-{field}_' in page
        assert 'aria-invalid="true"' in page
        assert not Comment.objects.exists()

    def test_the_whole_text_comes_back(self, client: Client, address: str, post: Post) -> None:
        parent = make_comment(post)
        fields = typed(name="", body="Mind the <b>gap</b> & the tide", parent=str(parent.pk))
        page = client.post(address, fields).content.decode()
        assert "Mind the &lt;b&gt;gap&lt;/b&gt; &amp; the tide" in page
        assert 'value="rita@example.org"' in page
        assert f'name="parent" value="{parent.pk}"' in page
        assert "<h1>A strait and its ships</h1>" in page

    def test_the_longest_is_taken(self, client: Client, address: str) -> None:
        assert client.post(address, typed(name="n" * 100, body="\r\n" + "é" * 5_000)).status_code == 303
        assert len(Comment.objects.get().body) == 5_000

    def test_nobody_needs_an_address_where_the_policy_says_so(self, client: Client, address: str) -> None:
        set_policy(is_email_required=False)
        assert client.post(address, typed(email="")).status_code == 303
        assert Comment.objects.get().email == ""

    def test_no_box_promises_mail_where_none_is_sent(
        self, client: Client, address: str, post: Post, settings: Any
    ) -> None:
        settings.MAIL_WORKS = False
        assert "notify_" not in client.get(post.get_absolute_url()).content.decode()
        client.post(address, typed(notify_decision="on", notify_replies="on"))
        comment = Comment.objects.get()
        assert not comment.notify_decision
        assert not comment.notify_replies

    @pytest.mark.parametrize("box", ["notify_decision", "notify_replies"])
    def test_who_wants_mail_gives_an_address(
        self, client: Client, address: str, post: Post, settings: Any, box: str
    ) -> None:
        settings.MAIL_WORKS = True
        set_policy(is_email_required=False)
        assert box in client.get(post.get_absolute_url()).content.decode()
        assert client.post(address, typed(email="", **{box: "on"})).status_code == 422
        assert client.post(address, typed(**{box: "on"})).status_code == 303
        wished = Comment.objects.values("notify_decision", "notify_replies").get()
        assert wished == {"notify_decision": False, "notify_replies": False, box: True}


class WebsiteTests:
    def test_it_is_neither_asked_for_nor_taken_unless_the_policy_says_so(
        self, client: Client, address: str, post: Post
    ) -> None:
        client.post(address, typed(website="https://example.org"))
        assert Comment.objects.get().website == ""
        assert 'name="website"' not in client.get(post.get_absolute_url()).content.decode()

    @pytest.mark.parametrize(
        "website",
        [
            "javascript:alert(1)",
            "javascript://example.org/%0aalert(1)",
            "data:text/html,x",
            "ftp://example.org",
            f"https://example.org/{'x' * 200}",
            "https://exa mple.org",
            "http://[",
        ],
    )
    def test_only_the_web_is_taken(self, client: Client, address: str, website: str) -> None:
        set_policy(has_website=True)
        assert client.post(address, typed(website=website)).status_code == 422
        assert not Comment.objects.exists()

    def test_it_becomes_a_link_that_lends_no_weight(self, client: Client, address: str, post: Post) -> None:
        set_policy(has_website=True)
        make_comment(post, website="https://example.org/rita")
        page = client.get(post.get_absolute_url()).content.decode()
        assert 'href="https://example.org/rita" rel="nofollow ugc noopener"' in page

    def test_a_bad_one_that_was_stored_somehow_is_no_link(self, client: Client, post: Post) -> None:
        set_policy(has_website=True)
        make_comment(post, website="javascript:alert(1)")
        assert "javascript:" not in client.get(post.get_absolute_url()).content.decode()


class OrderTests:
    """The first thing that is wrong is the one that is said."""

    def test_size_comes_before_the_post(self, client: Client, db: None) -> None:
        assert client.post("/2017/03/15/nowhere/comments/", typed(body="x" * 70_000)).status_code == 413

    def test_the_post_comes_before_where_it_came_from(self, client: Client, db: None) -> None:
        response = client.post("/2017/03/15/nowhere/comments/", typed(), headers={"Sec-Fetch-Site": "cross-site"})
        assert response.status_code == 404

    def test_a_closed_thread_comes_before_the_parent_and_the_fields(self, client: Client, address: str) -> None:
        set_policy(is_open=False)
        assert client.post(address, typed(parent="999", body="")).status_code == 403

    def test_the_parent_comes_before_the_fields(self, client: Client, address: str) -> None:
        response = client.post(address, typed(parent="999", body=""))
        assert response.status_code == 403
        assert "is not here any more" in response.content.decode()

    def test_the_fields_come_before_what_was_said_already(self, client: Client, address: str) -> None:
        client.post(address, typed())
        assert client.post(address, typed(name="")).status_code == 422

    def test_what_was_said_already_comes_before_too_fast(self, client: Client, address: str) -> None:
        client.post(address, typed())
        assert client.post(address, typed()).status_code == 303


class ParentTests:
    @pytest.mark.parametrize("status", ["pending", "rejected", "spam", "withdrawn"])
    def test_only_what_is_public_is_answered(self, client: Client, address: str, post: Post, status: str) -> None:
        more: dict[str, Any] = {"honeypot": "x"} if status == "spam" else {}
        parent = make_comment(post, status, name="Secret Sam", body="Not to be seen.", **more)
        response = client.post(address, typed(parent=str(parent.pk)))
        page = response.content.decode()
        assert response.status_code == 403
        assert "The tide turns twice a day." in page
        assert "Secret Sam" not in page
        assert 'name="parent" value=""' in page or 'name="parent" id' in page
        assert Comment.objects.count() == 1

    def test_a_comment_of_another_post_is_not(self, client: Client, address: str) -> None:
        elsewhere = make_comment(make_post("Another post"))
        assert client.post(address, typed(parent=str(elsewhere.pk))).status_code == 403

    @pytest.mark.parametrize("parent", ["0", "-1", "1abc", "x", "9" * 40, "1.5", "\x00", "<b>"])
    def test_no_number_of_a_comment_is_a_403(self, client: Client, address: str, parent: str) -> None:
        response = client.post(address, typed(parent=parent))
        assert response.status_code == 403
        assert "The tide turns twice a day." in response.content.decode()
        assert not Comment.objects.exists()


class NoSuchPostTests:
    @pytest.mark.parametrize("status", ["draft", "in_review", "scheduled"])
    def test_what_is_not_yet_public_answers_as_if_it_were_not_there(
        self, client: Client, db: None, status: str
    ) -> None:
        hidden = make_post(status=status)
        path = f"/2017/03/15/{hidden.slug}/comments/"
        response, nowhere = client.post(path, typed()), client.post("/2017/03/15/nowhere/comments/", typed())
        assert (response.status_code, response.content) == (404, nowhere.content)
        assert not Thread.objects.exists()

    @pytest.mark.parametrize("status", ["taken_down", "expired"])
    def test_what_was_public_is_gone(self, client: Client, db: None, status: str) -> None:
        post = make_post(status=status)
        answer = client.post(threads.base_address(post), typed())
        assert answer.status_code == 410
        assert f">{typed()['body']}</textarea>" in answer.text
        assert not Comment.objects.exists()


class SizeTests:
    def sent(self, client: Client, address: str, size: int) -> Any:
        start = "name=Rita&email=rita@example.org&body="
        return client.post(address, start + "x" * (size - len(start)), content_type="application/x-www-form-urlencoded")

    def test_64_kib_less_one_is_read(self, client: Client, address: str) -> None:
        response = self.sent(client, address, 64 * 1024 - 1)
        assert response.status_code == 422
        assert "x" * 65_000 in response.content.decode()

    def test_64_kib_and_one_is_not(self, client: Client, address: str) -> None:
        response = self.sent(client, address, 64 * 1024 + 1)
        assert response.status_code == 413
        assert "x" * 65_000 in response.content.decode()
        assert f'action="{address}"' in response.content.decode()
        assert response["Cache-Control"] == "no-store, private"
        assert not Comment.objects.exists()

    def test_more_than_a_megabyte_is_not_even_read(self, client: Client, address: str) -> None:
        response = self.sent(client, address, 1024 * 1024 + 1)
        assert response.status_code == 413
        assert "Back button" in response.content.decode()
        assert len(response.content) < 5_000

    def test_a_length_that_lies_or_is_missing_opens_no_door(self, client: Client, address: str) -> None:
        for length in ("-5", "abc", ""):
            response = client.generic(
                "POST", address, b"body=x", "application/x-www-form-urlencoded", CONTENT_LENGTH=length
            )
            assert response.status_code == 422
        assert not Comment.objects.exists()


class AddressTests:
    def test_one_that_grows_too_long_in_small_letters_is_refused(self, client: Client, address: str) -> None:
        response = client.post(address, typed(email=f"rita@{'ß' * 60}.{'ß' * 60}.{'ß' * 60}.de"))
        assert response.status_code == 422
        assert "address like name@example.org" in response.text
        assert not Comment.objects.exists()
