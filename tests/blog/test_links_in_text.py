"""Links that somebody writes are completed or refused by name, and never lost in silence."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from blog.links_in_text import complete_links
from blog.models import Page, Post
from tests import make
from tests.blog.forms_of_posts import ADD, CHANGE, press, read


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("thediplomat.com/2017/02/x", "https://thediplomat.com/2017/02/x"),
        ("www.bbc.com", "https://www.bbc.com"),
        ("localhost.example:8000/x", "https://localhost.example:8000/x"),
        ("//reuters.com/x?a=1&amp;b=2", "https://reuters.com/x?a=1&amp;b=2"),
        ("reporter@example.org", "mailto:reporter@example.org"),
        (" https://example.org/ ", "https://example.org/"),
        ("HTTP://example.org/", "HTTP://example.org/"),
        ("mailto:reporter@example.org", "mailto:reporter@example.org"),
        ("/about/", "/about/"),
        ("#notes", "#notes"),
        ("notes", "notes"),
        ("", ""),
    ],
)
def test_what_is_plainly_meant_is_completed(typed: str, kept: str) -> None:
    text = f'<p title="www.x.example">See <a class="x" href="{typed}">this</a>, www.bbc.com.</p>'
    assert complete_links(text) == text.replace(f'href="{typed}"', f'href="{kept}"')


@pytest.mark.parametrize("typed", ["tel:+4930123", "ftp://example.org/x", "file:///home/x", "news:x"])
def test_what_would_be_lost_is_refused_by_name(typed: str) -> None:
    with pytest.raises(ValidationError, match="Links can begin with https:// or mailto:") as refused:
        complete_links(f'<a href="{typed}">this</a>')
    assert typed in refused.value.messages[0]


@pytest.mark.django_db
class FormTests:
    def test_a_post_keeps_the_link_and_a_refused_one_comes_back_with_all_that_was_typed(self, client: Client) -> None:
        client.force_login(make.make_editor())
        body = '<p><a href="thediplomat.com/x">The Diplomat</a></p>'
        press(client, ADD, title="A strait", body=body)
        assert 'href="https://thediplomat.com/x"' in Post.objects.get().body
        body = '<p><a href="tel:1">Call</a></p>'
        refused = press(client, ADD, title="Another", body=body)
        assert refused.status_code == 422
        assert "“tel:1”" in refused.content.decode()
        assert read(refused.content.decode()).fields["body"] == [body]
        assert Post.objects.count() == 1

    def test_a_page_too(self, client: Client) -> None:
        client.force_login(make.make_editor())
        form: dict[str, Any] = {"title": "About", "slug": "", "position": "0", "is_public": "on", "seen_version": "0"}
        client.post("/admin/blog/page/add/", form | {"body": '<p><a href="www.bbc.com">BBC</a></p>'})
        assert 'href="https://www.bbc.com"' in Page.objects.get().body


@pytest.mark.django_db
class PhotoTests:
    @pytest.fixture
    def post(self, client: Client) -> Post:
        client.force_login(make.make_editor())
        texts: dict[str, Any] = {
            "lead_photo_alt": "A harbor",
            "lead_photo_caption": "The harbor.",
            "lead_photo_credit": "Mei Lin/Agency",
        }
        return make.make_post("A strait", lead_photo=make.make_photo().pk, **texts)

    def test_another_photo_never_goes_up_under_the_credit_of_the_one_before(self, client: Client, post: Post) -> None:
        other = make.make_photo("other.png", (60, 40)).pk
        refused = press(client, CHANGE.format(post.pk), "publish", lead_photo=other)
        assert refused.status_code == 422, "it has no alt text of its own yet"
        page = refused.content.decode()
        answer = press(client, CHANGE.format(post.pk), "publish", page, lead_photo_alt="A ferry")
        assert "were left out with it" not in client.get(answer["Location"]).content.decode()
        post.refresh_from_db()
        assert post.lead_photo_id == other
        assert (post.lead_photo_alt, post.lead_photo_caption, post.lead_photo_credit) == ("A ferry", "", "")

    def test_what_was_typed_for_the_new_one_stays_and_what_was_left_is_said(self, client: Client, post: Post) -> None:
        other = make.make_photo("other.png", (60, 40)).pk
        typed: dict[str, Any] = {"lead_photo": other, "lead_photo_alt": "A ferry", "lead_photo_caption": "The ferry."}
        answer = press(client, CHANGE.format(post.pk), "publish", **typed)
        assert "were left out with it" in client.get(answer["Location"]).content.decode()
        post.refresh_from_db()
        assert (post.lead_photo_caption, post.lead_photo_credit) == ("The ferry.", "")
        assert post.revisions.order_by("number")[0].snapshot["lead_photo_credit"] == "Mei Lin/Agency"

    def test_the_same_photo_keeps_its_texts(self, client: Client, post: Post) -> None:
        press(client, CHANGE.format(post.pk), "publish", title="Another title")
        post.refresh_from_db()
        assert post.lead_photo_credit == "Mei Lin/Agency"
