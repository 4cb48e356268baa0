"""The history of a post: what is kept, compared and brought back."""

import pytest
from django.test import Client
from django.utils import timezone

from blog import publishing, revisions
from blog.models import Post, Revision
from blog.publishing import Outdated, Step
from tests import make
from tests.blog.forms_of_posts import CHANGE, press, read

pytestmark = pytest.mark.django_db
HISTORY, COMPARE, RESTORE = (f"/admin/blog/post/{{}}/{word}/" for word in ("history", "compare", "restore"))


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(make.make_editor())
    return client


def newest(post: Post) -> Revision:
    revision = revisions.latest(post)
    assert revision is not None
    return revision


class HistoryTests:
    def test_it_names_number_act_person_time_and_reason(self, editor: Client) -> None:
        post = make.make_post("Old")
        press(editor, CHANGE.format(post.pk), "save", title="New", note="Clearer title")
        page = editor.get(HISTORY.format(post.pk)).content.decode()
        assert "Clearer title" in page
        assert "readers see this" in page
        assert page.count('name="older"') == 2

    def test_an_account_that_is_gone_leaves_its_revisions(self, editor: Client) -> None:
        gone = make.make_staff("gone", "Authors")
        post = make.make_post(status="draft", by=gone)
        gone.delete()
        assert editor.get(HISTORY.format(post.pk)).status_code == 200
        assert newest(post).by is None


class CompareTests:
    def test_any_two_are_shown_word_by_word(self, editor: Client) -> None:
        post = make.make_post("A strait", body="<p>Ships wait here.</p>")
        press(editor, CHANGE.format(post.pk), "save", body="<p>Ships hurry here.</p>")
        page = editor.get(COMPARE.format(post.pk) + "?older=1&newer=2").content.decode()
        assert "<del>wait</del>" in page
        assert "<ins>hurry</ins>" in page

    @pytest.mark.parametrize(
        ("before", "after", "shown"),
        [
            (
                '<p><a href="https://a.example/">This</a> source.</p>',
                '<p><a href="https://b.example/?x=1&amp;y=2">This</a> source.</p>',
                ["<del>[https://a.example/]</del>", "<ins>[https://b.example/?x=1&amp;y=2]</ins>"],
            ),
            ("<h2>Head</h2><p>Text.</p>", "<h3>Head</h3><p>Text.</p>", ["<del>##</del>", "<ins>###</ins>"]),
            ("<p>A word.</p>", "<p>A <strong>word</strong>.</p>", ["<del>word.</del>", "<ins>**word**.</ins>"]),
            ("<p>One. Two.</p>", "<p>One.</p><p>Two.</p>", ["<ins>¶</ins>"]),
            ("<p>One.</p>", "<ul><li><p>One.</p></li></ul>", ["<ins>•</ins>"]),
        ],
    )
    def test_what_changed_in_a_texts_form_is_shown_too(
        self, editor: Client, before: str, after: str, shown: list[str]
    ) -> None:
        post = make.make_post(body=before)
        press(editor, CHANGE.format(post.pk), "save", body=after)
        page = editor.get(COMPARE.format(post.pk) + "?older=1&newer=2").content.decode()
        assert [each for each in shown if each not in page] == []

    def test_the_newest_is_compared_with_what_readers_see(self, editor: Client) -> None:
        post = make.make_post("One")
        for title in ("Two", "Three"):
            press(editor, CHANGE.format(post.pk), "save", title=title)
        page = editor.get(COMPARE.format(post.pk)).content.decode()
        assert "<del>One</del>" in page
        assert "<ins>Three</ins>" in page

    def test_old_text_that_was_never_made_safe_is_shown_as_words(self, editor: Client) -> None:
        post = make.make_post()
        Revision.objects.update(snapshot=newest(post).snapshot | {"body": "<script>x()</script><b onclick=x()>old</b>"})
        press(editor, CHANGE.format(post.pk), "save", body="<p>new &lt;script&gt;y()&lt;/script&gt;</p>")
        page = editor.get(COMPARE.format(post.pk) + "?older=1&newer=2").content.decode()
        assert "x()" not in page
        assert "<script>y()" not in page
        assert "&lt;script&gt;y()" in page

    @pytest.mark.parametrize("query", ["older=0&newer=1", "older=x", "newer=%00", "older=1&newer=" + "9" * 40])
    def test_a_revision_that_is_not_there_is_404(self, editor: Client, query: str) -> None:
        post = make.make_post()
        assert editor.get(COMPARE.format(post.pk) + "?" + query).status_code == 404

    def test_authors_regions_and_photo_are_named(self, editor: Client) -> None:
        ada, mo, asia = make.make_author("Ada Tan"), make.make_author("Mo Lim"), make.make_region("Asia")
        post = make.make_post(authors=[ada])
        press(editor, CHANGE.format(post.pk), "save", bylines_author=[ada.pk, mo.pk], regions=[asia.pk])
        page = editor.get(COMPARE.format(post.pk) + "?older=1&newer=2").content.decode()
        assert "Mo Lim" in page
        assert "<ins>Asia</ins>" in page


class RestoreTests:
    def test_it_makes_a_new_revision_and_readers_keep_what_they_see(self, editor: Client) -> None:
        post = make.make_post("One")
        press(editor, CHANGE.format(post.pk), "publish", title="Two")
        form = read(editor.get(HISTORY.format(post.pk)).content.decode(), "restore-1")
        editor.post(RESTORE.format(post.pk), form.fields)
        assert (newest(post).number, newest(post).snapshot["title"]) == (3, "One")
        assert newest(post).note == "Brought back from revision 1"
        assert Post.objects.get().title == "Two"

    def test_it_does_not_move_the_dates(self, editor: Client) -> None:
        post = make.make_post("One")
        press(editor, CHANGE.format(post.pk), "publish", title="Two", publish_at="2018-01-01T10:00")
        editor.post(RESTORE.format(post.pk), {"revision": "1", "base": "2"})
        assert newest(post).snapshot["publish_at"].startswith("2018-01-01T10:00")

    @pytest.mark.parametrize("base", ["1", "", "x", "-5"])
    def test_drawn_from_an_older_page_it_is_refused(self, editor: Client, base: str) -> None:
        post = make.make_post("One")
        make.publish_again(post, title="Two")
        answer = editor.post(RESTORE.format(post.pk), {"revision": "1", "base": base}, follow=True)
        assert "has made revision 2 meanwhile" in answer.content.decode()
        assert newest(post).number == 2

    def test_an_author_brings_back_words_and_not_an_address(self, client: Client) -> None:
        client.force_login(make.make_writer())
        post = make.make_post("One", by=make.make_writer(), slug="one")
        make.publish_again(post, title="Two", slug="two")
        client.post(RESTORE.format(post.pk), {"revision": "1", "base": "2"})
        assert (newest(post).snapshot["title"], newest(post).snapshot["slug"]) == ("One", "two")


class SnapshotTests:
    def test_publishing_copies_all_of_it_and_reading_it_back_gives_the_same(self) -> None:
        ada, mo = make.make_author("Ada Tan"), make.make_author("Mo Lim")
        photo, asia = make.make_photo(), make.make_region()
        post = make.make_post(
            "Whole",
            short_title="W",
            slug="whole",
            summary="Sum",
            body="<h2>Head</h2><table><tbody><tr><td>1</td></tr></tbody></table>",
            citation_title="Whole",
            guest_note="Guest",
            lead_photo=photo.pk,
            lead_photo_alt="Alt",
            lead_photo_caption="Cap",
            lead_photo_credit="Credit",
            regions=[asia],
            bylines=[{"author": mo.pk, "role": "by"}, {"author": ada.pk, "role": "for"}],
        )
        assert revisions.of_post(Post.objects.get()) == newest(post).snapshot

    def test_what_was_deleted_since_is_left_out_and_nothing_breaks(self, editor: Client) -> None:
        asia, photo = make.make_region(), make.make_photo()
        post = make.make_post(regions=[asia], lead_photo=photo.pk)
        press(editor, CHANGE.format(post.pk), "publish", lead_photo="", regions=[])
        asia.delete()
        photo.delete()
        assert editor.get(f"/admin/blog/post/{post.pk}/preview/?revision=1").status_code == 200
        assert editor.get(COMPARE.format(post.pk) + "?older=1&newer=2").status_code == 200
        assert editor.post(RESTORE.format(post.pk), {"revision": "1", "base": "2"}).status_code == 302

    @pytest.mark.parametrize(
        "act", [publishing.save, publishing.hand_in, publishing.hand_back, publishing.publish, publishing.take_down]
    )
    def test_no_act_is_done_on_an_older_number(self, act: object) -> None:
        post = make.make_post("Old")
        make.publish_again(post, title="New")
        step = Step(1, make.make_editor(), timezone.now())
        with pytest.raises(Outdated) as refusal:
            act(Post.objects.get(), newest(post).snapshot | {"title": "Mine"}, step)  # type: ignore[operator]
        assert refusal.value.newest.number == 2
        assert Post.objects.get().title == "New"
        assert newest(post).number == 2
