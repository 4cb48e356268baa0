"""Who may do what with which post; what a form says beyond that is ignored."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from blog import revisions
from blog.admin import posts
from blog.admin.lists import FirstThousand
from blog.models import Post, Revision
from tests import make
from tests.blog.forms_of_posts import ADD, CHANGE, press, read

pytestmark = pytest.mark.django_db
PAGES = ("change", "history", "delete", "preview", "compare")


@pytest.fixture
def writer(client: Client) -> Client:
    client.force_login(make.make_writer())
    return client


def newest(post: Post) -> Revision:
    revision = revisions.latest(post)
    assert revision is not None
    return revision


class AnothersPostTests:
    @pytest.mark.parametrize("page", PAGES)
    def test_every_page_of_it_is_closed_and_tells_nothing(self, writer: Client, page: str) -> None:
        post = make.make_post("Secret plans", status="draft", body="<p>Secret text</p>", slug="secret-plans")
        answer = writer.get(f"/admin/blog/post/{post.pk}/{page}/")
        assert answer.status_code == 403
        assert b"ecret" not in answer.content

    @pytest.mark.parametrize("page", ["change", "delete", "restore", "call-off"])
    def test_nothing_can_be_sent_to_it(self, writer: Client, page: str) -> None:
        post = make.make_post("Secret plans", status="draft")
        sent = {"title": "Mine", "act": "save", "base": "1", "revision": "1", "post": "yes"}
        assert writer.post(f"/admin/blog/post/{post.pk}/{page}/", sent).status_code == 403
        assert (Post.objects.get().title, newest(post).number) == ("Secret plans", 1)

    def test_it_is_not_in_the_list_even_when_searched_for(self, writer: Client) -> None:
        make.make_post("Secret plans", status="draft")
        make.make_post("Own plans", status="draft", by=make.make_writer())
        page = writer.get("/admin/blog/post/?q=plans").content.decode()
        assert "Own plans" in page
        assert "Secret plans" not in page

    def test_the_uid_of_it_in_a_new_form_opens_nothing(self, writer: Client) -> None:
        post = make.make_post("Secret plans", status="draft")
        answer = press(writer, ADD, title="Mine", uid=str(post.uid))
        assert answer.status_code == 403
        assert Post.objects.get().title == "Secret plans"

    def test_a_post_that_names_the_author_is_theirs(self, writer: Client) -> None:
        post = make.make_post("Together", authors=[make.make_author(user=make.make_writer())])
        assert writer.get(CHANGE.format(post.pk)).status_code == 200

    @pytest.mark.parametrize("number", ["0", "999999", "9" * 30, "1abc", "١", "-1", "1%00"])
    def test_a_number_that_is_none_is_not_found(self, writer: Client, number: str) -> None:
        assert writer.get(CHANGE.format(number)).status_code == 404


class WriterTests:
    def test_the_form_offers_what_is_theirs(self, writer: Client) -> None:
        form = read(writer.get(ADD).content.decode())
        assert form.acts == ["save", "preview", "hand_in"]
        assert not {"slug", "publish_at", "expire_at", "is_material", "go_live_at"} & set(form.fields)

    @pytest.mark.parametrize("act", ["publish", "hand_back", "take_down"])
    def test_a_forged_button_is_refused_and_the_text_comes_back(self, writer: Client, act: str) -> None:
        post = make.make_post("Plans", status="in_review", by=make.make_writer())
        answer = press(writer, CHANGE.format(post.pk), act, title="Typed", note="n", is_takedown_meant="on")
        assert answer.status_code == 403
        assert read(answer.content.decode()).fields["title"] == ["Typed"]
        assert (newest(post).number, Post.objects.get().status) == (1, "in_review")

    def test_forged_fields_are_ignored(self, writer: Client) -> None:
        post = make.make_post("Plans", status="draft", by=make.make_writer())
        forged = {
            "slug": "mine", "publish_at": "2017-01-01T00:00", "expire_at": "2018-01-01T00:00", "is_material": "on",
            "status": "published", "go_live_at": "2190-01-01T00:00", "created_by": "1", "first_public_at": "2017-01-01",
        }  # fmt: skip
        press(writer, CHANGE.format(post.pk), title="Typed", **forged)
        post.refresh_from_db()
        assert (post.title, post.slug, post.status, post.publish_at, post.expire_at) == (
            "Typed", "plans", "draft", None, None,
        )  # fmt: skip
        assert post.created_by == make.make_writer()

    def test_what_an_editor_set_stays_when_the_author_saves(self, writer: Client) -> None:
        post = make.make_post("Plans", by=make.make_writer(), slug="set-by-editor")
        before = newest(post).snapshot
        press(writer, CHANGE.format(post.pk), "hand_in", title="Typed")
        assert newest(post).snapshot == before | {"title": "Typed"}


class ListTests:
    def test_its_queries_do_not_grow_with_the_posts(self, client: Client) -> None:
        client.force_login(make.make_editor())
        ada = make.make_author()
        counts = []
        for size in (1, 12):
            while Post.objects.count() < size:
                make.make_post(f"Post {Post.objects.count()}", authors=[ada], status="draft")
            counts.append(_queries(client))
        assert counts[0] == counts[1]

    def test_no_whole_table_is_counted(self, client: Client) -> None:
        client.force_login(make.make_editor())
        make.make_post()
        with CaptureQueriesContext(connection) as captured:
            client.get("/admin/blog/post/?q=strait")
        counts = [query["sql"] for query in captured if "COUNT(" in query["sql"] and "blog_post" in query["sql"]]
        assert counts == []

    def test_the_newest_stand_first_with_who_can_see_them(self, client: Client) -> None:
        client.force_login(make.make_editor())
        make.make_post("First", authors=[make.make_author("Ada Tan")])
        make.make_post("Second", status="in_review")
        page = client.get("/admin/blog/post/").content.decode()
        assert page.index("Second") < page.index(">First<")
        assert "Everybody can see this post." in page
        assert "it waits for an editor" in page
        assert "Ada Tan" in page
        handed_in = client.get("/admin/blog/post/?handed_in=yes").content.decode()
        assert "Second" in handed_in
        assert ">First<" not in handed_in

    def test_an_older_post_is_found_by_any_address_it_had_and_not_by_its_title(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(posts, "MOST_SEARCHED", 1)
        client.force_login(make.make_editor())
        old = make.make_post("The old strait")
        first_address = old.get_absolute_url()
        make.publish_again(old, slug="renamed")
        make.make_post("The new strait")
        by_title = client.get("/admin/blog/post/?q=strait").content.decode()
        assert "The new strait" in by_title
        assert "The old strait" not in by_title
        for address in (f"https://example.org{first_address}print/", old.get_absolute_url()):
            found = client.get("/admin/blog/post/", {"q": address}).content.decode()
            assert "The old strait" in found
            assert "The new strait" not in found

    def test_a_list_that_is_cut_says_so(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        client.force_login(make.make_editor())
        make.make_author("Ada Tan")
        said = "The first 1,000 are listed"
        assert said not in client.get("/admin/blog/author/").content.decode()
        monkeypatch.setattr(FirstThousand, "MOST", 1)
        assert said in client.get("/admin/blog/author/").content.decode()

    def test_an_author_sees_the_newest_they_made_or_signed(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(FirstThousand, "MOST", 1)
        writer = make.make_writer()
        author = make.make_author(user=writer)
        for number in range(2):
            make.make_post(f"Made {number}", status="draft", by=writer)
            make.make_post(f"Signed {number}", authors=[author])
        assert list(Post.objects.newest_editable_by(writer, 1).values_list("title", flat=True)) == [
            "Signed 1",
            "Made 1",
        ]
        assert Post.objects.editable_by(writer).count() == 4

    @pytest.mark.parametrize(
        "query", ["q=" + "%22%27:" * 2000, "q=%00", "handed_in=x", "status=x", "p=-1", "p=x", "o=1", "x__y=1"]
    )
    def test_a_hostile_query_is_answered(self, client: Client, query: str) -> None:
        client.force_login(make.make_editor())
        make.make_post()
        assert client.get(f"/admin/blog/post/?{query}").status_code in (200, 302, 400)


def _queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as captured:
        client.get("/admin/blog/post/")
    return len(captured)
