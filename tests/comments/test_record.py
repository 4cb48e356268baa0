"""The record: every decision has its row, nobody can change one, and the staff can read them all."""

import datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.models import Post
from comments import moderation
from comments.models import Comment, Decision, Reason
from tests.make import make_editor, make_staff, make_writer
from tests.make_comments import make_comment

RECORD = "/admin/comments/decision/"
Status = Comment.Status
DAY = datetime.timedelta(days=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(client: Client) -> User:
    anna = make_staff("anna", "Moderators", first_name="Anna")
    client.force_login(anna)
    return anna


def decided(
    post: Post, by: User, to: str = Status.APPROVED, now: datetime.datetime | None = None, **more: Any
) -> Decision:
    comment = make_comment(post, Status.PENDING)
    decision = moderation.decide(comment.pk, 1, to, by, now or timezone.now(), **more).decision
    assert decision is not None
    return decision


def listed(client: Client, query: str = "") -> list[Decision]:
    return list(client.get(RECORD + query).context["decisions"])


class KeepTests:
    def test_no_row_can_be_changed(self, post: Post, anna: User) -> None:
        decision = decided(post, anna)
        decision.note = "Never said."
        with pytest.raises(TypeError):
            decision.save()
        with pytest.raises(TypeError):
            Decision.objects.update(note="Never said.")
        with pytest.raises(TypeError), transaction.atomic():
            Decision.objects.bulk_update([decision], ["note"])
        with pytest.raises(TypeError):
            decision.comment.decisions.update(note="Never said.")
        assert Decision.objects.get().note == ""

    def test_no_row_can_be_deleted(self, post: Post, anna: User) -> None:
        decision = decided(post, anna)
        for delete in (decision.delete, Decision.objects.all().delete, decision.comment.decisions.all().delete):
            with pytest.raises(TypeError):
                delete()
        assert Decision.objects.count() == 1

    @pytest.mark.parametrize("address", ["add/", "{pk}/", "{pk}/change/", "{pk}/delete/", "{pk}/history/"])
    def test_the_admin_has_no_door_to_them(self, client: Client, post: Post, anna: User, address: str) -> None:
        decision = decided(post, anna)
        for answer in (
            client.get(RECORD + address.format(pk=decision.pk)),
            client.post(RECORD + address.format(pk=decision.pk), {"note": "x", "post": "yes"}),
        ):
            assert answer.status_code == 404
        assert client.post(RECORD, {"action": "delete_selected", "_selected_action": decision.pk}).status_code == 405
        assert Decision.objects.get().note == ""


class ReadTests:
    def test_a_comments_page_shows_its_whole_record(self, client: Client, post: Post, anna: User) -> None:
        reason = Reason.objects.get(code="abusive")
        now = timezone.now()
        decision = decided(post, anna, Status.REJECTED, now, reason=reason, note="Third time <b>this</b> week.")
        moderation.undo(decision.comment_id, 2, make_staff("ben", "Moderators", first_name="Ben"), now)
        page = client.get(f"/admin/comments/comment/{decision.comment_id}/").content.decode()
        assert "Third time &lt;b&gt;this&lt;/b&gt; week." in page
        assert reason.label in page
        assert "<bdi>Ben</bdi>" in page
        assert "<bdi>Anna</bdi>" in page
        assert "pending → rejected" in page
        assert "rejected → pending" in page
        assert "(version 1)" in page
        assert page.index("<bdi>Ben</bdi>") < page.index("<bdi>Anna</bdi>")

    def test_the_newest_stand_first_and_filters_narrow_them(self, client: Client, post: Post, anna: User) -> None:
        ben, now = make_staff("ben", "Moderators"), timezone.now()
        old = decided(post, anna, Status.SPAM, now - 9 * DAY)
        theirs = decided(post, ben, Status.APPROVED, now - DAY)
        new = decided(post, anna, Status.APPROVED, now)
        assert listed(client) == [new, theirs, old]
        assert listed(client, f"?by={anna.pk}") == [new, old]
        assert listed(client, "?to=approved") == [new, theirs]
        assert listed(client, f"?until={timezone.localdate(now - 2 * DAY)}") == [old]
        assert listed(client, f"?by={ben.pk}&to=spam") == []

    def test_pages_by_key_show_each_once_within_the_filter(self, client: Client, post: Post, anna: User) -> None:
        first = decided(post, anna)
        ben = make_staff("ben", "Moderators")
        fields = {f.attname: getattr(first, f.attname) for f in Decision._meta.concrete_fields if f.name != "id"}
        Decision.objects.bulk_create(
            Decision(**fields | {"by_id": (anna if number % 3 else ben).pk}) for number in range(180)
        )
        seen, address = [], f"?by={anna.pk}&to=approved"
        while address:
            answer = client.get(RECORD + address)
            seen += [decision.pk for decision in answer.context["decisions"]]
            address = answer.context["next_url"].removeprefix(RECORD)
        assert seen == sorted(seen, reverse=True)
        assert len(seen) == len(set(seen)) == 121

    def test_it_costs_the_same_however_many_there_are(self, client: Client, post: Post, anna: User) -> None:
        first = decided(post, anna)
        fields = {f.attname: getattr(first, f.attname) for f in Decision._meta.concrete_fields if f.name != "id"}
        counts = []
        for more in (9, 2_000):
            Decision.objects.bulk_create(Decision(**fields) for _ in range(more))
            with CaptureQueriesContext(connection) as queries:
                client.get(RECORD)
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 8
        assert not any("COUNT" in query["sql"] or "OFFSET" in query["sql"] for query in queries)

    @pytest.mark.parametrize(
        "query",
        ["by=x", "by=999999999999999999999", "to=%00", "until=0000-00-00", "until=9999-12-31", "until=0001-01-01",
         "after=x", "after=99999999999999999-9", "by=%ED%A0%80", "until=%D9%A1"],
    )  # fmt: skip
    def test_a_filter_that_makes_no_sense_is_no_error(self, client: Client, anna: User, query: str) -> None:
        assert client.get(f"{RECORD}?{query}").status_code == 200

    @pytest.mark.parametrize("who", [make_writer, make_editor])
    def test_other_roles_do_not_see_it(self, client: Client, post: Post, who: Any) -> None:
        decided(post, make_staff("anna", "Moderators", first_name="Anna"), note="Not for everybody.")
        client.force_login(who())
        answer = client.get(RECORD)
        assert answer.status_code == 403
        assert "Not for everybody" not in answer.content.decode()
