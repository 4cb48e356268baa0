"""The desk hands each moderator the next ten, so that two do not read the same. It warns, and locks nothing."""

import datetime
import threading
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from blog.models import Post
from comments import editing, leases, moderation
from comments.models import Appeal, Comment, Lease, Note, Preference, Skip
from tests.make import make_author, make_post, make_publication, make_staff
from tests.make_comments import decide, make_comment

DESK = "/admin/comments/comment/"
ASIDE = f"{DESK}aside/"
OLDEST = Preference.Order.OLDEST
MINUTE = datetime.timedelta(minutes=1)
Status = Comment.Status

pytestmark = pytest.mark.django_db


def moderator(name: str) -> User:
    return make_staff(name, "Moderators", first_name=name.title())


@pytest.fixture
def anna() -> User:
    return moderator("anna")


@pytest.fixture
def berta() -> User:
    return moderator("berta")


@pytest.fixture
def forty(post: Post) -> list[int]:
    """Forty that wait, by turns on this post and on another, the oldest first."""
    other, start = make_post("Another post"), timezone.now() - 60 * MINUTE
    return [
        make_comment(other if number % 2 else post, Status.PENDING, now=start + number * MINUTE).pk
        for number in range(40)
    ]


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def shown(client: Client, address: str = DESK) -> list[int]:
    return [row.comment.pk for row in client.get(address).context["page"].rows]


class HandTests:
    def test_two_moderators_clear_forty_without_ever_reading_the_same(
        self, anna: User, berta: User, forty: list[int]
    ) -> None:
        with_anna, with_berta = shown(browser(anna)), shown(browser(berta))
        assert (len(with_anna), len(with_berta)) == (10, 10)
        assert not set(with_anna) & set(with_berta)

        # Anna goes away without a word, and ten minutes later Berta gets hers as well.
        Lease.objects.filter(moderator=anna).update(until=timezone.now())
        kinds, seen, desk = [], set[int](), browser(berta)
        while rows := desk.get(DESK).context["page"].rows:
            for row in rows:
                seen.add(row.comment.pk)
                now = timezone.now()
                outcome = moderation.decide(row.comment.pk, row.comment.version, Status.APPROVED, berta, now)
                kinds.append(outcome.kind)
        assert seen == set(forty)
        assert kinds == [moderation.Kind.DONE] * 40
        assert not Lease.objects.exists()

    def test_those_of_one_post_come_together(self, anna: User, post: Post, forty: list[int]) -> None:
        handed = leases.hand(anna, OLDEST, timezone.now())
        posts = Comment.objects.filter(pk__in=handed).values_list("thread__post", flat=True)
        assert sorted(handed) == forty[0:20:2]
        assert set(posts) == {post.pk}

    def test_what_was_handed_stays_and_is_renewed_while_it_is_worked_on(self, anna: User, forty: list[int]) -> None:
        now = timezone.now()
        first = leases.hand(anna, OLDEST, now)
        assert leases.hand(anna, OLDEST, now + 4 * MINUTE) == first
        assert set(Lease.objects.values_list("until", flat=True)) == {now + leases.HELD_FOR}
        assert leases.hand(anna, OLDEST, now + 6 * MINUTE) == first
        assert set(Lease.objects.values_list("until", flat=True)) == {now + 6 * MINUTE + leases.HELD_FOR}

    def test_what_was_decided_makes_room_for_the_next_one(self, anna: User, forty: list[int]) -> None:
        first = leases.hand(anna, OLDEST, timezone.now())
        decide(Comment.objects.get(pk=first[0]), Status.REJECTED)
        assert not Lease.objects.filter(comment=first[0]).exists()
        second = leases.hand(anna, OLDEST, timezone.now())
        assert len(second) == 10
        assert len(set(second) - set(first)) == 1

    def test_what_its_commenter_withdrew_is_in_nobodys_hands(self, anna: User, post: Post) -> None:
        comment = make_comment(post, Status.PENDING)
        leases.hand(anna, OLDEST, timezone.now())
        editing.withdraw(comment.pk, comment.version, timezone.now())
        assert not Lease.objects.exists()

    def test_a_lease_stops_nobody_from_deciding(self, anna: User, berta: User, post: Post) -> None:
        comment = make_comment(post, Status.PENDING)
        leases.hand(anna, OLDEST, timezone.now())
        outcome = moderation.decide(comment.pk, comment.version, Status.APPROVED, berta, timezone.now())
        assert outcome.kind == moderation.Kind.DONE

    def test_an_appeal_goes_to_another_than_who_declined(self, anna: User, berta: User, post: Post) -> None:
        comment = make_comment(post, Status.PENDING)
        moderation.decide(comment.pk, comment.version, Status.REJECTED, anna, timezone.now())
        Appeal.objects.create(comment=comment, at=timezone.now(), first_decided_by=anna, words="Please look again.")
        Comment.objects.filter(pk=comment.pk).update(waiting_since=timezone.now())
        assert leases.hand(anna, OLDEST, timezone.now()) == []
        assert leases.hand(berta, OLDEST, timezone.now()) == [comment.pk]
        page = browser(berta).get(DESK).content.decode()
        assert "Please look again." in page
        assert "Anna" in page
        Lease.objects.all().delete()
        berta.delete()
        assert leases.hand(anna, OLDEST, timezone.now()) == [comment.pk]

    def test_who_moderates_their_own_posts_is_handed_only_those(self, post: Post) -> None:
        host = make_staff("host", "Authors", "Authors who moderate their own posts")
        own = make_post("Hers", authors=[make_author("Hana Host", user=host)])
        make_comment(post, Status.PENDING)
        hers = make_comment(own, Status.PENDING)
        assert leases.hand(host, OLDEST, timezone.now()) == [hers.pk]

    def test_a_database_that_takes_no_writing_shows_the_list(
        self, anna: User, forty: list[int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*args: Any, **kwargs: Any) -> None:
            raise OperationalError("attempt to write a readonly database")

        monkeypatch.setattr(leases, "_take", refuse)
        assert shown(browser(anna)) == forty[:20]
        assert not Lease.objects.exists()

    def test_a_look_at_everything_hands_nothing(self, anna: User, forty: list[int]) -> None:
        assert shown(browser(anna), f"{DESK}?face=all") == forty[:20]
        assert not Lease.objects.exists()


class PutAsideTests:
    def test_what_is_skipped_comes_last_and_is_free_for_others(self, anna: User, berta: User, post: Post) -> None:
        made = [make_comment(post, Status.PENDING).pk for _ in range(12)]
        desk = browser(anna)
        assert made[0] in shown(desk)
        answer = desk.post(ASIDE, {"skip": str(made[0]), "tab": "waiting"})
        assert (answer.status_code, answer["Location"]) == (303, DESK)
        assert made[0] not in shown(desk)
        assert made[0] in shown(browser(berta))
        Lease.objects.filter(moderator=berta).delete()
        for pk in made[1:11]:
            decide(Comment.objects.get(pk=pk), Status.SPAM)
        assert set(shown(desk)) == {made[11], made[0]}

    def test_a_question_is_left_for_colleagues_and_the_comment_keeps_waiting(
        self, anna: User, berta: User, post: Post
    ) -> None:
        comment = make_comment(post, Status.PENDING)
        desk = browser(anna)
        desk.get(DESK)
        desk.post(ASIDE, {"ask": str(comment.pk), f"{comment.pk}-note": "Is this <b>true</b>?"})
        note = Note.objects.get()
        assert (note.comment, note.by, note.words) == (comment, anna, "Is this <b>true</b>?")
        assert not Lease.objects.exists()
        comment.refresh_from_db()
        assert (comment.status, comment.version) == (Status.PENDING, 1)
        page = browser(berta).get(DESK).content.decode()
        assert "Is this &lt;b&gt;true&lt;/b&gt;?" in page
        assert "Anna" in page
        assert shown(browser(berta), f"{DESK}?asked=1") == [comment.pk]

    @pytest.mark.parametrize("words", ["", "  ", "x" * 501])
    def test_no_question_asks_nobody_and_keeps_what_was_typed(self, anna: User, post: Post, words: str) -> None:
        comment = make_comment(post, Status.PENDING)
        desk = browser(anna)
        desk.post(ASIDE, {"ask": str(comment.pk), f"{comment.pk}-note": words})
        assert not Note.objects.exists()
        page = desk.get(DESK)
        assert "Nobody was asked yet." in page.content.decode()
        assert page.context["page"].rows[0].form["note"].value() in (words.strip(), None)

    def test_what_is_typed_elsewhere_is_kept(self, anna: User, post: Post) -> None:
        first, second = (make_comment(post, Status.PENDING).pk for _ in range(2))
        desk = browser(anna)
        desk.post(ASIDE, {"skip": str(first), f"{second}-note": "Half a thought"})
        rows = {row.comment.pk: row for row in desk.get(DESK).context["page"].rows}
        assert rows[second].form["note"].value() == "Half a thought"

    def test_a_colleagues_comment_is_shown_as_theirs_and_can_be_taken_over(
        self, anna: User, berta: User, post: Post
    ) -> None:
        comment = make_comment(post, Status.PENDING)
        browser(anna).get(DESK)
        desk = browser(berta)
        page = desk.get(f"{DESK}?face=all").content.decode()
        assert "With Anna until" in page
        desk.post(ASIDE, {"take": str(comment.pk)})
        assert Lease.objects.get().moderator == berta
        assert shown(desk) == [comment.pk]
        assert "With Berta" in browser(anna).get(f"{DESK}?face=all").content.decode()

    def test_only_who_may_decide_puts_anything_aside(self, anna: User, post: Post) -> None:
        comment = make_comment(post, Status.PENDING)
        host = make_staff("host", "Authors", "Authors who moderate their own posts")
        for user in (make_staff("nobody"), make_staff("writer", "Authors"), host):
            for act in ("take", "skip", "ask"):
                browser(user).post(ASIDE, {act: str(comment.pk), f"{comment.pk}-note": "?"})
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(anna)
        assert strict.post(ASIDE, {"take": str(comment.pk)}).status_code == 403
        assert browser(anna).get(ASIDE).status_code == 405
        assert not (Lease.objects.exists() or Skip.objects.exists() or Note.objects.exists())

    @pytest.mark.parametrize("value", ["", "0", "x", "9" * 30, "\0", "999999999"])
    def test_what_is_no_comment_changes_nothing(self, anna: User, post: Post, value: str) -> None:
        assert browser(anna).post(ASIDE, {"take": value}).status_code == 303
        assert browser(anna).post(ASIDE, {}).status_code == 404
        assert not Lease.objects.exists()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
class AtOnceTests:
    def test_ten_at_once_are_handed_a_hundred_different_ones(self) -> None:
        make_publication()
        post = make_post()
        for _ in range(100):
            make_comment(post, Status.PENDING)
        people = [moderator(f"moderator{number}") for number in range(10)]
        handed: list[list[int]] = []
        start = threading.Barrier(len(people))

        def open_the_desk(user: User) -> None:
            try:
                start.wait()
                handed.append(leases.hand(user, OLDEST, timezone.now()))
            finally:
                connection.close()

        threads = [threading.Thread(target=open_the_desk, args=(user,)) for user in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [len(pks) for pks in handed] == [10] * 10
        assert len({pk for pks in handed for pk in pks}) == 100
        assert Lease.objects.count() == 100
