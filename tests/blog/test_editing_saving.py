"""Writing a post: what is typed is stored, or comes back."""

import datetime
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone

from blog import publishing, revisions
from blog.models import Post, Revision
from tests import make
from tests.blog.forms_of_posts import ADD, CHANGE, press, read

pytestmark = pytest.mark.django_db


def newest(post: Post) -> Revision:
    revision = revisions.latest(post)
    assert revision is not None
    return revision


class NewPostTests:
    def test_saving_makes_a_draft_that_only_the_staff_sees(self, client: Client) -> None:
        client.force_login(make.make_writer())
        answer = press(client, ADD, title="A strait", body="<p>Ships wait.</p>")
        post = Post.objects.get()
        assert answer.status_code == 302
        assert answer["Location"] == CHANGE.format(post.pk)
        assert (post.status, post.slug, post.body) == ("draft", "a-strait", "<p>Ships wait.</p>")
        assert post.created_by == make.make_writer()
        assert not Post.objects.published(timezone.now()).exists()
        assert "it is a draft" in client.get(answer["Location"]).content.decode()

    def test_it_begins_with_the_writers_own_name(self, client: Client) -> None:
        ada = make.make_author(user=make.make_writer())
        client.force_login(make.make_writer())
        press(client, ADD, title="A strait")
        assert [line.author for line in Post.objects.get().bylines.all()] == [ada]

    def test_a_double_click_makes_one_post(self, client: Client) -> None:
        client.force_login(make.make_writer())
        page = client.get(ADD).content.decode()
        first = press(client, ADD, page=page, title="A strait")
        second = press(client, ADD, page=page, title="A strait")
        assert first["Location"] == second["Location"]
        assert Post.objects.count() == Revision.objects.count() == 1

    def test_sent_again_with_other_words_it_shows_both(self, client: Client) -> None:
        client.force_login(make.make_writer())
        page = client.get(ADD).content.decode()
        press(client, ADD, page=page, title="A strait")
        answer = press(client, ADD, page=page, title="A narrow strait")
        assert answer.status_code == 409
        assert read(answer.content.decode()).fields["title"] == ["A narrow strait"]
        assert Post.objects.get().title == "A strait"

    def test_without_a_title_everything_typed_comes_back(self, client: Client) -> None:
        client.force_login(make.make_writer())
        answer = press(client, ADD, title="", body="<p>Long work</p>", summary="So far")
        assert answer.status_code == 422
        fields = read(answer.content.decode()).fields
        assert (fields["body"], fields["summary"]) == (["<p>Long work</p>"], ["So far"])
        assert not Post.objects.exists()

    def test_the_admins_own_log_names_it(self, client: Client) -> None:
        client.force_login(make.make_writer())
        press(client, ADD, title="A strait")
        press(client, CHANGE.format(Post.objects.get().pk), title="A narrow strait", note="Clearer")
        said = [(line.action_flag, line.get_change_message()) for line in LogEntry.objects.order_by("pk")]
        assert said == [(1, "saved"), (2, "saved: Clearer")]


class SavingTests:
    def test_all_fields_reach_the_snapshot_and_come_back_into_the_form(self, client: Client) -> None:
        client.force_login(make.make_editor())
        ada, mo = make.make_author("Ada Tan"), make.make_author("Mo Lim")
        asia = make.make_region("Asia")
        south = make.make_region("Southeast Asia", parent=asia)
        post = make.make_post(status="draft")
        typed: dict[str, Any] = {
            "title": "T", "short_title": "S", "summary": "Sum", "slug": "the-slug", "citation_title": "C",
            "guest_note": "G", "bylines_author": [mo.pk, ada.pk, ""], "bylines_role": ["by", "for", "by"],
            "regions": [south.pk], "publish_at": "2030-01-02T03:04", "expire_at": "2031-01-02T03:04",
            "lead_photo_caption": "Cap", "lead_photo_credit": "Cred", "note": "Why not",
        }  # fmt: skip
        assert press(client, CHANGE.format(post.pk), **typed).status_code == 302
        snapshot = newest(post).snapshot
        assert snapshot["bylines"] == [{"author": mo.pk, "role": "by"}, {"author": ada.pk, "role": "for"}]
        assert snapshot["regions"] == [south.pk]
        assert snapshot["publish_at"] == "2030-01-02T03:04:00+00:00"
        assert newest(post).note == "Why not"
        fields = read(client.get(CHANGE.format(post.pk)).content.decode()).fields
        assert fields["bylines_author"][:2] == [str(mo.pk), str(ada.pk)]
        assert fields["bylines_role"][:2] == ["by", "for"]
        assert fields["regions"] == [str(south.pk)]
        assert fields["publish_at"] == ["2030-01-02T03:04"]
        assert fields["slug"] == ["the-slug"]

    def test_saving_what_is_there_already_writes_nothing(self, client: Client) -> None:
        client.force_login(make.make_editor())
        photo = make.make_photo()
        post = make.make_post(authors=[make.make_author()], regions=[make.make_region()], lead_photo=photo.pk)
        before = newest(post)
        assert press(client, CHANGE.format(post.pk)).status_code == 302
        assert newest(post) == before
        assert not LogEntry.objects.exists()

    def test_the_seconds_of_a_publication_survive_a_form_that_shows_none(self, client: Client) -> None:
        client.force_login(make.make_editor())
        at = datetime.datetime(2017, 3, 15, 12, 30, 45, 1234, tzinfo=datetime.UTC)
        post = make.make_post(published_at=at)
        press(client, CHANGE.format(post.pk), "publish", title="Another title")
        post.refresh_from_db()
        assert (post.title, post.publish_at) == ("Another title", at)

    def test_saving_a_live_post_leaves_readers_what_they_see(self, client: Client) -> None:
        client.force_login(make.make_editor())
        post = make.make_post("Old title")
        press(client, CHANGE.format(post.pk), title="New title", slug="new-slug")
        post.refresh_from_db()
        assert (post.title, post.slug) == ("Old title", "old-title")
        page = client.get(CHANGE.format(post.pk)).content.decode()
        assert "Readers still see revision 1; you are editing revision 2." in page
        assert read(page).fields["title"] == ["New title"]

    def test_hostile_html_is_gone_when_it_is_stored(self, client: Client) -> None:
        client.force_login(make.make_writer())
        hostile = (
            '<p onclick="x()">Hi <a href="javascript:alert(1)">a</a><a href=" java\tscript:x">b</a>'
            '<script>x()</script><img src=x onerror=x()><svg onload=x()></svg><a href="https://example.org">c</a></p>'
        )
        press(client, ADD, title="<script>x()</script>", body=hostile)
        post = Post.objects.get()
        assert newest(post).snapshot["body"] == post.body
        assert post.body == '<p>Hi <a>a</a><a>b</a><a href="https://example.org">c</a></p>'
        page = client.get(CHANGE.format(post.pk)).content.decode()
        assert "<script>x()" not in page

    @pytest.mark.parametrize(
        "field", ["title", "body", "note", "publish_at", "bylines_author", "regions", "lead_photo"]
    )
    @pytest.mark.parametrize("bad", ["\x00", "9" * 40, "'\"><b>", "\ud800".encode("utf-8", "surrogatepass"), "-1"])
    def test_bad_input_is_refused_or_kept_and_never_breaks(self, client: Client, field: str, bad: str) -> None:
        client.force_login(make.make_editor())
        post = make.make_post(status="draft")
        answer = press(client, CHANGE.format(post.pk), **{field: bad})
        assert answer.status_code in (302, 422)

    def test_a_megabyte_of_one_word_comes_back_and_is_not_cut(self, client: Client) -> None:
        client.force_login(make.make_writer())
        answer = press(client, ADD, title="Long", body="a" * 1_000_000)
        assert answer.status_code == 422
        assert len(read(answer.content.decode()).fields["body"][0]) == 1_000_000
        assert not Post.objects.exists()


class ConflictTests:
    def test_the_later_save_is_refused_with_both_texts(self, client: Client) -> None:
        post = make.make_post("A strait", body="<p>Ships wait here.</p>")
        ed, client_of_ed = make.make_editor("ed"), Client()
        client.force_login(make.make_editor())
        client_of_ed.force_login(ed)
        page = client.get(CHANGE.format(post.pk)).content.decode()
        press(client_of_ed, CHANGE.format(post.pk), body="<p>Ships hurry here.</p>")
        answer = press(client, CHANGE.format(post.pk), page=page, body="<p>Ships wait there.</p>", note="Mine")
        assert answer.status_code == 409
        text = answer.content.decode()
        assert "by ed" in text
        assert "<del>hurry here.</del>" in text
        assert "<ins>wait there.</ins>" in text
        fields = read(text).fields
        assert (fields["body"], fields["note"]) == (["<p>Ships wait there.</p>"], ["Mine"])
        assert fields["base"] == ["2"]
        assert newest(post).number == 2

    def test_saving_again_then_puts_mine_on_top_and_keeps_theirs(self, client: Client) -> None:
        post = make.make_post("A strait")
        client.force_login(make.make_editor())
        page = client.get(CHANGE.format(post.pk)).content.decode()
        make.publish_again(post, title="Theirs")
        refused = press(client, CHANGE.format(post.pk), "publish", page=page, title="Mine").content.decode()
        post.refresh_from_db()
        assert post.title == "Theirs"
        assert press(client, CHANGE.format(post.pk), "publish", page=refused).status_code == 302
        post.refresh_from_db()
        assert post.title == "Mine"
        assert list(post.revisions.values_list("snapshot__title", flat=True)) == ["Mine", "Theirs", "A strait"]

    def test_a_double_click_is_no_conflict(self, client: Client) -> None:
        post = make.make_post(status="draft", authors=[make.make_author()])
        client.force_login(make.make_editor())
        page = client.get(CHANGE.format(post.pk)).content.decode()
        for _click in range(2):
            typed = {"title": "Mine", "is_incomplete_meant": "on"}
            answer = press(client, CHANGE.format(post.pk), "publish", page=page, **typed)
            assert answer.status_code == 302
        assert newest(post).number == 2

    def test_a_photo_chosen_in_the_refused_form_stays_chosen(self, client: Client) -> None:
        post, photo = make.make_post("A strait"), make.make_photo()
        client.force_login(make.make_editor())
        page = client.get(CHANGE.format(post.pk)).content.decode()
        make.publish_again(post, title="Theirs")
        refused = press(client, CHANGE.format(post.pk), page=page, lead_photo=photo.pk)
        assert refused.status_code == 409
        assert read(refused.content.decode()).fields["lead_photo"] == [str(photo.pk)]

    def test_what_a_later_rendering_applied_is_shown(self, client: Client) -> None:
        post = make.make_post("A strait")
        now = timezone.now()
        step = publishing.Step(1, make.make_editor(), now - 2 * make.HOUR)
        publishing.schedule_edit(post, newest(post).snapshot | {"title": "Due"}, step, now - make.HOUR)
        client.force_login(make.make_editor())
        assert "Due" in client.get(CHANGE.format(post.pk)).content.decode()
        post.refresh_from_db()
        assert post.title == "Due"


class SessionEndedTests:
    def test_an_afternoons_work_comes_back_and_is_saved_after_signing_in_again(self) -> None:
        client = Client(enforce_csrf_checks=True, headers={"Sec-Fetch-Site": "same-origin"})
        client.force_login(make.make_writer())
        form = read(client.get(ADD).content.decode()).fields
        client.session.flush()
        typed = form | {"title": ["A strait"], "body": ["<p>Long work</p>"], "act": ["hand_in"]}
        kept = client.post(ADD, typed)
        assert kept.status_code == 403
        assert not Post.objects.exists()
        client.force_login(make.make_writer())
        again = hidden_fields(kept.content.decode())
        assert client.post(ADD, again).status_code == 302
        post = Post.objects.get()
        assert (post.body, post.status) == ("<p>Long work</p>", "in_review")


def hidden_fields(page: str) -> dict[str, list[str]]:
    """The fields of the form without an id that gives everything back."""
    reader = read(page.replace('<form method="post">', '<form method="post" id="post_form">'))
    return reader.fields
