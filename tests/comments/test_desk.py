"""The queue's page: what it shows, to whom, in what order, and what it costs."""

import datetime
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.models import Post
from comments.desk import lists, queue, surroundings
from comments.desk.places import REPORTED, TABS, WAITING
from comments.models import Comment, Decision
from tests.make import make_editor, make_moderator, make_post, make_staff, make_writer
from tests.make_comments import copies, decide, make_comment

DESK = "/admin/comments/comment/"
Status = Comment.Status
HOSTILE = '<script>alert(1)</script> "><img src=x onerror=alert(1)> {{ 7|add:7 }} \u202eesrever'

pytestmark = pytest.mark.django_db


def shown(client: Client, address: str = DESK) -> list[int]:
    page = client.get(address).context["page"]
    return [row.comment.pk for row in page.rows]


def one_on(tab: str, post: Post, **fields: Any) -> Comment:
    """A comment that stands on a tab of the desk."""
    if tab in Status.values:
        return make_comment(post, tab, **fields)
    comment = make_comment(post, Status.PENDING if tab == WAITING else Status.APPROVED, **fields)
    if tab == REPORTED:
        Comment.objects.filter(pk=comment.pk).update(reported_since=timezone.now())
        comment.refresh_from_db()
    return comment


class ReadTheQueueTests:
    def test_it_shows_each_comment_whole_with_its_post_parent_writer_and_signals(
        self, client: Client, anna: User, post: Post
    ) -> None:
        parent = make_comment(post, name="Mara", body="The strait is wide.")
        now = timezone.now()
        earlier = make_comment(post, name="Rosa", email="rosa@example.org", now=now - datetime.timedelta(hours=1))
        decide(earlier, Status.REJECTED)
        comment = make_comment(
            post, Status.PENDING, name="Rosa", email="rosa@example.org", parent=parent, body="No.\n\n" + "Wide " * 300,
            seconds=1.0,
        )  # fmt: skip
        page = client.get(DESK).content.decode()
        assert comment.body_html in page
        assert "The strait is wide." in page
        assert "Answers Mara (approved)" in page
        assert f'href="{post.get_absolute_url()}"' in page
        assert "Everybody can see this post." in page
        assert "rosa@example.org" in page
        assert "0 approved and 1 rejected" in page
        assert "filled in within 1.0 seconds" in page
        assert f'value="{comment.pk}:{comment.version}"' in page
        assert f'id="comment-{earlier.pk}"' not in page

    def test_what_waits_longest_stands_first(self, client: Client, anna: User, post: Post) -> None:
        now = timezone.now()
        ages = [3, 9, 1]
        made = [make_comment(post, Status.PENDING, now=now - datetime.timedelta(days=age)).pk for age in ages]
        assert shown(client) == [made[1], made[0], made[2]]

    @pytest.mark.parametrize("status", [Status.APPROVED, Status.REJECTED, Status.SPAM])
    def test_each_tab_shows_its_own_newest_first(self, client: Client, anna: User, post: Post, status: str) -> None:
        made = [make_comment(post, status).pk for _ in range(3)]
        for other in Status.values:
            make_comment(post, other)
        own = [*Comment.objects.filter(status=status).order_by("-pk").values_list("pk", flat=True)]
        assert shown(client, f"{DESK}?tab={status}") == own
        assert set(made) <= set(own)
        assert len(shown(client)) == 1

    def test_an_empty_queue_says_so(self, client: Client, anna: User) -> None:
        assert "No comment waits." in client.get(DESK).content.decode()

    def test_hostile_text_stays_text(self, client: Client, anna: User, post: Post) -> None:
        parent = make_comment(post, name=HOSTILE, body=HOSTILE)
        comment = make_comment(post, Status.PENDING, name=HOSTILE, body=HOSTILE, parent=parent)
        decide(comment, Status.SPAM)
        for address in (
            f"{DESK}?tab=approved",
            f"{DESK}?tab=spam&done={comment.pk}",
            f"{DESK}{comment.pk}/",
            "/admin/comments/decision/",
        ):
            page = client.get(address).content.decode()
            assert "<script>alert" not in page
            assert "<img" not in page
            assert "7|add:7" in page

    def test_each_view_says_how_many_it_has_counted_to_ten_thousand(
        self, client: Client, anna: User, post: Post, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(lists, "MOST_COUNTED", 1_000)
        comment = make_comment(post, Status.PENDING)
        copies(comment, 999)
        now = timezone.now()
        assert lists.count(WAITING, anna, now) == "1,000"
        with CaptureQueriesContext(connection) as queries:
            assert lists.count(Status.APPROVED, anna, now) == "0"
        assert "LIMIT 1001" in queries[0]["sql"]
        make_comment(post, Status.PENDING)
        page = client.get(DESK).content.decode()
        assert 'Waiting <span class="count">(1,000+)' in page
        assert "1,000+ comments wait" in client.get("/admin/").content.decode()


class PageByKeyTests:
    @pytest.mark.parametrize("tab", TABS)
    def test_every_comment_is_shown_once(self, client: Client, anna: User, post: Post, tab: str) -> None:
        comment = one_on(tab, post)
        copies(comment, 44)
        seen, address = [], f"{DESK}?tab={tab}&face=all"
        while address:
            seen += shown(client, address)
            address = client.get(address).context["page"].next_url
        assert len(seen) == 45
        assert seen == sorted(seen, reverse=tab in Status.values)
        assert len(set(seen)) == 45

    def test_nothing_is_skipped_while_colleagues_decide(self, client: Client, anna: User, post: Post) -> None:
        comment = make_comment(post, Status.PENDING)
        copies(comment, 59)
        everything = set(Comment.objects.values_list("pk", flat=True))
        first = client.get(f"{DESK}?face=all").context["page"]
        seen = [row.comment.pk for row in first.rows]
        for row in first.rows[::2]:
            decide(row.comment, Status.APPROVED)
        second = client.get(first.next_url).context["page"]
        seen += [row.comment.pk for row in second.rows]
        for row in second.rows:
            decide(row.comment, Status.SPAM)
        seen += shown(client, second.next_url)
        assert set(seen) == everything
        assert len(seen) == len(everything)

    @pytest.mark.parametrize(
        "query",
        [
            "after=0-0", "after=1-1-1", "after=99999999999999999-1", "after=999999999999999999999-1", "after=1abc-2",
            "after=-1-1", "after=%00", "after=١-١", "tab=approved&after=1e3", "tab=approved&after=999999999999999999",
            "tab=%00", "tab=withdrawn", "done=0", "done=999999999999999999", "done=1%20or%201", "done=%F0%9F%8C%8A",
            "o=1&q=x&p=9&status__exact=spam&_facets", "all=", "after=%ED%A0%80", "tab=waiting&after=" + "9" * 5000,
        ],
    )  # fmt: skip
    def test_what_is_no_place_is_the_start_or_an_empty_page(
        self, client: Client, anna: User, post: Post, query: str
    ) -> None:
        make_comment(post, Status.PENDING)
        assert client.get(f"{DESK}?{query}").status_code == 200


class CostTests:
    @pytest.mark.parametrize("tab", TABS)
    def test_it_takes_as_many_queries_for_many_as_for_few(
        self, client: Client, anna: User, post: Post, tab: str
    ) -> None:
        parent = make_comment(post)
        comment = one_on(tab, post, parent=parent)
        counts = []
        for more in (9, 10_000 if tab == WAITING else 200):
            Comment.objects.filter(fingerprint__startswith="copy").delete()
            copies(comment, more)
            # The first look at the desk is handed ten; the next one finds them in hand.
            client.get(f"{DESK}?tab={tab}")
            with CaptureQueriesContext(connection) as queries:
                assert client.get(f"{DESK}?tab={tab}").status_code == 200
            counts.append(len(queries))
        assert counts[0] == counts[1]
        assert counts[0] <= 30
        assert not any("OFFSET" in query["sql"] for query in queries)

    def test_other_posts_and_people_cost_nothing_more(self, client: Client, anna: User) -> None:
        counts = []
        for number in range(2):
            for _ in range(6):
                post = make_post(f"Post {number}")
                make_comment(post, Status.PENDING, parent=make_comment(post))
            with CaptureQueriesContext(connection) as queries:
                client.get(DESK)
            counts.append(len(queries))
        assert counts[0] == counts[1]

    def test_one_busy_person_is_counted_to_a_hundred(self, client: Client, anna: User, post: Post) -> None:
        comment = make_comment(post)
        copies(comment, 150)
        waiting = make_comment(post, Status.PENDING, email=comment.email, now=timezone.now() + queue.UNDO_OFFERED_FOR)
        row = client.get(DESK).context["page"].rows[0]
        assert (row.comment, row.history.approved) == (waiting, surroundings.LATEST_OF_A_PERSON)

    def test_what_was_erased_ties_nobody_together(self, client: Client, anna: User, post: Post) -> None:
        make_comment(post, email="")
        make_comment(post, Status.PENDING, email="", name="Another")
        assert client.get(DESK).context["page"].rows[0].history.approved == 0


ADDRESSES = [DESK, f"{DESK}{{pk}}/", "/admin/comments/decision/"]


class RightsTests:
    @pytest.mark.parametrize("address", ADDRESSES)
    def test_who_is_not_signed_in_is_asked_to(self, client: Client, post: Post, address: str) -> None:
        comment = make_comment(post, Status.PENDING, name="Nobody Else")
        answer = client.get(address.format(pk=comment.pk))
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/admin/login/")

    @pytest.mark.parametrize("address", ADDRESSES)
    @pytest.mark.parametrize("who", ["writer", "editor", "nobody", "reader"])
    def test_other_roles_see_nothing_of_it(self, client: Client, post: Post, address: str, who: str) -> None:
        comment = make_comment(post, Status.PENDING, name="Nobody Else", body="Only for moderators.")
        accounts: dict[str, Any] = {
            "writer": make_writer,
            "editor": make_editor,
            "nobody": lambda: make_staff("nobody"),
            "reader": lambda: make_staff("reader", is_staff=False),
        }
        client.force_login(accounts[who]())
        answer = client.get(address.format(pk=comment.pk))
        assert answer.status_code == (302 if who == "reader" else 403)
        assert "Only for moderators" not in answer.content.decode()
        assert "Nobody Else" not in answer.content.decode()

    def test_who_may_only_look_has_no_buttons_and_sees_no_address(self, client: Client, post: Post) -> None:
        comment = make_comment(post, Status.PENDING, email="rosa@example.org")
        looker = make_staff("looker")
        looker.user_permissions.add(Permission.objects.get(codename="view_comment"))
        client.force_login(looker)
        for address in (DESK, f"{DESK}{comment.pk}/"):
            page = client.get(address).content.decode()
            assert comment.body_html in page
            assert 'name="approve"' not in page
            assert 'name="undo"' not in page
            assert "rosa@example.org" not in page

    def test_there_is_no_other_door(self, client: Client, anna: User, post: Post) -> None:
        comment = make_comment(post, Status.PENDING)
        for address in ("add/", f"{comment.pk}/change/", f"{comment.pk}/history/"):
            for answer in (client.get(DESK + address), client.post(DESK + address, {"status": "approved"})):
                assert answer.status_code == 404
        forged = {"action": "delete_selected", "_selected_action": str(comment.pk), "form-0-status": "approved"}
        assert client.post(DESK, forged).status_code == 405
        assert client.post(f"{DESK}{comment.pk}/", {"status": "approved"}).status_code == 405
        comment.refresh_from_db()
        assert comment.status == Status.PENDING

    @pytest.mark.parametrize("pk", ["0", "999999999999999999", "9" * 30, "1abc", "%D9%A1", "-1", "1%00"])
    def test_a_comment_that_is_not_there_is_not_found(self, client: Client, anna: User, pk: str) -> None:
        assert client.get(f"{DESK}{pk}/").status_code == 404

    def test_a_visit_changes_nothing(self, client: Client, anna: User, post: Post) -> None:
        comment = make_comment(post, Status.PENDING)
        client.get(DESK)
        client.get(f"{DESK}{comment.pk}/")
        assert client.get(f"{DESK}decide/").status_code == 405
        assert Comment.objects.get(pk=comment.pk).version == comment.version
        assert not Decision.objects.exists()

    def test_the_first_page_leads_moderators_to_the_queue_and_nobody_else(self, client: Client, post: Post) -> None:
        make_comment(post, Status.PENDING)
        client.force_login(make_moderator())
        assert "One comment waits" in client.get("/admin/").content.decode()
        client.force_login(make_writer())
        assert "comment waits" not in client.get("/admin/").content.decode()
