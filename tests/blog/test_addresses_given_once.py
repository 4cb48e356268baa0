"""An address that was public is never given to somebody else, whoever asks for it and by whatever page."""

from typing import Any

import pytest
from django.test import Client

from blog import links
from blog.models import Author, Post
from tests import make
from tests.blog.forms_of_posts import ADD, CHANGE, press, read
from tests.blog.test_editing_masthead import save

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(make.make_editor())
    return client


class TypedTests:
    def test_an_old_address_of_another_post_is_refused_with_the_text_kept(self, editor: Client) -> None:
        make.publish_again(make.make_post("Election", slug="election"), slug="election-in-bengal")
        for slug in ("election", "election-in-bengal"):
            answer = press(editor, ADD, title="Another election", body="<p>Typed.</p>", slug=slug)
            assert answer.status_code == 422
            assert "Please choose another slug" in answer.text
            fields = read(answer.text).fields
            assert (fields["slug"], fields["body"]) == ([slug], ["<p>Typed.</p>"])
        assert Post.objects.count() == 1

    def test_the_post_itself_may_go_back_to_an_earlier_one(self, editor: Client) -> None:
        post = make.publish_again(make.make_post("Election", slug="election"), slug="second")
        assert press(editor, CHANGE.format(post.pk), "publish", slug="election").status_code == 302
        assert Client().get("/2017/03/15/election/").status_code == 200
        assert Client().get("/2017/03/15/second/")["Location"] == "/2017/03/15/election/"

    def test_the_same_form_sent_twice_makes_one_post_with_the_slug(self, editor: Client) -> None:
        form = read(editor.get(ADD).text).fields | {"title": "One", "slug": "one", "act": "save"}
        assert [editor.post(ADD, form).status_code for _time in range(2)] == [302, 302]
        assert Post.objects.get().slug == "one"

    @pytest.mark.parametrize(("kind", "field"), [("author", "family_name"), ("region", "name")])
    def test_neither_a_name_nor_a_slug_takes_what_was_renamed(self, editor: Client, kind: str, field: str) -> None:
        row: Any = getattr(make, f"make_{kind}")(**{field: "Tan"}, slug="tan")
        save(editor, kind, row.pk, **{"slug": "renamed", field: "Renamed"})
        refused = save(editor, kind, None, "", **{"slug": "tan", field: "Tan"})
        assert "Please choose another slug" in refused.text
        assert save(editor, kind, None, "", **{field: "Tan"}).status_code == 302
        assert type(row).objects.latest("pk").slug == "tan-2"
        for below in ("", "feed/"):
            assert Client().get(f"/{kind}s/tan/{below}")["Location"] == f"/{kind}s/renamed/{below}"


class DeletedTests:
    def test_a_post_that_is_deleted_leaves_its_old_addresses_behind(self) -> None:
        """The staff's site deletes none that was public; a shell may."""
        post = make.publish_again(make.make_post("Election", slug="election"), slug="second")
        Post.objects.filter(pk=post.pk).delete()
        assert Client().get("/2017/03/15/election/").status_code == 410
        assert make.make_post("Other", slug="election").slug == "election-2"


class AtOnceTests:
    def test_who_comes_second_in_the_same_moment_is_told_and_keeps_what_was_typed(
        self, editor: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The colleague's row comes between the look at the slug and the saving."""
        make.make_author("Ada Tan", slug="tan")
        has_other_owner, looks = links.has_other_owner, list[str]()

        def too_early(slug: str, *about: Any) -> bool:
            looks.append(slug)
            return len(looks) > 1 and has_other_owner(slug, *about)

        page = editor.get("/admin/blog/author/add/").text
        monkeypatch.setattr(links, "has_other_owner", too_early)
        answer = save(editor, "author", page=page, family_name="Typed", slug="tan")
        assert "Please choose another slug" in answer.text
        assert read(answer.text, "author_form").fields["family_name"] == ["Typed"]
        assert looks == ["tan", "tan"]
        assert Author.objects.count() == 1
