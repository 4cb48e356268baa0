"""A preview is the reader's page, for those who may write the post and for nobody else."""

import pytest
from django.test import Client

from blog import revisions
from blog.models import Post, Revision
from tests import make
from tests.blog.forms_of_posts import ADD, CHANGE, press

pytestmark = pytest.mark.django_db
PREVIEW = "/admin/blog/post/{}/preview/"


@pytest.fixture
def writer() -> Client:
    client = Client()
    client.force_login(make.make_writer())
    return client


class PreviewTests:
    def test_the_button_saves_first_and_then_shows_the_readers_page(self, writer: Client) -> None:
        make.make_publication()
        answer = press(writer, ADD, "preview", title="A strait", body="<p>Ships wait.</p>")
        post = Post.objects.get()
        assert answer["Location"] == PREVIEW.format(post.pk)
        page = writer.get(answer["Location"]).content.decode()
        assert "<p>Ships wait.</p>" in page
        assert "This is a preview" in page
        assert f'href="{CHANGE.format(post.pk)}"' in page

    def test_it_shows_the_newest_text_while_readers_see_the_old_one(self, writer: Client) -> None:
        post = make.make_post("Old title", by=make.make_writer())
        press(writer, CHANGE.format(post.pk), "preview", title="New title")
        assert "New title" in writer.get(PREVIEW.format(post.pk)).content.decode()
        assert "Old title" in writer.get(PREVIEW.format(post.pk) + "?revision=1").content.decode()
        assert "New title" not in Client().get(post.get_absolute_url()).content.decode()

    def test_it_differs_from_the_page_of_readers_in_nothing_but_the_word_preview(self, writer: Client) -> None:
        photo = make.make_photo()
        post = make.make_post(
            by=make.make_writer(),
            authors=[make.make_author()],
            regions=[make.make_region()],
            lead_photo=photo.pk,
            lead_photo_alt="A harbor",
            lead_photo_caption="At dawn",
            lead_photo_credit="Mei Lin",
        )
        preview = writer.get(PREVIEW.format(post.pk)).content.decode()
        page = Client().get(post.get_absolute_url()).content.decode()
        assert article(preview) == article(page)

    def test_it_is_neither_kept_nor_found_by_search_engines(self, writer: Client) -> None:
        post = make.make_post(by=make.make_writer())
        answer = writer.get(PREVIEW.format(post.pk))
        assert answer["Cache-Control"] == "no-store, private"
        assert answer["X-Robots-Tag"] == "noindex"
        assert '<meta name="robots" content="noindex">' in answer.content.decode()

    def test_it_writes_nothing(self, writer: Client) -> None:
        post = make.make_post(status="draft", by=make.make_writer())
        before = Post.objects.values().get(), Revision.objects.count()
        writer.get(PREVIEW.format(post.pk))
        assert (Post.objects.values().get(), Revision.objects.count()) == before

    @pytest.mark.parametrize("word", ["0", "99", "-1", "x", "1abc", "1%00", "9" * 30])
    def test_of_a_revision_that_is_not_there_is_404(self, writer: Client, word: str) -> None:
        post = make.make_post(by=make.make_writer())
        assert writer.get(PREVIEW.format(post.pk) + f"?revision={word}").status_code == 404

    def test_a_draft_has_no_public_address(self, writer: Client) -> None:
        post = make.make_post(status="draft", by=make.make_writer())
        newest = revisions.latest(post)
        assert newest
        address = revisions.draw(post, newest.snapshot, newest.made_at).get_absolute_url()
        assert writer.get(address).status_code == 404


def article(page: str) -> str:
    return page[page.index("<article") : page.index("</article>")]
