"""The pages of regions follow the tree: what is made, moved, renamed or deleted in it shows at once."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from blog import links
from blog.models import Author, Post, Region
from tests.make import make_author, make_editor, make_post, make_publication, make_region

pytestmark = pytest.mark.django_db

ADD = "/admin/blog/region/add/"


@pytest.fixture
def editor(client: Client) -> User:
    make_publication()
    editor = make_editor()
    client.force_login(editor)
    return editor


def listed(address: str) -> bool:
    """Whether a reader finds the post on a region's page; its feed says the same."""
    reader = Client()
    page, feed = reader.get(address), reader.get(f"{address}feed/")
    found = "From the delta" in page.content.decode()
    assert found == ("From the delta" in feed.content.decode()), address
    return found


def saved(client: Client, region: Region, **changes: object) -> None:
    fields = {"name": region.name, "slug": region.slug, "parent": region.parent_id or "", "description": ""} | changes
    answer = client.post(f"/admin/blog/region/{region.pk}/change/", fields)
    assert answer.status_code == 302


class TreeTests:
    def test_a_region_that_is_made_moved_and_deleted_takes_its_posts_along(self, client: Client, editor: User) -> None:
        asia = make_region("Asia")
        north, south = make_region("North", asia), make_region("South", asia)
        addresses = ["/regions/asia/", "/regions/north/", "/regions/south/"]
        assert [listed(address) for address in addresses] == [False, False, False]

        client.post(ADD, {"name": "Delta", "slug": "", "parent": north.pk, "description": ""})
        delta = Region.objects.get(slug="delta")
        make_post("From the delta", regions=[delta])
        assert [listed(address) for address in addresses] == [True, True, False]

        saved(client, delta, parent=south.pk)
        assert [listed(address) for address in addresses] == [True, False, True]

        saved(client, delta, parent="")
        assert [listed(address) for address in addresses] == [False, False, False]

        saved(client, delta, parent=north.pk)
        assert [listed(address) for address in addresses] == [True, True, False]

        client.post(f"/admin/blog/region/{delta.pk}/delete/", {"post": "yes"})
        assert not Region.objects.filter(pk=delta.pk).exists()
        assert [listed(address) for address in addresses] == [False, False, False]


class RenamedTests:
    def test_another_region_cannot_have_the_address_of_one_that_was_renamed(self, client: Client, editor: User) -> None:
        delta = make_region("Delta")
        make_post("From the delta", regions=[delta])
        assert listed("/regions/delta/")
        saved(client, delta, slug="river-delta")

        refused = client.post(ADD, {"name": "Other Delta", "slug": "delta", "parent": "", "description": ""})
        assert refused.status_code == 200
        assert "is or was another one’s" in refused.content.decode()
        assert not Region.objects.filter(name="Other Delta").exists()
        assert Client().get("/regions/delta/").headers["Location"] == "/regions/river-delta/"

        client.post(ADD, {"name": "Delta again", "slug": "", "parent": "", "description": ""})
        saved(client, Region.objects.get(pk=delta.pk), slug="delta")
        assert listed("/regions/delta/")

    def test_an_author_of_the_same_name_gets_an_address_and_a_feed_of_their_own(
        self, client: Client, editor: User
    ) -> None:
        first = make_author("Wei Chen")
        make_post("From the delta", authors=[first])
        names = {"given_name": "Wei", "family_name": "Chen", "particle": "", "suffix": "", "role": "", "biography": ""}
        change = f"/admin/blog/author/{first.pk}/change/"
        assert client.post(change, names | {"slug": "wei-chen-of-taipei"}).status_code == 302

        client.post("/admin/blog/author/add/", names | {"slug": ""})

        second = Author.objects.exclude(pk=first.pk).get()
        assert second.slug == "wei-chen-2"
        assert listed("/authors/wei-chen-of-taipei/")
        assert Client().get("/authors/wei-chen/feed/").headers["Location"] == "/authors/wei-chen-of-taipei/feed/"


class ReadersFormTests:
    def test_a_comment_goes_to_the_post_it_was_written_under_though_that_was_renamed(
        self, client: Client, editor: User
    ) -> None:
        first = make_post("Election in Bengal", slug="election")
        sent_to = f"{first.get_absolute_url()}comments/"
        Post.objects.filter(pk=first.pk).update(slug="election-in-bengal")
        first.refresh_from_db()
        links.remember(first, sent_to.removesuffix("/comments/").strip("/"))
        second = make_post("Election", slug="election")
        assert second.slug == "election-2"

        moved = Client().post(sent_to, {"name": "Rita", "email": "rita@example.org", "body": "Who won?"})

        assert moved.status_code == 308
        assert moved.headers["Location"] == f"{first.get_absolute_url()}comments/"
