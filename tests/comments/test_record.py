"""The record: every decision has its row, nobody can change one, and the staff can read them all."""

import csv
import datetime
import io
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction
from django.db.models import ProtectedError
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.models import Post
from comments import moderation, record, record_search
from comments.models import Comment, Decision, Reason
from tests.make import make_editor, make_post, make_region, make_staff, make_writer
from tests.make_comments import make_comment

RECORD = "/admin/comments/decision/"
Status = Comment.Status
DAY = datetime.timedelta(days=1)

pytestmark = pytest.mark.django_db


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

    @pytest.mark.parametrize("column", ["note", "words", "text_hash"])
    def test_the_database_itself_lets_none_be_changed(self, post: Post, anna: User, column: str) -> None:
        before = Decision.objects.filter(pk=decided(post, anna).pk).values().get()
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE comments_decision SET {column} = 'never said'")
        assert Decision.objects.values().get() == before

    def test_one_written_over_another_is_refused_too(self, post: Post, anna: User) -> None:
        decision = decided(post, anna)
        decision.note = "Never said."
        with pytest.raises(DatabaseError), transaction.atomic():
            Decision.objects.bulk_create(
                [decision], update_conflicts=True, update_fields=["note"], unique_fields=["id"]
            )
        assert Decision.objects.get().note == ""

    def test_an_account_that_decided_cannot_be_deleted(self, post: Post, anna: User) -> None:
        decided(post, anna)
        with pytest.raises(ProtectedError):
            anna.delete()

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

    def test_every_part_of_a_line_can_be_asked_for(self, client: Client, post: Post, anna: User) -> None:
        reason, now = Reason.objects.get(code="abusive"), timezone.now()
        region = make_region("Sea", parent=make_region("World"))
        other = make_post("Another", regions=[region])
        plain = decided(post, anna, now=now - 3 * DAY)
        declined = decided(other, anna, Status.REJECTED, now, reason=reason)
        undone = moderation.undo(plain.comment_id, 2, anna, now - DAY).decision
        step = decided(other, anna, Status.SPAM, now - 2 * DAY, batch="a1b2", via=Decision.Via.MAIL)
        withdrawn = make_comment(other, Status.WITHDRAWN).decisions.get()
        day = timezone.localdate(now - 2 * DAY)
        for query, expected in {
            "act=undo": [undone],
            "from=approved": [undone],
            f"reason={reason.pk}": [declined],
            "via=mail": [step],
            "by=commenters": [withdrawn],
            f"region={region.pk}": [withdrawn, declined, step],
            f"region={region.parent_id}&to=spam": [step],
            f"post={post.pk}": [undone, plain],
            f"post=http://testserver{post.get_absolute_url()}": [undone, plain],
            f"since={day}&until={day}": [step],
            "batch=a1b2": [step],
        }.items():
            assert listed(client, f"?{query}") == expected, query

    def test_each_line_says_in_words_what_was_done(self, client: Client, post: Post, anna: User) -> None:
        reason = Reason.objects.get(code="abusive")
        decision = decided(post, anna, Status.REJECTED, reason=reason, note="Again.", batch="a1b2")
        moderation.undo(decision.comment_id, 2, anna, timezone.now())
        Reason.objects.filter(pk=reason.pk).update(words="Said otherwise since then.")
        page = client.get(RECORD).content.decode()
        for words in ("took a decision back:", "decided:", "pending → rejected", reason.words, "Again.", "(version 1)"):
            assert words.replace("'", "&#x27;") in page
        assert "Said otherwise" not in page
        assert 'href="?batch=a1b2"' in page
        assert f'href="?post={post.pk}"' in page

    def test_what_no_index_finds_is_looked_for_a_part_at_a_time(
        self, client: Client, post: Post, anna: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(record_search, "LOOKED_AT", 3)
        now = timezone.now()
        wanted = [decided(post, anna, now=now - number * DAY, via=Decision.Via.MAIL) for number in (5, 8)]
        for number in (0, 1, 2, 3, 4, 6, 7, 9):
            decided(post, anna, now=now - number * DAY)
        seen, address, pages = [], "?via=mail", 0
        while address:
            answer = client.get(RECORD + address)
            seen += answer.context["decisions"]
            assert ("Look further back" in answer.content.decode()) is bool(answer.context["next_url"])
            address, pages = answer.context["next_url"].removeprefix(RECORD), pages + 1
        assert seen == wanted
        assert pages == 4

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
         "act=%00", "from=x", "reason=x", "reason=99999999999999999999", "via=x", "region=x", "region=99", "post=x",
         "post=99999999999999999999", "post=/2017/99/99/none/", "since=0001-01-01", "since=9999-12-31", "batch=%00",
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


class ExportTests:
    def exported(self, client: Client, query: str = "") -> list[dict[str, str]]:
        answer = client.get(f"{RECORD}csv/{query}")
        assert answer.status_code == 200
        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        assert answer["Content-Disposition"].startswith('attachment; filename="decisions-')
        text = answer.getvalue().decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text)))

    def test_every_line_is_in_it_and_filters_apply(
        self, client: Client, post: Post, anna: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(record, "EXPORTED_AT_ONCE", 2)
        now = timezone.now()
        for number in range(7):
            to = Status.SPAM if number % 2 else Status.APPROVED
            decided(post, anna, to, now - number * DAY, via=Decision.Via.MAIL)
        found = self.exported(client)
        assert [line["comment"] for line in found] == [
            str(pk) for pk in Decision.objects.order_by("-at").values_list("comment_id", flat=True)
        ]
        assert [line["to"] for line in self.exported(client, "?to=spam&via=mail")] == ["spam"] * 3
        assert found[0] | {"at": "", "comment": "", "text": ""} == {
            **{"at": "", "by": "Anna", "did": "decided", "from": "pending", "to": "approved"},
            **{"via": "by a link in a letter", "reason": "", "words": "", "note": "", "post": post.title},
            **{"comment": "", "version": "1", "text": "", "step": ""},
        }

    @pytest.mark.parametrize("note", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "＝1", "a,\n=b", 'say "no"'])
    def test_no_cell_is_a_formula(self, client: Client, post: Post, anna: User, note: str) -> None:
        decided(post, anna, Status.REJECTED, note=note)
        (line,) = self.exported(client)
        assert line["note"] in (note, f"'{note}")
        assert line["note"].lstrip()[0] not in "=+-@＝"

    def test_it_names_no_commenter_and_no_address(self, client: Client, post: Post, anna: User) -> None:
        ben = make_staff("ben@example.org", "Moderators", email="ben@example.org")
        comment = make_comment(post, Status.PENDING, name="Rita Reader", email="rita@example.org")
        moderation.decide(comment.pk, 1, Status.REJECTED, ben, timezone.now(), note="rita@example.org wrote to us")
        (line,) = self.exported(client)
        assert line["note"] == "[e-mail] wrote to us"
        assert line["by"] == f"account {ben.pk}"
        assert "Rita" not in str(line)
        assert "@" not in str(line)

    def test_of_what_makes_no_sense_nothing_is_exported(self, client: Client, post: Post, anna: User) -> None:
        decided(post, anna)
        answer = client.get(f"{RECORD}csv/?by=nobody")
        assert answer["Content-Type"].startswith("text/html")
        assert "errorlist" in answer.content.decode()

    def test_it_is_read_a_few_lines_at_a_time(
        self, client: Client, post: Post, anna: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(record, "EXPORTED_AT_ONCE", 10)
        first = decided(post, anna)
        fields = {f.attname: getattr(first, f.attname) for f in Decision._meta.concrete_fields if f.name != "id"}
        Decision.objects.bulk_create(Decision(**fields) for _ in range(99))
        with CaptureQueriesContext(connection) as queries:
            assert len(self.exported(client)) == 100
        read = [query["sql"] for query in queries if 'FROM "comments_decision"' in query["sql"]]
        assert len(read) == 10
        assert all("LIMIT 11" in sql for sql in read)

    @pytest.mark.parametrize("who", [make_writer, make_editor, lambda: make_staff("nobody")])
    def test_other_roles_do_not_get_it(self, client: Client, post: Post, who: Any) -> None:
        decided(post, make_staff("anna", "Moderators"))
        client.force_login(who())
        assert client.get(f"{RECORD}csv/").status_code == 403
