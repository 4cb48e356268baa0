"""Law 12: personal data stays in, and goes."""

import datetime
import ipaddress
import json
from typing import Any

import pytest
from django.test import Client
from post_office.models import Email

from asiaunbound import environment
from blog.models import Post
from comments import editing, export, privacy
from comments.models import Comment, Decision, Note
from comments.submission import Sender
from tests.make import make_moderator
from tests.make_comments import decide, make_comment, set_policy, typed

Status = Comment.Status
NOW = datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)
SENDER = Sender(address=ipaddress.ip_address("198.51.100.77"), user_agent="A browser")


def personal(comment: Comment) -> tuple[str, str, str | None, str, str]:
    comment.refresh_from_db()
    return comment.email, comment.email_key, comment.ip_address, comment.user_agent, comment.network_key


class WrittenTests:
    @pytest.mark.parametrize(
        ("address", "stored"),
        [
            ("198.51.100.77", "198.51.100.0"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1::"),
            ("::ffff:198.51.100.77", "198.51.100.0"),
        ],
    )
    def test_an_ip_is_cut_before_it_is_written(self, client: Client, address: str, post: Post, stored: str) -> None:
        client.post(f"{post.get_absolute_url()}comments/", typed(), REMOTE_ADDR=address)
        comment = Comment.objects.get()
        assert comment.ip_address == stored
        assert "77" not in str(comment.ip_address)
        assert len(comment.network_key) == 64

    def test_a_proxy_of_ours_is_believed_and_nobody_else(
        self, client: Client, address: str, monkeypatch: pytest.MonkeyPatch, settings: Any
    ) -> None:
        monkeypatch.setenv("TRUSTED_PROXIES", "10.0.0.0/8")
        settings.TRUSTED_PROXIES = environment.networks("TRUSTED_PROXIES")
        forwarded = {"X-Forwarded-For": "192.0.2.1, 198.51.100.77, 10.1.1.1"}
        client.post(address, typed(), headers=forwarded, REMOTE_ADDR="10.2.2.2")
        client.post(address, typed(email="b@example.org"), headers=forwarded, REMOTE_ADDR="203.0.113.5")
        found = Comment.objects.order_by("pk").values_list("ip_address", flat=True)
        assert list(found) == ["198.51.100.0", "203.0.113.0"]


class ClockTests:
    @pytest.mark.parametrize("status", [Status.REJECTED, Status.SPAM, Status.WITHDRAWN])
    def test_what_was_declined_keeps_no_address_for_long(self, post: Post, status: str) -> None:
        comment = make_comment(post, Status.PENDING, now=NOW, sender=SENDER, email="rita@example.org")
        if status == Status.WITHDRAWN:
            editing.withdraw(comment.pk, comment.version, NOW)
        else:
            decide(comment, status, now=NOW)
        privacy.erase_due(NOW + 30 * DAY)
        assert personal(comment)[:4] == ("rita@example.org", "rita@example.org", "198.51.100.0", "A browser")
        privacy.erase_due(NOW + 30 * DAY + DAY)
        assert personal(comment) == ("", "", None, "", "")
        assert comment.body
        assert comment.status == status

    def test_what_was_marked_as_spam_on_arrival_goes_too(self, post: Post) -> None:
        comment = make_comment(post, Status.SPAM, now=NOW, sender=SENDER, honeypot="x")
        privacy.erase_due(NOW + 31 * DAY)
        assert personal(comment) == ("", "", None, "", "")

    def test_what_is_published_keeps_its_address_until_the_policy_ends_it(self, post: Post) -> None:
        comment = decide(make_comment(post, Status.PENDING, now=NOW, sender=SENDER), Status.APPROVED, now=NOW)
        privacy.erase_due(NOW + 31 * DAY)
        assert personal(comment)[0]
        assert personal(comment)[2:] == (None, "", "")
        set_policy(days_to_keep_addresses=90)
        privacy.erase_due(NOW + 90 * DAY)
        assert personal(comment)[0]
        privacy.erase_due(NOW + 91 * DAY)
        assert not personal(comment)[0]

    def test_all_of_many_go_however_few_are_taken_at_a_time(self, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(privacy, "BATCH", 2)
        gone = [make_comment(post, Status.REJECTED, now=NOW, sender=SENDER) for _ in range(5)]
        kept = make_comment(post, Status.REJECTED, now=NOW + DAY, sender=SENDER)
        privacy.erase_due(NOW + 30 * DAY + DAY / 2)
        assert {personal(comment)[:4] for comment in gone} == {("", "", None, "")}
        assert personal(kept)[0]

    def test_what_waits_keeps_all_that_a_moderator_needs(self, post: Post) -> None:
        comment = make_comment(post, Status.PENDING, now=NOW, sender=SENDER)
        privacy.erase_due(NOW + 400 * DAY)
        assert personal(comment)[0] and personal(comment)[2] and personal(comment)[3]
        assert comment.status == Status.PENDING, "nothing expires by itself"

    def test_what_tells_one_connection_from_another_goes_after_a_day(self, post: Post) -> None:
        comment = make_comment(post, Status.PENDING, now=NOW, sender=SENDER)
        privacy.erase_due(NOW + DAY)
        assert personal(comment)[4]
        privacy.erase_due(NOW + 2 * DAY)
        assert not personal(comment)[4]

    def test_it_changes_no_version_and_no_record(self, post: Post) -> None:
        comment = make_comment(post, Status.REJECTED, now=NOW, sender=SENDER)
        before = list(Decision.objects.values())
        privacy.erase_due(NOW + 31 * DAY)
        comment.refresh_from_db()
        assert comment.version == 2
        assert list(Decision.objects.values()) == before


class ExportTests:
    def test_it_is_all_that_is_kept_under_an_address(self, post: Post) -> None:
        make_comment(post, now=NOW, sender=SENDER, email="rita@example.org", body="Published.", notify_decision=True)
        make_comment(post, now=NOW, email="other@example.org")
        found = json.loads("".join(export.as_json("Rita@Example.org")))
        (comment,) = found["comments"]
        assert comment["text"] == "Published."
        assert comment["ip_address"] == "198.51.100.0"
        assert comment["post"] == post.title
        assert [act["to"] for act in comment["record"]] == [Status.APPROVED]
        assert "website" not in comment, "what is empty is left out"
        (mail,) = found["letters"]
        assert "is published" in mail["subject"]
        assert "moderator" not in json.dumps(found).replace("moderator.", ""), "nobody of the staff is named"

    def test_nobody_has_nothing(self, post: Post) -> None:
        make_comment(post, email="")
        assert not any(json.loads("".join(export.as_json("rita@example.org"))).values())
        assert json.loads("".join(export.as_json(""))) == {}

    def test_a_long_life_of_comments_is_read_in_pages(self, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(export, "PAGE", 2)
        said = [make_comment(post, email="rita@example.org", now=NOW + DAY * n, body=f"Words {n}") for n in range(5)]
        found = json.loads("".join(export.as_json("rita@example.org")))
        assert [row["text"] for row in found["comments"]] == [comment.body for comment in said]

    def test_a_colleague_has_what_they_did_too(self, post: Post) -> None:
        comment = make_comment(post, Status.REJECTED)
        Note.objects.create(comment=comment, by=make_moderator(), at=NOW, words="What do you think?")
        found = json.loads("".join(export.as_json("moderator@example.org")))
        assert found["account"][0]["user name"] == "moderator"
        assert found["own notes"][0]["words"] == "What do you think?"
        assert found["own decisions"][0]["to"] == Status.REJECTED


class EraseTests:
    def test_the_person_goes_and_the_words_stay(self, client: Client, post: Post) -> None:
        comment = make_comment(
            post, sender=SENDER, email="rita@example.org", name="Rita Reader", body="Words.", notify_decision=True
        )
        address, record = comment.get_absolute_url(), list(Decision.objects.values())
        assert privacy.erase("RITA@example.org", NOW) == 1
        assert personal(comment) == ("", "", None, "", "")
        assert (comment.name, comment.body, comment.status) == ("Anonymous", "Words.", Status.APPROVED)
        assert list(Decision.objects.exclude(act="forget").values()) == record
        assert Decision.objects.get(act="forget").by is None
        assert not Email.objects.filter(to__contains="rita@example.org").exists()
        assert client.get(address).status_code == 404
        page = client.get(post.get_absolute_url()).content.decode()
        assert "Words." in page
        assert "Rita" not in page

    def test_another_person_stays(self, post: Post) -> None:
        other = make_comment(post, email="other@example.org")
        nameless = make_comment(post, email="")
        assert privacy.erase("rita@example.org", NOW) == 0
        for comment in (other, nameless):
            comment.refresh_from_db()
            assert comment.name == "Rita Reader"

    def test_no_address_erases_nobody(self, post: Post) -> None:
        comment = make_comment(post, email="")
        privacy.erase("", NOW)
        comment.refresh_from_db()
        assert comment.name == "Rita Reader"

    def test_a_log_names_no_address(self, client: Client, address: str, caplog: pytest.LogCaptureFixture) -> None:
        client.post(address, typed())
        client.post(address, typed(name=""))
        assert "rita@example.org" not in caplog.text
