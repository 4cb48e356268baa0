"""What is done at the desk beyond deciding: edit, put back, take down with its branch, undo a step, get news."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.asserts import assertHTMLEqual

from blog.models import Post
from comments import editing, moderation
from comments.desk.wishes import DecisionForm
from comments.models import Comment, Decision, Preference, Reason
from tests.make import make_staff, make_writer
from tests.make_comments import decide, make_comment, now_of, shown

DESK = "/admin/comments/comment/"
DECIDE = f"{DESK}decide/"
SCRIPT = {"X-Requested-With": "desk"}
Status = Comment.Status

pytestmark = pytest.mark.django_db


def press(client: Client, **fields: Any) -> Any:
    return client.post(DECIDE, fields)


def press_by_script(client: Client, **fields: Any) -> Any:
    return client.post(DECIDE, fields, headers=SCRIPT)


class EditTests:
    def test_the_staffs_words_stand_and_the_status_stays(self, client: Client, anna: User, post: Post) -> None:
        comment = make_comment(post, Status.PENDING)
        assert comment.body in client.get(f"{DESK}{comment.pk}/edit/").content.decode()
        answer = press(client, edit=shown(comment), **{f"{comment.pk}-edit-body": "Milder words."})
        assert answer.status_code == 303
        after = now_of(comment)
        assert (after.body, after.status, after.is_edited_by_staff) == ("Milder words.", Status.PENDING, True)
        assert Decision.objects.get().act == Decision.Act.EDIT

    def test_typed_words_come_back_beside_a_colleagues(self, client: Client, anna: User, ben: User, post: Post) -> None:
        comment = make_comment(post, Status.PENDING)
        editing.edit(comment.pk, comment.version, "Bens words.", ben, timezone.now())
        answer = press(client, edit=shown(comment), **{f"{comment.pk}-edit-body": "My words."})
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "Bens words." in page
        assert "My words.</textarea>" in page
        assert "Its text was changed by Ben" in page
        assert now_of(comment).body == "Bens words."

    @pytest.mark.parametrize("words", ["", "x", "y" * 5_001])
    def test_what_is_no_comment_comes_back(self, client: Client, anna: User, post: Post, words: str) -> None:
        comment = make_comment(post, Status.PENDING)
        answer = press(client, edit=shown(comment), **{f"{comment.pk}-edit-body": words})
        assert answer.status_code == 422
        assert f"{words}</textarea>" in answer.content.decode()
        assert now_of(comment).version == comment.version

    def test_it_needs_the_permission(self, client: Client, anna: User, post: Post) -> None:
        comment = make_comment(post, Status.PENDING)
        decider = make_staff("decider")
        for codename in ("view_comment", "moderate_all"):
            decider.user_permissions.add(Permission.objects.get(codename=codename))
        client.force_login(decider)
        assert "/edit/" not in client.get(DESK).content.decode()
        assert client.get(f"{DESK}{comment.pk}/edit/").status_code == 403
        assert press(client, edit=shown(comment), **{f"{comment.pk}-edit-body": "Mine."}).status_code == 403
        assert now_of(comment).version == comment.version


class ButtonTests:
    @pytest.mark.parametrize("status", [Status.APPROVED, Status.REJECTED, Status.SPAM])
    def test_what_was_decided_can_wait_again(self, client: Client, anna: User, post: Post, status: str) -> None:
        comment = make_comment(post, status)
        assert 'name="pending"' in client.get(f"{DESK}{comment.pk}/").content.decode()
        assert press(client, pending=shown(comment)).status_code == 303
        assert now_of(comment).status == Status.PENDING

    def test_what_waits_is_not_written_a_second_time(self, client: Client, anna: User, post: Post) -> None:
        comment = make_comment(post, Status.PENDING)
        assert press(client, pending=shown(comment)).status_code == 303
        assert now_of(comment).version == comment.version
        assert not Decision.objects.exists()

    def test_other_words_are_published_or_the_old_ones_kept(self, client: Client, anna: User, post: Post) -> None:
        for act, body in (("approve", "Newer words."), ("reject", "Old words.")):
            comment = make_comment(post, body="Old words.")
            editing.change(comment.pk, comment.version, "Newer words.", timezone.now())
            page = client.get(DESK).content.decode()
            assert "Publish the new words" in page
            assert "Keep the old words" in page
            assert "Newer words." in page
            press(client, **{act: shown(now_of(comment))})
            assert (now_of(comment).body, now_of(comment).status) == (body, Status.APPROVED)

    @pytest.mark.parametrize("status", [Status.REJECTED, Status.SPAM])
    def test_an_appeal_is_granted_or_not(self, client: Client, anna: User, post: Post, status: str) -> None:
        comment = make_comment(post, status)
        Comment.objects.filter(pk=comment.pk).update(waiting_since=timezone.now())
        page = client.get(DESK).content.decode()
        assert "Publish it after all" in page
        assert "Stay with the decision" in page
        stay = "spam" if status == Status.SPAM else "reject"
        assert f'name="{stay}" value="{shown(comment)}"' in page
        press(client, **{stay: shown(comment)})
        assert (now_of(comment).status, now_of(comment).waiting_since) == (status, None)


class TakeDownTests:
    def test_it_takes_the_branch_that_was_shown_and_is_undone_in_one_step(
        self, client: Client, anna: User, post: Post
    ) -> None:
        top = make_comment(post)
        below = [make_comment(post, parent=top) for _ in range(2)]
        beside = make_comment(post)
        page = client.get(f"{DESK}{top.pk}/branch/").content.decode()
        assert "Take down all 3" in page
        branch = " ".join(shown(comment) for comment in (top, *below))
        assert branch in page
        answer = press(client, take_down=shown(top), **{f"{top.pk}-branch": branch, f"{top.pk}-note": "A storm."})
        assert answer.status_code == 303
        assert {now_of(comment).status for comment in (top, *below)} == {Status.REJECTED}
        assert now_of(beside).status == Status.APPROVED
        assert set(Decision.objects.filter(batch__gt="").values_list("note", flat=True)) == {"A storm."}
        desk = client.get(DESK).content.decode()
        assert "Undo all 3" in desk
        step = Decision.objects.exclude(batch="").values_list("batch", flat=True)[0]
        assert press(client, undo_step=step).status_code == 303
        assert {now_of(comment).status for comment in (top, *below)} == {Status.APPROVED}
        assert "Undo all 3" not in client.get(DESK).content.decode()

    def test_a_branch_that_grew_meanwhile_is_asked_about_again(self, client: Client, anna: User, post: Post) -> None:
        top = make_comment(post)
        seen = shown(top)
        late = make_comment(post, parent=top, body="A late answer.")
        answer = press(client, take_down=seen, **{f"{top.pk}-branch": seen})
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "A late answer." in page
        assert f"{seen} {shown(late)}" in page
        assert now_of(top).status == now_of(late).status == Status.APPROVED


class DrawnByHandTests:
    @pytest.mark.parametrize("note", ["", 'A "note" & more'])
    def test_it_is_what_its_widgets_would_draw(self, note: str) -> None:
        reasons = list(Reason.objects.filter(is_in_use=True))
        assert reasons
        form = DecisionForm(initial={"reason": str(reasons[-1].pk), "note": note}, prefix="7", reasons=reasons)
        drawn = "".join(f'<p class="said">{field.label_tag()} {field}</p>' for field in form)
        assertHTMLEqual(form.drawn, drawn)


class ToScriptTests:
    def test_a_decision_answers_with_the_row_that_takes_its_place(self, client: Client, anna: User, post: Post) -> None:
        comment = make_comment(post, Status.PENDING)
        answer = press_by_script(client, approve=shown(comment))
        page = answer.content.decode()
        assert answer.status_code == 200
        assert "<html" not in page
        assert f'data-row="{comment.pk}:2"' in page
        assert f'name="undo" value="{comment.pk}:2"' in page
        assert "is now approved." in page
        again = press_by_script(client, approve=shown(comment))
        assert again.status_code == 200
        assert Decision.objects.count() == 1

    def test_a_refused_one_comes_back_whole(self, client: Client, anna: User, ben: User, post: Post) -> None:
        comment = make_comment(post, Status.PENDING)
        moderation.decide(comment.pk, 1, Status.SPAM, ben, timezone.now())
        answer = press_by_script(client, **{"approve": f"{comment.pk}:1", f"{comment.pk}-note": "Mine."})
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "It was spam by Ben" in page
        assert 'value="Mine."' in page
        assert f'name="approve" value="{comment.pk}:2"' in page

    def test_of_many_each_has_its_row_and_the_step_its_undo(
        self, client: Client, anna: User, ben: User, post: Post
    ) -> None:
        first, second, third = (make_comment(post, Status.PENDING) for _ in range(3))
        moderation.decide(third.pk, 1, Status.APPROVED, ben, timezone.now())
        rows = [f"{comment.pk}:1" for comment in (first, second, third)]
        answer = press_by_script(client, ticked="spam", row=rows)
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "2 comments are now spam." in page
        assert "Undo all 2" in page
        assert "It was approved by Ben" in page
        assert [now_of(each).status for each in (first, second, third)] == [Status.SPAM, Status.SPAM, Status.APPROVED]

    @pytest.mark.parametrize("fields", [{}, {"approve": "1"}, {"approve": "999:1"}])
    def test_what_is_unclear_decides_nothing(self, client: Client, anna: User, fields: dict[str, str]) -> None:
        assert press_by_script(client, **fields).status_code == 422

    def test_it_costs_the_same_however_much_waits(self, client: Client, anna: User, post: Post) -> None:
        counts = []
        for many in (2, 12):
            comments = [make_comment(post, Status.PENDING) for _ in range(many)]
            press_by_script(client, approve=shown(comments.pop()))
            with CaptureQueriesContext(connection) as queries:
                press_by_script(client, approve=shown(comments.pop()))
            counts.append(len(queries))
        assert counts[0] == counts[1]
        assert counts[0] <= 25


class NewsTests:
    def news(self, client: Client, *rows: str) -> Any:
        return client.get(f"{DESK}news/", {"shown": ",".join(rows)})

    def test_nothing_new_is_said_without_a_word(self, client: Client, anna: User, post: Post) -> None:
        comment = make_comment(post, Status.PENDING)
        answer = self.news(client, shown(comment))
        assert (answer.status_code, answer.content) == (204, b"")

    def test_a_colleagues_decision_comes_as_the_line_that_takes_its_place(
        self, client: Client, anna: User, ben: User, post: Post
    ) -> None:
        comment, other = make_comment(post, Status.PENDING), make_comment(post, Status.PENDING)
        moderation.decide(comment.pk, 1, Status.APPROVED, ben, timezone.now())
        page = self.news(client, f"{comment.pk}:1", shown(other)).content.decode()
        assert "approved by Ben" in page
        assert f'id="comment-{comment.pk}"' in page
        assert f'id="comment-{other.pk}"' not in page

    def test_changed_words_come_whole(self, client: Client, anna: User, post: Post) -> None:
        comment = make_comment(post, Status.PENDING)
        editing.change(comment.pk, 1, "Quite other words.", timezone.now())
        page = self.news(client, f"{comment.pk}:1").content.decode()
        assert "Quite other words." in page
        assert f'name="approve" value="{comment.pk}:2"' in page

    def test_it_costs_the_same_for_many(self, client: Client, anna: User, ben: User, post: Post) -> None:
        counts = []
        for many in (2, 9):
            comments = [make_comment(post, Status.PENDING) for _ in range(many)]
            for comment in comments:
                moderation.decide(comment.pk, 1, Status.APPROVED, ben, timezone.now())
            with CaptureQueriesContext(connection) as queries:
                self.news(client, *(f"{comment.pk}:1" for comment in comments))
            counts.append(len(queries))
        assert counts[0] == counts[1]

    @pytest.mark.parametrize("rows", [[], ["x"], ["1"], ["0:0"], ["%00"], ["999:1"] * 500])
    def test_what_is_no_row_is_left_out(self, client: Client, anna: User, rows: list[str]) -> None:
        assert self.news(client, *rows).status_code == 204

    def test_others_hear_nothing(self, client: Client, ben: User, post: Post) -> None:
        comment = make_comment(post, Status.PENDING)
        decide(comment, Status.APPROVED)
        client.force_login(make_writer())
        assert self.news(client, f"{comment.pk}:1").status_code == 403


class HostTests:
    """An author who decides about the comments on their own posts."""

    def test_a_comment_elsewhere_is_as_if_it_were_not(self, client: Client, post: Post) -> None:
        comment = make_comment(post)
        client.force_login(make_staff("host", "Authors who moderate their own posts"))
        for act in ("approve", "reject", "spam", "pending", "take_down", "undo"):
            answer = press(client, **{act: shown(comment)})
            assert answer.status_code == 422
            assert comment.body not in answer.content.decode()
        assert client.get(f"{DESK}{comment.pk}/branch/").status_code == 404
        assert now_of(comment).version == comment.version

    def test_a_step_that_reaches_elsewhere_is_not_theirs_to_undo(self, client: Client, anna: User, post: Post) -> None:
        comments = [make_comment(post, Status.PENDING) for _ in range(2)]
        press(client, ticked="approve", row=[shown(comment) for comment in comments])
        client.force_login(make_staff("host", "Authors who moderate their own posts"))
        step = Decision.objects.values_list("batch", flat=True)[0]
        assert press(client, undo_step=step).status_code == 422
        assert {now_of(comment).status for comment in comments} == {Status.APPROVED}


class KeysTests:
    def test_they_are_off_until_somebody_switches_them_on_for_themselves(
        self, client: Client, anna: User, ben: User, post: Post
    ) -> None:
        assert 'data-keys="off"' in client.get(DESK).content.decode()
        answer = client.post(f"{DESK}keys/", {"has_keys": "1", "tab": "spam"})
        assert (answer.status_code, answer["Location"]) == (303, f"{DESK}?tab=spam")
        assert 'data-keys="on"' in client.get(DESK).content.decode()
        assert not Preference.objects.filter(user=ben).exists()
        client.post(f"{DESK}keys/", {"has_keys": "0"})
        assert 'data-keys="off"' in client.get(DESK).content.decode()

    def test_what_was_typed_is_still_there(self, client: Client, anna: User, post: Post) -> None:
        comment = make_comment(post, Status.PENDING)
        client.post(f"{DESK}keys/", {"has_keys": "1", f"{comment.pk}-note": "Half a note."})
        assert 'value="Half a note."' in client.get(DESK).content.decode()
