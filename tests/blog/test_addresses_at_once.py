"""Two editors who want one address at the same moment: one has it, the other is told, and nobody loses a word."""

from typing import Any

import pytest
from django.test import Client

from blog.models import Author, Post
from tests import make
from tests.blog.forms_of_posts import ADD, read
from tests.comments.test_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
AUTHOR = "/admin/blog/author/add/"


def signed_in(name: str) -> Client:
    client = Client()
    client.force_login(make.make_editor(name))
    return client


def forms(address: str, form_id: str, **typed: str) -> list[tuple[Client, dict[str, Any]]]:
    """What two editors are about to send, each from a form of their own."""
    clients = [signed_in("one"), signed_in("other")]
    return [(client, read(client.get(address).text, form_id).fields | typed) for client in clients]


class AtOnceTests:
    def sent(self, address: str, form_id: str, **typed: str) -> list[Any]:
        (one, its), (other, others) = forms(address, form_id, **typed)
        return at_once(lambda: one.post(address, its), lambda: other.post(address, others))

    @pytest.mark.parametrize("slug", ["", "tan"], ids=["made", "typed"])
    def test_two_authors(self, slug: str) -> None:
        answers = self.sent(AUTHOR, "author_form", family_name="Tan", slug=slug)
        if slug:
            assert sorted(answer.status_code for answer in answers) == [200, 302]
            refused = next(answer for answer in answers if answer.status_code == 200)
            assert "Please choose another slug" in refused.text
            assert read(refused.text, "author_form").fields["family_name"] == ["Tan"]
            assert Author.objects.get().slug == "tan"
        else:
            assert [answer.status_code for answer in answers] == [302, 302]
            assert set(Author.objects.values_list("slug", flat=True)) == {"tan", "tan-2"}

    @pytest.mark.parametrize("slug", ["", "tan"], ids=["made", "typed"])
    def test_two_posts(self, slug: str) -> None:
        answers = self.sent(ADD, "post_form", title="Tan", act="save", slug=slug)
        if slug:
            assert sorted(answer.status_code for answer in answers) == [302, 422]
            assert Post.objects.get().slug == "tan"
        else:
            assert [answer.status_code for answer in answers] == [302, 302]
            assert set(Post.objects.values_list("slug", flat=True)) == {"tan", "tan-2"}

    def test_one_gives_an_address_up_while_the_other_wants_it(self) -> None:
        ada = make.make_author("Ada Tan", slug="tan")
        one, other = signed_in("one"), signed_in("other")
        change = f"/admin/blog/author/{ada.pk}/change/"
        renamed = read(one.get(change).text, "author_form").fields | {"slug": "ada"}
        wanted = read(other.get(AUTHOR).text, "author_form").fields | {"family_name": "Tan", "slug": ""}
        answers = at_once(lambda: one.post(change, renamed), lambda: other.post(AUTHOR, wanted))
        assert [getattr(answer, "status_code", answer) for answer in answers] == [302, 302]
        assert Author.objects.exclude(pk=ada.pk).get().slug == "tan-2"
        assert Client().get("/authors/tan/")["Location"] == "/authors/ada/"
