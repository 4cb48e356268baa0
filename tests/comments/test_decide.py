"""A decision: bound to what was seen, taken once, never over a colleague's, and never silently left out."""

import datetime
import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone
from post_office.models import Email

from blog.models import Post
from comments import editing, moderation
from comments.models import Comment, Decision, Reason
from tests.make import make_editor, make_staff, make_writer
from tests.make_comments import decide, make_comment, now_of, shown

DESK = "/admin/comments/comment/"
DECIDE = f"{DESK}decide/"
Status = Comment.Status
TO = {"approve": Status.APPROVED, "reject": Status.REJECTED, "spam": Status.SPAM}

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> User:
    return make_staff("anna", "Moderators", first_name="Anna")


@pytest.fixture
def desk(client: Client, anna: User) -> Client:
    client.force_login(anna)
    return client


def press(client: Client, **fields: Any) -> Any:
    return client.post(DECIDE, fields)


class DecideTests:
    @pytest.mark.parametrize("act", TO)
    def test_it_moves_the_comment_and_leaves_a_row(self, desk: Client, anna: User, post: Post, act: str) -> None:
        comment = make_comment(post, Status.PENDING)
        answer = press(desk, **{act: shown(comment), f"{comment.pk}-note": "Seen before."})
        assert answer.status_code == 303
        assert answer["Location"] == f"{DESK}?done={comment.pk}#done"
        after, decision = now_of(comment), Decision.objects.get()
        assert (after.status, after.version, after.waiting_since) == (TO[act], 2, None)
        assert (decision.by, decision.from_status, decision.to_status) == (anna, Status.PENDING, TO[act])
        assert (decision.version, decision.note) == (1, "Seen before.")
        assert decision.text_hash == moderation.text_hash(comment.body)

    def test_it_comes_back_to_the_same_place_and_says_what_was_done(self, desk: Client, anna: User, post: Post) -> None:
        first, second, third = (make_comment(post, Status.PENDING, name=name) for name in ("Mo", "Rosa", "Ida"))
        answer = press(desk, approve=shown(second), tab="waiting", after="1-1")
        assert answer["Location"] == f"{DESK}?after=1-1&done={second.pk}#done"
        lines = desk.get(answer["Location"]).context["page"].lines
        assert [line.is_row for line in lines] == [True, False, True]
        assert [lines[0].comment, lines[1].decision.comment, lines[2].comment] == [first, second, third]
        page = desk.get(answer["Location"]).content.decode()
        assert "approved by you" in page
        assert f'name="undo" value="{second.pk}:2"' in page

    def test_a_rejection_keeps_the_reason_in_the_words_it_had(self, desk: Client, post: Post) -> None:
        comment, reason = make_comment(post, Status.PENDING), Reason.objects.get(code="abusive")
        press(desk, **{"reject": shown(comment), f"{comment.pk}-reason": str(reason.pk)})
        decision, words = Decision.objects.get(), reason.words
        Reason.objects.filter(pk=reason.pk).update(words="Changed.")
        assert (decision.reason, decision.words) == (reason, words)

    def test_a_rejection_needs_no_reason(self, desk: Client, post: Post) -> None:
        comment = make_comment(post, Status.PENDING)
        assert press(desk, **{"reject": shown(comment), f"{comment.pk}-reason": ""}).status_code == 303
        assert Decision.objects.get().reason is None
        mine = Client().get(comment.get_absolute_url())
        assert mine.status_code == 200

    def test_a_reason_left_chosen_is_no_part_of_an_approval(self, desk: Client, post: Post) -> None:
        comment, reason = make_comment(post, Status.PENDING), Reason.objects.get(code="abusive")
        press(desk, **{"approve": shown(comment), f"{comment.pk}-reason": str(reason.pk)})
        assert (Decision.objects.get().reason, Decision.objects.get().words) == (None, "")

    @pytest.mark.parametrize("before", [Status.APPROVED, Status.REJECTED, Status.SPAM])
    def test_what_was_decided_can_be_decided_anew(self, desk: Client, post: Post, before: str) -> None:
        for act, to in TO.items():
            comment = make_comment(post, before)
            answer = press(desk, tab=before, **{act: shown(comment)})
            assert answer["Location"].startswith(f"{DESK}?tab={before}&done=")
            assert now_of(comment).status == to
            assert desk.get(answer["Location"]).status_code == 200

    def test_no_other_comment_is_touched(self, desk: Client, post: Post) -> None:
        parent = make_comment(post)
        answers = [make_comment(post, status, parent=parent) for status in (Status.PENDING, Status.SPAM)]
        before = list(Comment.objects.exclude(pk=parent.pk).order_by("pk").values("status", "version"))
        press(desk, reject=shown(parent), tab="approved")
        assert len(answers) == len(before)
        assert list(Comment.objects.exclude(pk=parent.pk).order_by("pk").values("status", "version")) == before

    def test_from_its_own_page_it_leads_back_there(self, desk: Client, post: Post) -> None:
        comment = make_comment(post, Status.PENDING)
        answer = press(desk, approve=shown(comment), own_page=str(comment.pk))
        assert answer["Location"] == f"{DESK}{comment.pk}/"


class SecondTimeTests:
    def test_the_same_decision_twice_is_done_and_mailed_once(self, desk: Client, post: Post) -> None:
        comment = make_comment(post, Status.PENDING, notify_decision=True)
        for _ in range(3):
            assert press(desk, approve=shown(comment)).status_code == 303
        assert Decision.objects.count() == 1
        assert Email.objects.filter(to=comment.email).count() == 1

    def test_it_says_when_a_colleague_had_decided_the_same(
        self, desk: Client, anna: User, ben: User, post: Post
    ) -> None:
        comment = make_comment(post, Status.PENDING, notify_decision=True)
        colleague = Client()
        colleague.force_login(ben)
        press(colleague, approve=shown(comment))
        answer = press(desk, approve=shown(comment))
        assert answer.status_code == 303
        page = desk.get(answer["Location"]).content.decode()
        assert "already approved by Ben" in page
        assert 'name="undo"' not in page
        assert Decision.objects.get().by == ben
        assert Email.objects.filter(to=comment.email).count() == 1


class ConflictTests:
    def test_the_other_decision_is_refused_with_the_text_and_the_colleagues_name(
        self, desk: Client, ben: User, post: Post
    ) -> None:
        comment = make_comment(post, Status.PENDING, body="The text as it is.", notify_decision=True)
        colleague, reason = Client(), Reason.objects.get(code="abusive")
        colleague.force_login(ben)
        press(colleague, approve=shown(comment))
        refused = press(
            desk,
            **{"reject": shown(comment), f"{comment.pk}-reason": reason.pk, f"{comment.pk}-note": "A long <note>."},
        )
        page = refused.content.decode()
        assert refused.status_code == 409
        assert "The text as it is." in page
        assert "It was approved by Ben on" in page
        assert 'value="A long &lt;note&gt;."' in page
        assert f'<option value="{reason.pk}" selected>' in page
        assert f'name="reject" value="{comment.pk}:2"' in page
        assert 'name="approve"' not in page
        assert now_of(comment).status == Status.APPROVED
        assert Decision.objects.get().by == ben
        assert Email.objects.filter(to=comment.email).count() == 1

        again = press(desk, reject=f"{comment.pk}:2")
        assert again.status_code == 303
        assert now_of(comment).status == Status.REJECTED

    def test_the_refused_words_are_still_there_on_the_desk(self, desk: Client, post: Post) -> None:
        comment = make_comment(post, Status.PENDING)
        decide(comment, Status.SPAM)
        press(desk, **{"reject": shown(comment), f"{comment.pk}-note": "Do not lose me."})
        assert "Do not lose me." in desk.get(f"{DESK}?tab=spam").content.decode()

    def test_what_its_commenter_took_back_can_no_longer_be_decided(self, desk: Client, post: Post) -> None:
        comment = make_comment(post, Status.PENDING)
        editing.withdraw(comment.pk, comment.version, timezone.now())
        refused = press(desk, approve=shown(comment))
        assert refused.status_code == 409
        assert "It was withdrawn by its commenter on" in refused.content.decode()
        for version in (1, 2, 3):
            assert press(desk, approve=f"{comment.pk}:{version}").status_code == 409
            assert press(desk, undo=f"{comment.pk}:{version}").status_code == 409
        assert now_of(comment).status == Status.WITHDRAWN
        assert 'name="approve"' not in refused.content.decode()

    def test_a_text_changed_meanwhile_is_shown_and_not_approved_unread(self, desk: Client, post: Post) -> None:
        comment = make_comment(post, Status.PENDING)
        Comment.objects.filter(pk=comment.pk).update(body="New words.", body_html="<p>New words.</p>", version=2)
        refused = press(desk, approve=shown(comment))
        assert refused.status_code == 409
        assert "Its text has changed since you saw it." in refused.content.decode()
        assert "New words." in refused.content.decode()
        assert now_of(comment).status == Status.PENDING


class TickedTests:
    def test_it_reports_what_was_done_was_so_already_and_was_refused(self, desk: Client, ben: User, post: Post) -> None:
        names = ("Ada", "Bo", "Cy", "Dee")
        done, same, other, gone = (make_comment(post, Status.PENDING, name=name) for name in names)
        untouched = make_comment(post, Status.PENDING)
        now = timezone.now()
        moderation.decide(same.pk, 1, Status.REJECTED, ben, now)
        moderation.decide(other.pk, 1, Status.APPROVED, ben, now)
        editing.withdraw(gone.pk, 1, now)
        rows = [shown(comment) for comment in (done, same, other, gone)]
        answer = press(desk, ticked="reject", row=rows, **{"all-note": "A wave.", f"{other.pk}-note": "Its own."})
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "1 comment is now rejected." in page
        assert "The comment by Bo was already rejected by Ben." in page
        assert "It was approved by Ben on" in page
        assert "It was withdrawn by its commenter on" in page
        assert 'value="Its own."' in page
        statuses = [now_of(comment).status for comment in (done, same, other, gone, untouched)]
        assert statuses == [Status.REJECTED, Status.REJECTED, Status.APPROVED, Status.WITHDRAWN, Status.PENDING]
        assert Decision.objects.filter(comment=done).get().note == "A wave."
        assert Decision.objects.count() == 4
        assert "A wave." in desk.get(DESK).content.decode()

    def test_all_done_leads_back_with_a_sentence(self, desk: Client, post: Post) -> None:
        comments = [make_comment(post, Status.PENDING, notify_decision=True) for _ in range(3)]
        answer = press(desk, ticked="approve", row=[shown(comment) for comment in comments], after="1-1")
        assert (answer.status_code, answer["Location"]) == (303, f"{DESK}?after=1-1")
        page = desk.get(DESK).content.decode()
        assert "3 comments are now approved." in page
        assert page.count('name="undo"') == 3
        assert Decision.objects.count() == Email.objects.filter(to__startswith="reader").count() == 3

    def test_nothing_ticked_is_said_and_no_word_is_lost(self, desk: Client, post: Post) -> None:
        comment = make_comment(post, Status.PENDING)
        answer = press(desk, ticked="spam", **{"all-note": "Half typed.", f"{comment.pk}-note": "Here too."})
        assert answer.status_code == 422
        assert "No comment was ticked" in answer.content.decode()
        page = desk.get(DESK).content.decode()
        assert 'value="Half typed."' in page
        assert 'value="Here too."' in page
        assert not Decision.objects.exists()


class KeepWordsTests:
    def test_a_note_begun_for_another_row_is_still_there(self, desk: Client, post: Post) -> None:
        one, other = make_comment(post, Status.PENDING), make_comment(post, Status.PENDING)
        reason = Reason.objects.get(code="abusive")
        typed = {f"{other.pk}-note": "Ask Ben first.", f"{other.pk}-reason": reason.pk, f"{one.pk}-note": "Done."}
        answer = press(desk, approve=shown(one), **typed)
        page = desk.get(answer["Location"]).content.decode()
        assert 'value="Ask Ben first."' in page
        assert f'<option value="{reason.pk}" selected>' in page
        assert "Done." not in page
        press(desk, reject=shown(other), **{f"{other.pk}-note": "", f"{other.pk}-reason": ""})
        assert "Ask Ben first." not in desk.get(f"{DESK}?tab=rejected").content.decode()

    @pytest.mark.parametrize("note", ["x" * 501, "a\x00b"])
    def test_a_note_that_cannot_be_kept_comes_back(self, desk: Client, post: Post, note: str) -> None:
        comment = make_comment(post, Status.PENDING)
        answer = press(desk, **{"approve": shown(comment), f"{comment.pk}-note": note})
        assert answer.status_code == 422
        assert f'value="{note}"' in answer.content.decode()
        assert "errorlist" in answer.content.decode()
        assert now_of(comment).status == Status.PENDING
        assert desk.get(DESK).status_code == 200

    def test_a_reason_put_out_of_use_meanwhile_is_asked_for_again(self, desk: Client, post: Post) -> None:
        comment, reason = make_comment(post, Status.PENDING), Reason.objects.get(code="abusive")
        Reason.objects.filter(pk=reason.pk).update(is_in_use=False)
        typed = {f"{comment.pk}-reason": reason.pk, f"{comment.pk}-note": "Kept."}
        answer = press(desk, reject=shown(comment), **typed)
        assert answer.status_code == 422
        assert 'value="Kept."' in answer.content.decode()
        assert not Decision.objects.exists()

    def test_who_was_signed_out_meanwhile_gets_the_words_back(self, client: Client, post: Post) -> None:
        comment = make_comment(post, Status.PENDING)
        answer = press(client, **{"reject": shown(comment), f"{comment.pk}-note": "Still here."})
        assert answer.status_code == 403
        assert "Still here." in answer.content.decode()
        assert not Decision.objects.exists()


class ForgeryTests:
    @pytest.mark.parametrize(
        "fields",
        [
            {},
            {"approve": "{pk}"},
            {"approve": "{pk}:"},
            {"approve": "{pk}:x"},
            {"approve": "{pk}:0"},
            {"approve": "{pk}:-1"},
            {"approve": "{pk}:1 "},
            {"approve": "{pk}:١"},
            {"approve": "{pk}:1:1"},
            {"approve": "{pk}:9999999999"},
            {"approve": ""},
            {"approve": "true"},
            {"approve": "{pk}:1\x00"},
            {"approve": "999999999999999999:1"},
            {"approve": ["{pk}:1", "{pk}:1"]},
            {"approve": "{pk}:1", "reject": "{pk}:1"},
            {"approve": "{pk}:1", "undo": "{pk}:1"},
            {"approve": "{pk}:1", "keep": "1"},
            {"undo": "{pk}"},
            {"Approve": "{pk}:1"},
            {"delete": "{pk}:1"},
            {"edit": "{pk}:1"},
            {"answer": "{pk}:1"},
            {"undo_step": "{pk}:1"},
            {"undo_step": "0123456789abcdef0123456789abcdef"},
            {"take_down": "{pk}"},
            {"withdraw": "{pk}:1"},
            {"action": "approve", "_selected_action": "{pk}"},
            {"ticked": "approve"},
            {"ticked": "approved", "row": "{pk}:1"},
            {"ticked": "undo", "row": "{pk}:1"},
            {"ticked": "pending", "row": "{pk}:1"},
            {"ticked": "approve", "row": "{pk}"},
            {"ticked": "approve", "row": ["{pk}:1", "x"]},
            {"ticked": "approve", "row": ["{pk}:1", "{pk}:2"]},
            {"ticked": "approve", "row": ["{pk}:1", "999999999999999999:1"]},
            {"ticked": "approve", "row": [f"{number}:1" for number in range(1, 30)]},
            {"approve": "{pk}:1", "{pk}-reason": "abusive"},
            {"approve": "{pk}:1", "{pk}-reason": "999999"},
        ],
    )  # fmt: skip
    def test_what_no_page_of_ours_sends_decides_nothing(
        self, desk: Client, post: Post, fields: dict[str, str | list[str]]
    ) -> None:
        comment = make_comment(post, Status.PENDING)

        def filled(value: Any) -> Any:
            return [filled(one) for one in value] if isinstance(value, list) else value.replace("{pk}", str(comment.pk))

        answer = desk.post(DECIDE, {filled(name): filled(value) for name, value in fields.items()})
        assert answer.status_code == 422
        assert re.search("Nothing was decided|not sent yet", answer.content.decode())
        assert (now_of(comment).status, now_of(comment).version) == (Status.PENDING, 1)
        assert not Decision.objects.exists()

    def test_fields_beyond_the_form_change_nothing(self, desk: Client, ben: User, post: Post) -> None:
        comment = make_comment(post, Status.PENDING)
        forged = {"status": "spam", "by": ben.pk, "by_id": ben.pk, "body": "x", "at": "2001-01-01", "version": "7"}
        press(desk, approve=shown(comment), **forged)
        after, decision = now_of(comment), Decision.objects.get()
        assert (after.status, after.body, after.version) == (Status.APPROVED, comment.body, 2)
        assert str(decision.by) == "anna"
        assert timezone.now() - decision.at < datetime.timedelta(minutes=1)

    @pytest.mark.parametrize("place", ["//evil.example", "https://evil.example/", "waiting\r\nX: y", "\x00"])
    def test_it_leads_nowhere_else(self, desk: Client, post: Post, place: str) -> None:
        comment = make_comment(post, Status.PENDING)
        answer = press(desk, approve=shown(comment), tab=place, after=place, own_page=place, next=place)
        assert answer["Location"] == f"{DESK}?done={comment.pk}#done"

    @pytest.mark.parametrize("who", ["writer", "editor", "nobody", "looker", "reader", "guest"])
    def test_who_may_not_decide_decides_nothing(self, client: Client, post: Post, who: str) -> None:
        comment = make_comment(post, Status.PENDING)
        makers: dict[str, Any] = {"writer": make_writer, "editor": make_editor}
        if who != "guest":
            user = makers[who]() if who in makers else make_staff(who, is_staff=who != "reader")
            user.user_permissions.add(Permission.objects.get(codename="view_comment"))
            client.force_login(user)
        for fields in (
            {"approve": shown(comment)},
            {"undo": shown(comment)},
            {"ticked": "spam", "row": shown(comment)},
        ):
            assert client.post(DECIDE, fields).status_code == 403
        assert now_of(comment).status == Status.PENDING
        assert not Decision.objects.exists()

    def test_another_site_cannot_decide(self, anna: User, post: Post) -> None:
        comment = make_comment(post, Status.PENDING)
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(anna)
        answer = browser.post(DECIDE, {"approve": shown(comment)}, headers={"Origin": "https://evil.example"})
        assert answer.status_code == 403
        assert now_of(comment).status == Status.PENDING
