"""What a process remembers of what pages are drawn from is never older than what it depends on.

Every page is read, so that all is remembered; an editor acts; every page is read again, and compared with what a
process that remembers nothing draws.
"""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from blog import pages, publishing, revisions
from blog.models import Author, Page, Post, Region
from blog.publishing import Step
from tests import make, stored
from tests.blog.test_editing_masthead import post_without, save

pytestmark = pytest.mark.django_db

Act = Callable[[Client], object]


@pytest.fixture
def editor() -> Client:
    client = Client()
    client.force_login(make.make_editor())
    return client


def region(slug: str) -> Region:
    return Region.objects.get(slug=slug)


def move_region(editor: Client) -> object:
    return save(editor, "region", region("burma").pk, parent=region("south").pk)


def put_region_at_the_top(editor: Client) -> object:
    return save(editor, "region", region("burma").pk, parent="")


def move_a_whole_branch(editor: Client) -> object:
    return save(editor, "region", region("east").pk, parent=region("south").pk)


def add_region_above_another(editor: Client) -> object:
    save(editor, "region", name="Mainland", parent=region("south").pk)
    return save(editor, "region", region("burma").pk, parent=region("mainland").pk)


def rename_region(editor: Client) -> object:
    return save(editor, "region", region("burma").pk, name="Myanmar", slug="myanmar")


def exchange_two_slugs(editor: Client) -> None:
    """By rows, as a script may do it: the form hands no address to somebody else."""
    south, burma = region("south"), region("burma")
    Region.objects.filter(pk=south.pk).update(slug="elsewhere")
    Region.objects.filter(pk=burma.pk).update(slug="south")
    pages.changed("regions", f"region:{south.pk}", f"region:{burma.pk}")


def delete_region(editor: Client) -> object:
    return editor.post(f"/admin/blog/region/{region('burma').pk}/delete/", {"post": "yes"})


def publish_in_new_region(editor: Client) -> object:
    save(editor, "region", name="Delta", parent=region("east").pk)
    return make.make_post("New in the delta", regions=[region("delta")])


def move_post(editor: Client) -> object:
    return make.publish_again(Post.objects.get(slug="ships"), regions=[region("south").pk])


def retitle_post(editor: Client) -> object:
    return make.publish_again(Post.objects.get(slug="ships"), title="Ships leave", slug="ships-leave")


def take_down(editor: Client) -> object:
    post = Post.objects.get(slug="ships")
    newest = revisions.latest(post)
    assert newest is not None
    return publishing.take_down(post, newest.snapshot, Step(newest.number, make.make_editor(), timezone.now()))


def rename_author(editor: Client) -> object:
    ada = Author.objects.get(family_name="Tan")
    return save(editor, "author", ada.pk, given_name="Adelaide", slug="adelaide-tan")


def rename_page(editor: Client) -> object:
    return save(editor, "page", Page.objects.get().pk, title="Who we are", slug="who")


def hide_page(editor: Client) -> object:
    return post_without(editor, Page.objects.get(), "is_public")


def rename_publication(editor: Client) -> object:
    return save(editor, "publication", 1, name="Another name")


ACTS: list[Act] = [
    move_region, put_region_at_the_top, move_a_whole_branch, add_region_above_another, rename_region,
    exchange_two_slugs, delete_region, publish_in_new_region, move_post, retitle_post, take_down, rename_author,
    rename_page, hide_page, rename_publication,
]  # fmt: skip


def make_everything() -> None:
    make.make_publication()
    asia = make.make_region("Asia", slug="asia")
    east = make.make_region("East", parent=asia, slug="east")
    make.make_region("South", parent=asia, slug="south")
    burma = make.make_region("Burma", parent=east, slug="burma")
    ada = make.make_author()
    make.make_page()
    make.make_post("Ships wait", slug="ships", authors=[ada], regions=[burma])
    make.make_post("Old harbors", slug="harbors", authors=[ada], regions=[asia])


def addresses() -> list[str]:
    """Those of all pages of which something is remembered."""
    found = ["/", "/2017/", "/2017/03/", "/regions/", "/feed/", "/sitemap.xml"]
    for row in [*Region.objects.all(), *Author.objects.all()]:
        found += [row.get_absolute_url(), f"{row.get_absolute_url()}feed/"]
    for post in Post.objects.exclude(published_date=None):
        found += [post.get_absolute_url(), *(f"{post.get_absolute_url()}{below}/" for below in ("print", "cite"))]
    return [*found, *(page.get_absolute_url() for page in Page.objects.all())]


class RememberedTests:
    @pytest.mark.parametrize("act", ACTS)
    def test_what_is_read_after_an_editors_act_is_what_a_new_process_reads(self, editor: Client, act: Act) -> None:
        make_everything()
        before = addresses()
        for address in before:
            assert Client().get(address).status_code == 200
        act(editor)
        wrong = []
        for address in dict.fromkeys([*before, *addresses()]):
            answer = Client().get(address)
            with stored.nothing_stored():
                fresh = Client().get(address)
            if (answer.status_code, answer.content) != (fresh.status_code, fresh.content):
                wrong.append(address)
        assert wrong == []

    def test_the_guard_of_the_suite_draws_again_what_was_thrown_away(self, editor: Client) -> None:
        make_everything()
        address = region("asia").get_absolute_url()
        Client().get(address)
        make.make_post("Newer", regions=[region("asia")])
        assert address not in {page.key for page in stored.served()}
        assert address in stored.once_kept()
        assert stored.differences() == []
        assert address in {page.key for page in stored.served()}
