"""Authors, regions, pages, photos and the publication: their addresses go on working."""

from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db.models import Model
from django.test import Client

from blog.models import Author, Page, Photo, Publication, Region
from tests import make
from tests.blog.forms_of_posts import CHANGE, press, read

pytestmark = pytest.mark.django_db
AUTHOR: dict[str, Any] = {"family_name": "Tan", "given_name": "Ada"}


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(make.make_editor())
    return client


def save(client: Client, kind: str, pk: int | None = None, page: str = "", **typed: Any) -> Any:
    where = f"/admin/blog/{kind}/{pk}/change/" if pk else f"/admin/blog/{kind}/add/"
    form = read(page or client.get(where).content.decode(), f"{kind}_form")
    return client.post(where, {**form.fields, **typed})


class AddressTests:
    @pytest.mark.parametrize(("kind", "field"), [("author", "family_name"), ("region", "name"), ("page", "title")])
    def test_a_form_with_two_fields_emptied_comes_back_with_the_rest(
        self, editor: Client, kind: str, field: str
    ) -> None:
        row = getattr(make, f"make_{kind}")()
        answer = save(editor, kind, row.pk, slug="", **{field: ""})
        assert answer.status_code in {200, 422}
        assert "required" in answer.text
        row.refresh_from_db()
        assert row.slug

    def test_an_empty_slug_is_made_from_the_name(self, editor: Client) -> None:
        save(editor, "author", given_name="Zoë", family_name="Müller")
        save(editor, "region", name="Mainland Southeast Asia")
        save(editor, "page", title="About Us")
        save(editor, "author", given_name="光", family_name="山田")
        slugs = [*Author.objects.order_by("pk").values_list("slug", flat=True), Region.objects.get().slug]
        assert [*slugs, Page.objects.get().slug] == ["zoe-muller", "author", "mainland-southeast-asia", "about-us"]

    def test_a_second_of_the_same_name_gets_a_number(self, editor: Client) -> None:
        save(editor, "author", **AUTHOR)
        save(editor, "author", **AUTHOR)
        assert set(Author.objects.values_list("slug", flat=True)) == {"ada-tan", "ada-tan-2"}

    @pytest.mark.parametrize("kind", ["author", "region", "page"])
    def test_renaming_leaves_one_301_for_each_old_address(self, editor: Client, kind: str) -> None:
        row = make_row(kind)
        old = row.get_absolute_url()  # type: ignore[attr-defined]
        for slug in ("second", "third"):
            assert save(editor, kind, row.pk, slug=slug).status_code == 302
        row.refresh_from_db()
        new = row.get_absolute_url()  # type: ignore[attr-defined]
        for address in (old, new.replace("third", "second")):
            answer = Client().get(address)
            assert (answer.status_code, answer.get("Location")) == (301, new)
        save(editor, kind, row.pk, slug=old.strip("/").rpartition("/")[2])
        assert Client().get(old).status_code == 200

    @pytest.mark.parametrize("kind", ["author", "region", "page"])
    def test_deleting_leaves_a_410(self, editor: Client, kind: str) -> None:
        row = make_row(kind)
        old = row.get_absolute_url()  # type: ignore[attr-defined]
        editor.post(f"/admin/blog/{kind}/{row.pk}/delete/", {"post": "yes"})
        assert not type(row)._default_manager.exists()
        assert Client().get(old).status_code == 410

    def test_an_author_whose_name_stands_on_a_post_is_not_deleted(self, editor: Client) -> None:
        ada = make.make_author()
        make.make_post(authors=[ada])
        editor.post(f"/admin/blog/author/{ada.pk}/delete/", {"post": "yes"})
        assert Author.objects.exists()

    def test_a_page_that_asks_before_deleting_names_a_few_of_what_depends_on_it(self, editor: Client) -> None:
        ada, asia = make.make_author(), make.make_region()
        for number in range(12):
            make.make_post(f"Post {number}", authors=[ada], regions=[asia])
        for kind, pk in (("author", ada.pk), ("region", asia.pk)):
            page = editor.get(f"/admin/blog/{kind}/{pk}/delete/").content.decode()
            assert page.count("<li>Post ") == 10, kind

    def test_a_new_row_at_an_address_that_was_gone_answers_there(self, editor: Client) -> None:
        page = make.make_page("About")
        editor.post(f"/admin/blog/page/{page.pk}/delete/", {"post": "yes"})
        save(editor, "page", title="About")
        assert Client().get("/about/").status_code == 200

    def test_a_page_that_is_public_no_more_is_gone_and_not_unheard_of(self, editor: Client) -> None:
        page = make.make_page("About")
        assert post_without(editor, page, "is_public").status_code == 302
        assert Client().get("/about/").status_code == 410
        save(editor, "page", page.pk, is_public="on")
        assert Client().get("/about/").status_code == 200

    def test_a_region_cannot_be_part_of_its_own_part(self, editor: Client) -> None:
        asia = make.make_region("Asia")
        south = make.make_region("South", parent=asia)
        assert "cannot be part of itself" in save(editor, "region", asia.pk, parent=south.pk).content.decode()


class PageTests:
    @pytest.mark.parametrize("slug", ["admin", "2017", "Admin", "regions", "feed", "comment-guidelines"])
    def test_it_cannot_take_the_publications_own_addresses(self, editor: Client, slug: str) -> None:
        refused = save(editor, "page", title="Any", body="<p>Typed</p>", slug=slug)
        assert refused.status_code == 422
        assert read(refused.content.decode(), "page_form").fields["body"] == ["<p>Typed</p>"]

    def test_neither_by_its_title(self, editor: Client) -> None:
        assert save(editor, "page", title="Archive").status_code == 422
        assert not Page.objects.exists()

    def test_its_html_is_made_safe(self, editor: Client) -> None:
        save(editor, "page", title="About", body='<p onclick="x()">Hi<script>x()</script></p>')
        assert Page.objects.get().body == "<p>Hi</p>"

    def test_an_older_save_is_refused_with_both_texts(self, editor: Client) -> None:
        page = make.make_page("About", body="<p>We write here.</p>")
        opened = editor.get(f"/admin/blog/page/{page.pk}/change/").content.decode()
        save(editor, "page", page.pk, body="<p>We read here.</p>")
        refused = save(editor, "page", page.pk, page=opened, body="<p>We think here.</p>")
        text = refused.content.decode()
        assert refused.status_code == 409
        assert "<del>read</del>" in text
        assert "<ins>think</ins>" in text
        assert Page.objects.get().body == "<p>We read here.</p>"
        assert save(editor, "page", page.pk, page=text).status_code == 302
        assert Page.objects.get().body == "<p>We think here.</p>"


class PublicationTests:
    def test_its_list_opens_the_one_row_and_saves_it(self, editor: Client) -> None:
        assert editor.get("/admin/blog/publication/")["Location"] == "/admin/blog/publication/1/change/"
        save(editor, "publication", 1, name="Asia Unbound", presenter="CFR Presents")
        assert Publication.objects.current().name == "Asia Unbound"
        assert Publication.objects.count() == 1


class PhotoTests:
    def test_one_that_a_text_in_a_history_shows_is_not_deleted(self, editor: Client) -> None:
        photo = make.make_photo()
        post = make.make_post(lead_photo=photo.pk)
        press(editor, CHANGE.format(post.pk), "publish", lead_photo="")
        assert editor.post(f"/admin/blog/photo/{photo.pk}/delete/", {"post": "yes"}).status_code == 403
        assert Photo.objects.exists()

    def test_one_that_nothing_shows_goes_with_its_file(
        self, editor: Client, django_capture_on_commit_callbacks: Any
    ) -> None:
        photo = make.make_photo()
        name = str(photo.file.name)
        with django_capture_on_commit_callbacks(execute=True):
            editor.post(f"/admin/blog/photo/{photo.pk}/delete/", {"post": "yes"})
        assert not Photo.objects.exists()
        assert not default_storage.exists(name)


def make_row(kind: str) -> Model:
    if kind == "author":
        return make.make_author()
    return make.make_region() if kind == "region" else make.make_page()


def post_without(client: Client, page: Page, field: str) -> Any:
    where = f"/admin/blog/page/{page.pk}/change/"
    fields = read(client.get(where).content.decode(), "page_form").fields
    return client.post(where, {name: values for name, values in fields.items() if name != field})
