"""Law 12, asked of every table: who was forgotten is in none of them, and who asks for a copy gets all of it."""

import datetime
import ipaddress
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.utils import timezone
from post_office import mail
from post_office.models import Email

from blog.models import Post
from comments import editing, export, moderation, notifications, objections, privacy
from comments.models import Address, Appeal, Comment, Decision, Note, Notice, Preference, Report
from comments.moderation import Kind
from comments.objections import Complaint
from comments.submission import Sender
from tests.make import PASSWORD, make_moderator, make_staff
from tests.make_comments import decide, make_comment

Status, Act = Comment.Status, Decision.Act
NOW = datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)
EMAIL, NAME, AGENT = "rita@example.org", "Rita Reader", "Ritas browser"
SENDER = Sender(address=ipaddress.ip_address("198.51.100.77"), user_agent=AGENT)


def kept(*words: str) -> Iterator[tuple[str, str]]:
    """Every value in the database that has one of these words in it, whatever its table and column."""
    for model in apps.get_models():
        for row in model._default_manager.all():
            for field in row._meta.concrete_fields:
                value = as_text(field, row)
                if any(word.casefold() in value.casefold() for word in words):
                    yield f"{row._meta.label}.{field.name}", value


def as_text(field: Any, row: models.Model) -> str:
    value = field.value_from_object(row)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def say(post: Post, status: str, number: int, **more: Any) -> Comment:
    return make_comment(
        post,
        status,
        name=NAME,
        email=EMAIL,
        sender=SENDER,
        body=f"Remark {number}.",
        now=NOW + number * DAY,
        notify_decision=True,
        **more,
    )


def in_a_letter(reply: Comment, text: str, html: str = "", subject: str = "News") -> Email:
    """To somebody else, about a reply that was published."""
    letter: Email = mail.send(recipients=["other@example.org"], subject=subject, message=text, html_message=html)
    Notice.objects.create(event=f"reply:{reply.pk}", recipient="x", mail=letter, goes_at=NOW)
    return letter


@pytest.fixture
def said(post: Post) -> dict[str, Comment]:
    """One person in each place that can keep somebody."""
    found = {status: say(post, status, number) for number, status in enumerate(Status.values) if status != "spam"}
    found["spam"] = say(post, Status.SPAM, 10, honeypot="x")
    found["edit"] = say(post, Status.APPROVED, 11)
    editing.change(found["edit"].pk, found["edit"].version, f"I am {NAME}, {EMAIL}.", NOW)
    found["reworded"] = say(post, Status.PENDING, 12)
    editing.change(found["reworded"].pk, 1, f"I am {NAME}.", NOW)
    editing.change(found["reworded"].pk, 2, "I am nobody.", NOW)
    found["appeal"] = say(post, Status.REJECTED, 13)
    objections.appeal(found["appeal"].pk, found["appeal"].version, f"Write to {EMAIL}.", NOW)
    Comment.objects.filter(pk=found["pending"].pk).update(signals=[["name", NAME, [0, 4]]])
    Note.objects.create(comment=found["pending"], by=make_moderator(), at=NOW, words=f"Is this {NAME} of the harbor?")
    other = make_comment(post, name="Otto", email="other@example.org")
    objections.report(other, Complaint("other", "It is rude.", EMAIL), SENDER.address, NOW)
    notifications.own_page_wanted(found["approved"], NOW + 40 * DAY)
    assert Address.objects.filter(digest=notifications.digest(EMAIL)).exists()
    for comment in found.values():
        comment.refresh_from_db()
    return found


class ForgottenTests:
    def test_no_table_has_the_person_any_more(self, said: dict[str, Comment]) -> None:
        tokens = [comment.token for comment in said.values()]
        prints = [comment.fingerprint for comment in said.values()]
        assert len(list(kept(EMAIL, NAME, AGENT))) > 40

        assert privacy.erase(EMAIL, NOW) == len(said)

        assert list(kept(EMAIL, NAME, AGENT, notifications.digest(EMAIL), *tokens, *prints)) == []
        assert not Comment.objects.exclude(email_key="other@example.org").filter(ip_address__isnull=False).exists()

    def test_letters_to_others_name_nobody_any_more(self, said: dict[str, Comment]) -> None:
        letter = in_a_letter(said["approved"], f"{NAME}s: “{NAME}” wrote", subject=f"{NAME} answered")
        privacy.erase(EMAIL, NOW)
        letter.refresh_from_db()
        assert (letter.subject, letter.to) == ("Anonymous answered", ["other@example.org"])
        assert "“Anonymous” wrote" in letter.message

    def test_a_name_is_found_as_html_has_it_too(self, post: Post) -> None:
        comment = make_comment(post, name="Rita O'Brien & Co", email=EMAIL)
        letter = in_a_letter(comment, "Rita O'Brien & Co", "<p>Rita O&#x27;Brien &amp; Co wrote</p>")
        privacy.erase(EMAIL, NOW)
        letter.refresh_from_db()
        assert (letter.message, letter.html_message) == ("Anonymous", "<p>Anonymous wrote</p>")

    @pytest.mark.parametrize("name", ["https", "p", "href", "a", "example", "amp", "x27"])
    def test_no_name_breaks_the_links_of_other_peoples_letters(self, post: Post, name: str) -> None:
        comment = make_comment(post, name=name, email=EMAIL)
        text = "Read https://blogs.example.org/a/x27/amp-p/ now"
        html = '<p>Tom &amp; Ann&#x27;s: <a href="https://blogs.example.org/a/">https://blogs.example.org/a/</a></p>'
        letter = in_a_letter(comment, f"{name}: {text}", html)
        privacy.erase(EMAIL, NOW)
        letter.refresh_from_db()
        assert (letter.message, letter.html_message) == (f"Anonymous: {text}", html)

    @pytest.mark.parametrize("name", ["not", "published", "Your"])
    def test_no_name_changes_letters_about_other_comments(self, post: Post, name: str) -> None:
        letter = in_a_letter(make_comment(post, name="Otto"), "Your comment was not published.")
        make_comment(post, name=name, email=EMAIL)
        privacy.erase(EMAIL, NOW)
        letter.refresh_from_db()
        assert letter.message == "Your comment was not published."

    @pytest.mark.parametrize("is_asked_by_page", [True, False])
    def test_letters_to_moderators_keep_no_words_that_nobody_published(
        self, post: Post, is_asked_by_page: bool
    ) -> None:
        make_moderator()
        first, kept_one = (make_comment(post, Status.PENDING, email=email) for email in ("a@x.org", "b@x.org"))
        waiting = make_comment(post, Status.PENDING, email=EMAIL, body="My secret diagnosis is this.")
        edited = make_comment(post, email=EMAIL, body="A harmless remark.", now=NOW - DAY)
        editing.change(edited.pk, edited.version, "My secret diagnosis is that.", NOW)
        Preference.objects.all().delete()
        notifications.remind(timezone.now() + 3 * DAY)
        assert "secret diagnosis" in "".join(Email.objects.values_list("message", flat=True))
        if is_asked_by_page:
            for comment in (waiting, edited):
                privacy.forget(comment.pk, moderation.present(comment.pk).version, NOW)
        else:
            privacy.erase(EMAIL, NOW)
        assert list(kept("secret diagnosis")) == []
        assert {first.status, kept_one.status} == {Status.PENDING}

    def test_what_was_decided_keeps_its_words_and_what_was_not_is_withdrawn(self, said: dict[str, Comment]) -> None:
        privacy.erase(EMAIL, NOW)
        for comment in said.values():
            comment.refresh_from_db()
        assert said["approved"].body and said["rejected"].body and said["appeal"].body
        assert (said["edit"].status, said["edit"].body) == (Status.APPROVED, "Remark 11.")
        assert (said["pending"].status, said["pending"].body) == (Status.WITHDRAWN, "")
        assert (said["withdrawn"].body, said["spam"].body, said["spam"].status) == ("", "", Status.WITHDRAWN)
        assert not any(comment.waiting_since for comment in said.values())
        assert Appeal.objects.get().words == ""

    def test_the_record_grows_and_loses_nothing(self, said: dict[str, Comment]) -> None:
        before = list(Decision.objects.order_by("pk").values())
        privacy.erase(EMAIL, NOW)
        after = list(Decision.objects.order_by("pk").values())
        assert after[: len(before)] == before
        assert [row["act"] for row in after[len(before) :]] == [Act.FORGET] * len(said)

    def test_an_open_report_can_still_be_answered(self, said: dict[str, Comment]) -> None:
        privacy.erase(EMAIL, NOW)
        report = Report.objects.get()
        assert (report.email, report.words, report.result) == ("", "It is rude.", "")
        assert report.comment.reported_since is not None

    def test_who_asked_for_no_more_letters_gets_none(self, said: dict[str, Comment]) -> None:
        Address.objects.update(refused_at=NOW)
        privacy.erase(EMAIL, NOW)
        assert Address.objects.get().refused_at == NOW
        assert list(kept(EMAIL, NAME, AGENT)) == []

    def test_all_of_many_go_however_few_are_taken_at_a_time(
        self, said: dict[str, Comment], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(privacy, "FORGOTTEN_AT_ONCE", 2)
        assert privacy.erase(EMAIL, NOW) == len(said)
        assert list(kept(EMAIL, NAME, AGENT)) == []

    def test_nobody_can_undo_it(self, said: dict[str, Comment]) -> None:
        privacy.erase(EMAIL, NOW)
        comment = Comment.objects.get(pk=said["approved"].pk)
        outcome = moderation.undo(comment.pk, comment.version, make_moderator(), NOW)
        assert outcome.kind == Kind.CONFLICT


class CopyTests:
    def test_it_has_all_that_any_table_has_of_the_person(self, said: dict[str, Comment]) -> None:
        copy = "".join(export.as_json(EMAIL))
        values = set(strings(json.loads(copy)))
        # What is made of another column says nothing more; the list's own column is text within a text.
        # Letters to others quote what is in the copy as a comment.
        Email.objects.exclude(to=EMAIL).delete()
        found = {value for where, value in kept(EMAIL, NAME, AGENT) if not where.endswith(("_key", "_html", "signals"))}
        assert found
        assert found - values == set()
        assert NAME in json.dumps(json.loads(copy)["comments"][0]["noticed"])

    def test_it_names_no_moderator(self, said: dict[str, Comment]) -> None:
        decide(said["pending"], Status.APPROVED)
        assert "moderator@" not in "".join(export.as_json(EMAIL))


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = value.values()
    if isinstance(value, str | int):
        yield str(value)
    elif value is not None:
        for each in value:
            yield from strings(each)


class ClockTests:
    def test_a_report_forgets_who_made_it_a_month_after_its_answer(self, post: Post) -> None:
        comment = make_comment(post)
        report = objections.report(comment, Complaint("other", "Words.", EMAIL), SENDER.address, NOW)
        privacy.erase_due(NOW + 2 * DAY)
        report.refresh_from_db()
        assert (report.network_key, report.email) == ("", EMAIL)
        seen = objections.Seen(comment.version)
        objections.answer_report(report.pk, "kept", "", make_moderator(), NOW, seen)
        privacy.erase_due(NOW + 30 * DAY)
        report.refresh_from_db()
        assert report.email == EMAIL
        privacy.erase_due(NOW + 31 * DAY)
        report.refresh_from_db()
        assert (report.email, report.email_key, report.ip_address) == ("", "", None)
        assert report.words == "Words."

    def test_an_open_report_keeps_what_its_answer_needs(self, post: Post) -> None:
        report = objections.report(make_comment(post), Complaint("other", "Words.", EMAIL), SENDER.address, NOW)
        privacy.erase_due(NOW + 400 * DAY)
        report.refresh_from_db()
        assert report.email == EMAIL

    def test_earlier_words_of_what_was_declined_go(self, post: Post) -> None:
        comment = make_comment(post, Status.PENDING, now=NOW)
        editing.change(comment.pk, 1, "Other words.", NOW)
        comment.refresh_from_db()
        decide(comment, Status.REJECTED, now=NOW)
        privacy.erase_due(NOW + 29 * DAY)
        assert comment.wordings.exists()
        privacy.erase_due(NOW + 31 * DAY)
        assert not comment.wordings.exists()

    def test_who_was_told_is_known_for_a_year(self) -> None:
        Notice.objects.create(event="x", recipient="y", goes_at=NOW)
        privacy.erase_due(NOW + 365 * DAY)
        assert Notice.objects.exists()
        privacy.erase_due(NOW + 366 * DAY)
        assert not Notice.objects.exists()

    pytestmark = pytest.mark.django_db


class DeletedTests:
    def test_the_row_and_its_record_stay_and_nothing_else(self, client: Client, post: Post) -> None:
        comment = make_comment(post, name=NAME, email=EMAIL, sender=SENDER, body="Unlawful words.")
        make_comment(post, parent=comment, name="Otto", body="A reply.")
        client.get(post.get_absolute_url())
        record = list(comment.decisions.values())
        outcome = privacy.delete_for_ever(comment.pk, comment.version, make_moderator(), NOW, "A court asked.")
        assert outcome.kind == Kind.DONE
        comment.refresh_from_db()
        assert (comment.name, comment.body, comment.status) == ("Anonymous", "", Status.WITHDRAWN)
        assert list(kept(EMAIL, NAME, AGENT, "Unlawful words.")) == []
        assert list(comment.decisions.exclude(act=Act.DELETE).values()) == record
        page = client.get(post.get_absolute_url()).content.decode()
        assert "This comment was removed." in page
        assert "A reply." in page

    def test_nobody_can_decide_about_it_or_bring_it_back(self, post: Post) -> None:
        comment = make_comment(post)
        after = privacy.delete_for_ever(comment.pk, comment.version, make_moderator(), NOW).comment
        moderator = make_moderator()
        assert moderation.decide(after.pk, after.version, "approved", moderator, NOW).kind == Kind.CONFLICT
        assert moderation.undo(after.pk, after.version, moderator, NOW).kind == Kind.CONFLICT
        assert editing.edit(after.pk, after.version, "Words.", moderator, NOW).kind == Kind.CONFLICT

    def test_a_superuser_does_it_with_a_reason_and_nobody_else(self, client: Client, post: Post) -> None:
        comment = make_comment(post, body="Unlawful words.")
        path = f"/admin/comments/comment/{comment.pk}/delete/"
        typed = {"version": comment.version, "note": "A court asked."}
        make_moderator()
        client.login(username="moderator", password=PASSWORD)
        assert client.get(path).status_code == 403
        assert client.post(path, typed).status_code == 403
        make_staff("root", is_superuser=True)
        client.login(username="root", password=PASSWORD)
        assert "Unlawful words." in client.get(path).content.decode()
        assert client.post(path, typed | {"note": ""}).status_code == 422
        assert client.post(path, typed | {"version": "1"}).status_code == 409
        comment.refresh_from_db()
        assert comment.body == "Unlawful words."
        assert client.post(path, typed).status_code == 303
        assert client.post(path, typed).status_code == 303, "a second tap finds it done"
        assert comment.decisions.filter(act=Act.DELETE).count() == 1
        assert not Email.objects.filter(message__contains=comment.token).exists()
