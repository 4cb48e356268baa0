"""What happens to a post, through the buttons of its form and through the functions behind them."""

import datetime
import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from blog import publishing, revisions, scheduled_changes
from blog.models import OldPath, Post, Revision
from blog.publishing import Outdated, Step
from tests import make
from tests.blog.forms_of_posts import ADD, CHANGE, press, read

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(make.make_editor())
    return client


@pytest.fixture
def writer() -> Client:
    client = Client()
    client.force_login(make.make_writer())
    return client


def newest(post: Post) -> Revision:
    revision = revisions.latest(post)
    assert revision is not None
    return revision


def is_public(post: Post) -> bool:
    return Post.objects.published(timezone.now()).filter(pk=post.pk).exists()


class HandInTests:
    def test_it_asks_the_editors_and_publishes_nothing(self, writer: Client) -> None:
        press(writer, ADD, "hand_in", title="A strait", note="Please look at the numbers")
        post = Post.objects.get()
        assert (post.status, newest(post).act, newest(post).note) == (
            "in_review",
            "handed_in",
            "Please look at the numbers",
        )
        assert post.handed_in_at
        assert not is_public(post)

    def test_changes_to_a_live_post_wait_for_an_editor(self, writer: Client, editor: Client) -> None:
        post = make.make_post("Old", by=make.make_writer())
        press(writer, CHANGE.format(post.pk), "hand_in", title="New")
        post.refresh_from_db()
        assert (post.title, post.status) == ("Old", "published")
        press(editor, CHANGE.format(post.pk), "publish")
        post.refresh_from_db()
        assert (post.title, post.handed_in_at) == ("New", None)

    def test_a_photo_needs_a_word_about_it_first(self, writer: Client) -> None:
        photo = make.make_photo()
        post = make.make_post(status="draft", by=make.make_writer(), lead_photo=photo.pk)
        refused = press(writer, CHANGE.format(post.pk), "hand_in", title="Typed")
        assert refused.status_code == 422
        assert "Please say what the photo shows" in refused.content.decode()
        assert read(refused.content.decode()).fields["title"] == ["Typed"]
        assert press(writer, CHANGE.format(post.pk), "save").status_code == 302
        assert press(writer, CHANGE.format(post.pk), "hand_in", lead_photo_is_decorative="on").status_code == 302


class HandBackTests:
    def test_it_needs_a_note_which_the_author_reads(self, writer: Client, editor: Client) -> None:
        post = make.make_post(status="in_review", by=make.make_writer())
        assert press(editor, CHANGE.format(post.pk), "hand_back").status_code == 422
        assert press(editor, CHANGE.format(post.pk), "hand_back", note="Shorter, please").status_code == 302
        post.refresh_from_db()
        assert (post.status, post.handed_in_at) == ("draft", None)
        assert "Shorter, please" in writer.get(CHANGE.format(post.pk)).content.decode()


class PublishTests:
    def test_it_is_public_from_now_on(self, editor: Client) -> None:
        post = make.make_post(status="draft", authors=[make.make_author()])
        before = timezone.now()
        press(editor, CHANGE.format(post.pk), "publish", is_incomplete_meant="on")
        post.refresh_from_db()
        assert is_public(post)
        assert post.publish_at
        assert before <= post.publish_at <= timezone.now()
        assert editor.get(post.get_absolute_url()).status_code == 200

    def test_a_date_in_the_past_becomes_the_address(self, editor: Client) -> None:
        post = make.make_post("Will the crisis last?", status="draft", authors=[make.make_author()])
        typed = {"publish_at": "2017-03-15T12:00", "is_incomplete_meant": "on"}
        press(editor, CHANGE.format(post.pk), "publish", **typed)
        post.refresh_from_db()
        assert post.get_absolute_url() == "/2017/03/15/will-the-crisis-last/"
        assert editor.get("/2017/03/15/will-the-crisis-last/").status_code == 200

    def test_a_date_to_come_schedules_it(self, editor: Client) -> None:
        post = make.make_post(status="draft", authors=[make.make_author()])
        typed = {"publish_at": "2190-01-01T08:00", "is_incomplete_meant": "on"}
        press(editor, CHANGE.format(post.pk), "schedule", **typed)
        post.refresh_from_db()
        assert newest(post).act == "scheduled"
        assert not is_public(post)
        assert "Readers will see this post from January 1, 2190" in editor.get(CHANGE.format(post.pk)).content.decode()

    def test_a_public_post_is_not_hidden_by_a_later_date(self, editor: Client) -> None:
        post = make.make_post()
        refused = press(editor, CHANGE.format(post.pk), "publish", publish_at="2190-01-01T08:00")
        assert refused.status_code == 422
        assert "Readers know this post already" in refused.content.decode()
        assert is_public(post)

    def test_only_a_material_change_says_updated(self, editor: Client) -> None:
        post = make.make_post()
        press(editor, CHANGE.format(post.pk), "publish", title="A comma less")
        assert not Post.objects.get().is_updated
        press(editor, CHANGE.format(post.pk), "publish", title="Other news", is_material="on")
        post.refresh_from_db()
        assert post.modified_at
        assert post.is_updated

    def test_changing_title_and_slug_twice_keeps_every_address_in_one_step(self, editor: Client) -> None:
        post = make.make_post("One")
        addresses = [post.get_absolute_url()]
        for title in ("two", "three"):
            press(editor, CHANGE.format(post.pk), "publish", title=title, slug=title)
            post.refresh_from_db()
            addresses.append(post.get_absolute_url())
        for address in addresses[:2]:
            answer = editor.get(address)
            assert (answer.status_code, answer["Location"]) == (301, addresses[2])

    def test_a_slug_changed_on_a_saved_revision_moves_nothing_yet(self, editor: Client) -> None:
        post = make.make_post("One")
        press(editor, CHANGE.format(post.pk), "save", slug="two")
        assert editor.get(post.get_absolute_url()).status_code == 200
        assert not OldPath.objects.exists()

    @pytest.mark.parametrize("years", ["1066-01-01T00:00", "9999-12-31T23:59", "0001-01-01T00:00", "2017-02-30T00:00"])
    def test_an_impossible_date_is_refused_with_a_sentence(self, editor: Client, years: str) -> None:
        post = make.make_post(status="draft")
        assert press(editor, CHANGE.format(post.pk), "publish", publish_at=years).status_code == 422
        assert not is_public(post)

    def test_expiring_before_publication_is_refused(self, editor: Client) -> None:
        post = make.make_post(status="draft")
        dates = {"publish_at": "2017-03-15T12:00", "expire_at": "2017-03-14T12:00"}
        assert press(editor, CHANGE.format(post.pk), "publish", **dates).status_code == 422


class SlugTests:
    def test_it_is_made_from_the_title_once(self, editor: Client) -> None:
        press(editor, ADD, title="Ships & Straits: Who Waits?")
        post = Post.objects.get()
        assert post.slug == "ships-straits-who-waits"
        press(editor, CHANGE.format(post.pk), title="Another title")
        post.refresh_from_db()
        assert post.slug == "ships-straits-who-waits"

    def test_a_taken_one_gets_a_number_and_a_word_about_it(self, editor: Client) -> None:
        make.make_post("Strait")
        press(editor, ADD, title="Strait")
        assert list(Post.objects.order_by("pk").values_list("slug", flat=True)) == ["strait", "strait-2"]
        refused = press(editor, ADD, title="Third", slug="strait")
        assert refused.status_code == 422
        assert not Post.objects.filter(title="Third").exists()

    def test_a_title_without_latin_letters_gets_its_number(self, editor: Client) -> None:
        press(editor, ADD, title="海峡の船")
        post = Post.objects.get()
        assert post.slug == f"post-{post.pk}"

    def test_a_long_title_is_cut_at_a_word(self, editor: Client) -> None:
        press(editor, ADD, title="word " * 40)
        assert Post.objects.get().slug == "-".join(["word"] * 20)

    @pytest.mark.parametrize("slug", ["two words", "<b>", "straße", "a/b", "x" * 101])
    def test_one_that_is_no_slug_is_refused(self, editor: Client, slug: str) -> None:
        post = make.make_post(status="draft")
        assert press(editor, CHANGE.format(post.pk), slug=slug).status_code == 422


class ScheduledEditTests:
    def test_it_is_applied_once_by_the_first_rendering_after_its_time(self) -> None:
        post = make.make_post("Old")
        now = timezone.now()
        step = Step(1, make.make_editor(), now)
        publishing.schedule_edit(post, newest(post).snapshot | {"title": "New"}, step, now + make.HOUR)
        scheduled_changes.apply_due(now + make.HOUR - datetime.timedelta(seconds=1))
        assert Post.objects.get().title == "Old"
        scheduled_changes.apply_due(now + make.HOUR)
        assert Post.objects.get().title == "New"
        Post.objects.update(title="Written since")
        scheduled_changes.apply_due(now + 2 * make.HOUR)
        assert Post.objects.get().title == "Written since"

    def test_the_page_says_so_and_it_can_be_called_off(self, editor: Client) -> None:
        post = make.make_post("Old")
        press(editor, CHANGE.format(post.pk), "schedule", title="New", go_live_at="2190-01-01T08:00")
        post.refresh_from_db()
        assert post.title == "Old"
        page = editor.get(CHANGE.format(post.pk)).content.decode()
        assert "Revision 2 goes up on January 1, 2190" in page
        form = read(page, "call-off-2")
        editor.post(f"/admin/blog/post/{post.pk}/call-off/", form.fields)
        scheduled_changes.apply_due(datetime.datetime(2191, 1, 1, tzinfo=datetime.UTC))
        post.refresh_from_db()
        assert post.title == "Old"
        assert newest(post).snapshot["title"] == "New"
        assert "called off" in editor.get(f"/admin/blog/post/{post.pk}/history/").content.decode()

    def test_called_off_too_late_it_says_so(self, editor: Client) -> None:
        post = make.make_post("Old")
        now = timezone.now()
        step = Step(1, make.make_editor(), now - make.HOUR)
        publishing.schedule_edit(post, newest(post).snapshot | {"title": "New"}, step, now)
        scheduled_changes.apply_due(now)
        answer = editor.post(f"/admin/blog/post/{post.pk}/call-off/", {"revision": "2"}, follow=True)
        assert "too late to call this off" in answer.content.decode()
        assert Post.objects.get().title == "New"

    def test_publishing_meanwhile_calls_it_off(self) -> None:
        post = make.make_post("Old")
        now = timezone.now()
        step = Step(1, make.make_editor(), now)
        publishing.schedule_edit(post, newest(post).snapshot | {"title": "Later"}, step, now + make.HOUR)
        make.publish_again(post, title="Now")
        scheduled_changes.apply_due(now + 2 * make.HOUR)
        assert Post.objects.get().title == "Now"

    def test_a_time_gone_by_is_refused(self, editor: Client) -> None:
        post = make.make_post()
        answer = press(editor, CHANGE.format(post.pk), "publish", title="New", go_live_at="2017-01-01T08:00")
        assert answer.status_code == 422
        assert newest(post).number == 1


class TakeDownTests:
    def test_it_must_be_meant(self, editor: Client) -> None:
        post = make.make_post()
        assert press(editor, CHANGE.format(post.pk), "take_down", takedown_sentence="Wrong").status_code == 422
        assert is_public(post)

    def test_its_address_answers_gone_with_the_sentence(self, editor: Client) -> None:
        post = make.make_post()
        typed = {"takedown_sentence": "We were wrong about this.", "is_takedown_meant": "on"}
        assert press(editor, CHANGE.format(post.pk), "take_down", **typed).status_code == 302
        answer = Client().get(post.get_absolute_url())
        assert answer.status_code == 410
        assert "We were wrong about this." in answer.content.decode()
        assert not is_public(post)

    def test_saving_afterwards_shows_readers_nothing(self, editor: Client) -> None:
        post = make.make_post(status="taken_down", takedown_sentence="Gone.")
        press(editor, CHANGE.format(post.pk), "save", title="Better")
        assert Client().get(post.get_absolute_url()).status_code == 410

    def test_publishing_again_brings_it_back_at_its_address(self, editor: Client) -> None:
        post = make.make_post(status="taken_down")
        press(editor, CHANGE.format(post.pk), "publish")
        assert Client().get(post.get_absolute_url()).status_code == 200


class DeletionTests:
    def test_a_draft_can_be_deleted(self, editor: Client) -> None:
        post = make.make_post(status="draft")
        editor.post(f"/admin/blog/post/{post.pk}/delete/", {"post": "yes"})
        assert not Post.objects.exists()

    @pytest.mark.parametrize("status", ["published", "expired", "taken_down"])
    def test_what_was_public_cannot(self, editor: Client, status: str) -> None:
        post = make.make_post(status=status)
        assert editor.post(f"/admin/blog/post/{post.pk}/delete/", {"post": "yes"}).status_code == 403
        assert "/delete/" not in editor.get(CHANGE.format(post.pk)).content.decode()
        assert Post.objects.exists()

    def test_an_author_cannot_delete_what_an_editor_scheduled(self, writer: Client) -> None:
        post = make.make_post(status="scheduled", by=make.make_writer())
        assert writer.post(f"/admin/blog/post/{post.pk}/delete/", {"post": "yes"}).status_code == 403
        assert Post.objects.exists()


class WhoCanSeeTests:
    @pytest.mark.parametrize(
        ("status", "said"),
        [
            ("draft", "it is a draft"),
            ("in_review", "it waits for an editor"),
            ("scheduled", "Readers will see this post from"),
            ("published", "Everybody can see this post."),
            ("expired", "it expired on"),
            ("taken_down", "it was taken down"),
        ],
    )
    def test_the_edit_page_says_it_in_one_line(self, editor: Client, status: str, said: str) -> None:
        post = make.make_post(status=status)
        assert said in editor.get(CHANGE.format(post.pk)).content.decode()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
class TwiceAtOnceTests:
    def test_of_two_who_publish_at_once_one_is_refused(self) -> None:
        post = make.make_post("Old")
        text, by, answers = newest(post).snapshot, make.make_editor(), []
        start = threading.Barrier(2)

        def publish(title: str) -> None:
            mine = Post.objects.get()
            start.wait()
            try:
                publishing.publish(mine, text | {"title": title}, Step(1, by, timezone.now()))
                answers.append(title)
            except Outdated:
                answers.append("refused")
            finally:
                connection.close()

        at_once(lambda: publish("Ada's"), lambda: publish("Mo's"))
        assert answers.count("refused") == 1
        assert Post.objects.get().title in answers
        assert list(Revision.objects.values_list("number", flat=True)) == [2, 1]

    def test_a_due_edit_is_applied_once_by_two_renderings(self) -> None:
        post = make.make_post("Old")
        now = timezone.now()
        edit = publishing.schedule_edit(
            post, newest(post).snapshot | {"title": "New"}, Step(1, make.make_editor(), now), now
        )

        def render() -> None:
            scheduled_changes.apply_due(now + make.HOUR)
            connection.close()

        at_once(render, render)
        edit.refresh_from_db()
        assert edit.applied_at == now + make.HOUR
        assert Post.objects.get().title == "New"

    def test_a_new_form_sent_twice_at_once_makes_one_post(self) -> None:
        client = Client()
        client.force_login(make.make_editor())
        form = read(client.get(ADD).content.decode()).fields | {"title": ["Once"], "act": ["save"]}
        answers: list[Any] = []

        def send() -> None:
            own = Client()
            own.cookies = client.cookies
            answers.append(own.post(ADD, form))
            connection.close()

        at_once(send, send)
        assert [answer.status_code for answer in answers] == [302, 302]
        assert Post.objects.count() == 1


def at_once(*acts: Any) -> None:
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
