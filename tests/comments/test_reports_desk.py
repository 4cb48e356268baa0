"""Moderators answer what readers report, and see only what is theirs to decide."""

import datetime
import ipaddress
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from post_office.models import STATUS, Email

from blog.models import Post
from comments import editing, moderation, objections, reports_desk, roles
from comments.models import Comment, Decision, Reason, Report
from comments.moderation import Kind
from comments.objections import Complaint, Seen
from tests.comments.letters import mails_to
from tests.make import PASSWORD, make_editor, make_moderator, make_post, make_staff
from tests.make_comments import decide, make_comment

Status, Result = Comment.Status, Report.Result
LIST = "/admin/comments/report/"
ANN = "ann@example.org"


def report(comment: Comment, words: str = "It calls me a fool.") -> Report:
    address = ipaddress.ip_address("198.51.100.77")
    return objections.report(comment, Complaint("abusive", words, ANN), address, timezone.now())


def answer(reported_: Report, result: str, comment: Comment, **branch: Any) -> Kind:
    seen = Seen(comment.version, **branch)
    return objections.answer_report(reported_.pk, result, "Thank you.", make_moderator(), timezone.now(), seen)


@pytest.fixture
def comment(post: Post) -> Comment:
    return make_comment(post, body="The tide turns at nine.")


@pytest.fixture
def desk(client: Client, db: None) -> Client:
    make_moderator()
    client.login(username="moderator", password=PASSWORD)
    return client


class AnswerTests:
    def test_kept_it_is_no_longer_reported(self, comment: Comment) -> None:
        made = report(comment)
        assert answer(made, Result.KEPT, comment) == Kind.DONE
        made.refresh_from_db()
        comment.refresh_from_db()
        assert (made.result, made.answer, made.answered_by) == (Result.KEPT, "Thank you.", make_moderator())
        assert (comment.status, comment.version, comment.reported_since) == (Status.APPROVED, 2, None)

    def test_another_report_of_it_stays_open(self, comment: Comment) -> None:
        first, second = report(comment), report(comment, "And it lies.")
        answer(first, Result.KEPT, comment)
        comment.refresh_from_db()
        second.refresh_from_db()
        assert second.result == ""
        assert comment.reported_since == second.at

    def test_taken_down_answers_all_of_them_and_is_a_decision(self, comment: Comment) -> None:
        first, second = report(comment), report(comment, "And it lies.")
        assert answer(first, Result.TAKEN_DOWN, comment) == Kind.DONE
        second.refresh_from_db()
        comment.refresh_from_db()
        assert second.result == Result.TAKEN_DOWN
        assert (comment.status, comment.reported_since) == (Status.REJECTED, None)
        assert comment.decisions.order_by("-pk")[0].act == Decision.Act.DECIDE

    def test_replies_stay_unless_the_branch_is_meant(self, post: Post, comment: Comment) -> None:
        reply = make_comment(post, parent=comment)
        answer(report(comment), Result.TAKEN_DOWN, comment)
        reply.refresh_from_db()
        assert reply.status == Status.APPROVED

    def test_a_branch_goes_whole_or_not_at_all(self, post: Post, comment: Comment) -> None:
        reply, made = make_comment(post, parent=comment), report(comment)
        branch = [(comment.pk, comment.version), (reply.pk, reply.version)]
        later = make_comment(post, parent=reply)
        assert answer(made, Result.TAKEN_DOWN, comment, branch=branch) == Kind.CONFLICT
        assert Comment.objects.approved().count() == 3
        made.refresh_from_db()
        assert made.result == ""
        branch.append((later.pk, later.version))
        assert answer(made, Result.TAKEN_DOWN, comment, branch=branch) == Kind.DONE
        assert not Comment.objects.approved().exists()

    @pytest.mark.parametrize("result", [Result.KEPT, Result.TAKEN_DOWN])
    def test_it_is_bound_to_the_words_that_were_seen(self, comment: Comment, result: str) -> None:
        made = report(comment)
        editing.edit(comment.pk, comment.version, "It turns at ten.", make_editor(), timezone.now())
        assert answer(made, result, comment) == Kind.CONFLICT
        made.refresh_from_db()
        assert made.result == ""

    def test_it_is_answered_once(self, comment: Comment) -> None:
        made = report(comment)
        answer(made, Result.KEPT, comment)
        assert answer(made, Result.TAKEN_DOWN, comment) == Kind.UNCHANGED
        comment.refresh_from_db()
        assert comment.status == Status.APPROVED

    def test_one_with_other_words_waiting_is_taken_down_all_the_same(self, comment: Comment) -> None:
        editing.change(comment.pk, comment.version, "It turns at ten.", timezone.now())
        comment.refresh_from_db()
        assert answer(report(comment), Result.TAKEN_DOWN, comment) == Kind.DONE
        comment.refresh_from_db()
        assert (comment.status, comment.waiting_since) == (Status.REJECTED, None)

    def test_what_a_colleague_took_down_already_is_only_answered(self, comment: Comment) -> None:
        made = report(comment)
        after = decide(comment, Status.REJECTED)
        assert answer(made, Result.TAKEN_DOWN, after) == Kind.DONE
        after.refresh_from_db()
        assert after.version == 3


class PageTests:
    def test_it_lists_what_is_open_with_the_readers_words(self, desk: Client, post: Post, comment: Comment) -> None:
        make_comment(post, parent=comment, body="A reply.")
        report(comment)
        page = desk.get(LIST).content.decode()
        assert "The tide turns at nine." in page
        assert "It calls me a fool." in page
        assert "A reply." in page
        assert "Take down with its 1 reply" in page
        assert "ann@example.org" not in page

    def test_a_report_is_answered_from_it(self, desk: Client, comment: Comment) -> None:
        made, reason = report(comment), Reason.objects.get(code="abusive")
        typed = {"version": comment.version, "branch": "", "answer": "You are right.", "reason": reason.code}
        sent = desk.post(f"{LIST}{made.pk}/", typed | {"result": "taken-down"})
        assert (sent.status_code, sent["Location"]) == (303, LIST)
        comment.refresh_from_db()
        assert comment.status == Status.REJECTED
        assert comment.decisions.order_by("-pk")[0].words == reason.words
        page = desk.get(LIST).content.decode()
        assert "Answered." in page
        assert "The tide turns at nine." not in page

    def test_a_branch_is_taken_down_from_it(self, desk: Client, post: Post, comment: Comment) -> None:
        reply, made = make_comment(post, parent=comment), report(comment)
        form = desk.get(f"{LIST}{made.pk}/").context["rows"][0]["form"]
        typed = form.initial | {"answer": "", "reason": "", "result": "branch"}
        assert desk.post(f"{LIST}{made.pk}/", typed).status_code == 303
        reply.refresh_from_db()
        assert reply.status == Status.REJECTED

    def test_that_step_is_undone_at_the_desk_as_a_whole(self, desk: Client, post: Post, comment: Comment) -> None:
        reply = make_comment(post, parent=comment)
        branch = [(each.pk, each.version) for each in (comment, reply)]
        answer(report(comment), Result.TAKEN_DOWN, comment, branch=branch)
        step = Decision.objects.get(comment=reply, to_status=Status.REJECTED).batch
        assert f'name="undo_step" value="{step}"' in desk.get("/admin/comments/comment/").content.decode()
        assert desk.post("/admin/comments/comment/decide/", {"undo_step": step}).status_code == 303
        assert set(Comment.objects.values_list("status", flat=True)) == {Status.APPROVED}

    def test_what_changed_meanwhile_is_shown_with_what_was_typed(self, desk: Client, comment: Comment) -> None:
        made = report(comment)
        editing.edit(comment.pk, comment.version, "It turns at ten.", make_editor(), timezone.now())
        typed = {"version": comment.version, "answer": "A considered answer.", "result": "kept"}
        sent = desk.post(f"{LIST}{made.pk}/", typed)
        page = sent.content.decode()
        assert sent.status_code == 409
        assert "It turns at ten." in page
        assert "A considered answer." in page
        assert f'name="version" value="{comment.version + 1}"' in page

    @pytest.mark.parametrize(
        "wrong",
        [
            {"version": ""},
            {"version": "1abc"},
            {"result": ""},
            {"result": "approve"},
            {"answer": "a\x00b"},
            {"answer": "w" * 401},
            {"reason": "no-such"},
            {"reason": "\x00"},
            {"branch": "1abc", "result": "branch"},
            {"branch": "\x00", "result": "branch"},
            {"branch": "1:23:4", "result": "branch"},
            # In some readings of a row without spaces this took longer than the world is old.
            {"branch": f"1:{'22222:' * 100}x", "result": "branch"},
        ],
    )
    def test_what_is_wrong_comes_back(self, desk: Client, comment: Comment, wrong: dict[str, str]) -> None:
        made = report(comment)
        typed = {"version": "2", "branch": "", "answer": "An answer.", "reason": "", "result": "kept"} | wrong
        sent = desk.post(f"{LIST}{made.pk}/", typed)
        made.refresh_from_db()
        assert sent.status_code == 422
        assert "answer" in wrong or "An answer." in sent.content.decode()
        assert made.result == ""

    def test_it_pages_by_key(self, desk: Client, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reports_desk, "PAGE_SIZE", 2)
        for number in range(5):
            report(make_comment(post, body=f"Reported {number}."))
        seen, path = [], LIST
        while path:
            answer_ = desk.get(path)
            seen += [each["row"].comment.body for each in answer_.context["rows"]]
            key = answer_.context["next_key"]
            path = f"{LIST}?after={key}" if key else ""
        assert seen == [f"Reported {number}." for number in range(5)]


class RightsTests:
    def test_an_author_who_moderates_sees_their_own_posts_alone(self, client: Client, comment: Comment) -> None:
        make_staff("host", "Authors", roles.HOSTS)
        own = make_comment(make_post("Another"), body="Elsewhere.")
        made = report(comment)
        report(own)
        client.login(username="host", password=PASSWORD)
        page = client.get(LIST)
        assert page.status_code == 200
        assert "The tide turns at nine." not in page.content.decode()
        assert client.get(f"{LIST}{made.pk}/").status_code == 404
        assert client.post(f"{LIST}{made.pk}/", {"version": 2, "result": "kept"}).status_code == 404

    def test_who_decides_nothing_sees_none(self, client: Client, comment: Comment) -> None:
        made = report(comment)
        make_editor()
        client.login(username="editor", password=PASSWORD)
        assert client.get(LIST).status_code == 403
        assert client.get(f"{LIST}{made.pk}/").status_code == 403

    def test_a_token_is_asked_for(self, comment: Comment) -> None:
        made, client = report(comment), Client(enforce_csrf_checks=True)
        make_moderator()
        client.login(username="moderator", password=PASSWORD)
        sent = client.post(f"{LIST}{made.pk}/", {"version": 2, "result": "taken-down"})
        assert sent.status_code == 403
        comment.refresh_from_db()
        assert comment.status == Status.APPROVED


class UndoneTests:
    """A comment that comes back was not answered about: whoever reported it is still waiting."""

    def taken_down(self, comment: Comment, *reports: Report) -> Comment:
        assert answer(reports[0], Result.TAKEN_DOWN, comment) == Kind.DONE
        comment.refresh_from_db()
        return comment

    def undo(self, comment: Comment) -> None:
        done = moderation.undo(comment.pk, comment.version, make_moderator(), timezone.now())
        assert done.comment.status == Status.APPROVED

    def test_its_reports_wait_again_since_the_first_came(self, desk: Client, comment: Comment) -> None:
        first, second = report(comment), report(comment, words="Another reader says so too.")
        self.undo(self.taken_down(comment, first, second))
        comment.refresh_from_db()
        assert comment.reported_since == first.at
        assert [(each.result, each.answer, each.answered_by) for each in comment.reports.all()] == [("", "", None)] * 2
        assert len(desk.get(LIST).context["rows"][0]["row"].reports) == 2

    def test_what_was_answered_before_stays_answered(self, comment: Comment) -> None:
        kept, later = report(comment), report(comment, words="Another reader says so too.")
        answer(kept, Result.KEPT, comment)
        self.undo(self.taken_down(comment, later))
        kept.refresh_from_db()
        comment.refresh_from_db()
        assert kept.result == Result.KEPT
        assert comment.reported_since == later.at

    def test_no_letter_says_what_was_taken_back(self, comment: Comment) -> None:
        made = report(comment)
        self.undo(self.taken_down(comment, made))
        assert mails_to(ANN) == []

    def test_the_next_answer_is_told_though_the_first_was(self, comment: Comment) -> None:
        made = report(comment)
        down = self.taken_down(comment, made)
        Email.objects.update(status=STATUS.sent)
        self.undo(down)
        comment.refresh_from_db()
        later = timezone.now() + datetime.timedelta(minutes=5)
        seen = Seen(comment.version)
        objections.answer_report(made.pk, Result.KEPT, "", make_moderator(), later, seen)
        told = [mail.message for mail in mails_to(ANN)]
        assert ["was taken down" in told[0], "stays" in told[1]] == [True, True]

    def test_another_moderators_undo_of_something_else_opens_nothing(self, comment: Comment) -> None:
        made = report(comment)
        answer(made, Result.KEPT, comment)
        comment.refresh_from_db()
        moderation.decide(comment.pk, comment.version, Status.REJECTED, make_moderator(), timezone.now())
        comment.refresh_from_db()
        self.undo(comment)
        made.refresh_from_db()
        assert made.result == Result.KEPT
