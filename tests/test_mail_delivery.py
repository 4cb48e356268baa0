"""What becomes of e-mails that no server takes: whose fault it is, who is told, and what the doctor says."""

import datetime
import io
import socketserver
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.template import Context, Template
from django.utils import timezone
from post_office.models import STATUS, Email

from blog import letters

pytestmark = pytest.mark.django_db

WRONG, SLOW, GOOD = "wrong@example.net", "slow@example.net", "good@example.net"
ANSWERS = {WRONG: "550 No such user", SLOW: "451 Greylisted, come back later"}


class Handler(socketserver.StreamRequestHandler):
    """As much of a mail server as a client needs."""

    def handle(self) -> None:
        self.say("220 ready")
        while line := self.rfile.readline().decode().strip():
            verb = line[:4].upper()
            if verb == "QUIT":
                return self.say("221 bye")
            if verb == "DATA":
                self.say("354 go on")
                while self.rfile.readline().strip() != b".":
                    pass
            answer = next((said for address, said in ANSWERS.items() if verb == "RCPT" and address in line), "250 fine")
            if verb == "RCPT" and answer == "250 fine":
                self.server.taken.append(line)  # type: ignore[attr-defined]
            self.say(answer)
        return None

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@pytest.fixture
def server(settings: Any) -> Iterator[list[str]]:
    """A mail server on this machine; the addresses that it took something for."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as listening:
        listening.daemon_threads = True
        taken: list[str] = []
        listening.taken = taken  # type: ignore[attr-defined]
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        use(settings, listening.server_address[1])
        yield taken
        listening.shutdown()


@pytest.fixture
def no_server(settings: Any) -> None:
    """A port at which nobody listens."""
    with socketserver.TCPServer(("127.0.0.1", 0), Handler) as taken:
        port = taken.server_address[1]
    use(settings, port)


def use(settings: Any, port: int) -> None:
    options = {"host": "127.0.0.1", "port": port, "timeout": 5}
    delivery = {"BACKEND": "asiaunbound.mail_delivery.EmailBackend", "OPTIONS": options}
    settings.MAILERS = {"default": {"BACKEND": "post_office.EmailBackend"}, "delivery": delivery}
    settings.MAIL_WORKS = True


def send(*addresses: str) -> None:
    for address in addresses:
        letters.queue(address, "Subject", "Text")
    call_command("work", "--once")


def told() -> str:
    return Template("{% load letter_tags %}{% unsent_letters %}").render(Context()).strip()


def doctor(*options: str) -> str:
    out = io.StringIO()
    try:
        call_command("doctor", *options, stdout=out)
    except CommandError as error:
        return f"{out.getvalue()}{error}"
    return out.getvalue()


class OneAddressTests:
    def test_one_that_is_refused_for_good_is_tried_once_and_alarms_nobody(self, server: list[str]) -> None:
        send(WRONG, GOOD)
        call_command("work", "--once")
        assert [email.status for email in Email.objects.order_by("pk")] == [STATUS.failed, STATUS.sent]
        assert Email.objects.get(to=WRONG).logs.count() == 1
        assert len(server) == 1
        assert told() == ""
        assert "could not be sent" not in doctor()

    def test_one_that_is_to_come_back_later_is_tried_again_and_told_only_after_hours(self, server: list[str]) -> None:
        send(SLOW)
        email = Email.objects.get()
        assert email.status == STATUS.requeued
        assert told() == ""
        with time_machine.travel(timezone.now() + datetime.timedelta(hours=5)):
            assert "One message could not be sent" in told()

    def test_neither_log_nor_table_repeats_the_address(
        self, server: list[str], caplog: pytest.LogCaptureFixture
    ) -> None:
        send(WRONG, SLOW)
        assert "1 e-mails could not be delivered: RecipientRefused" in caplog.text
        assert "Traceback" not in caplog.text
        assert "example.net" not in caplog.text
        assert not any("example.net" in log.message for email in Email.objects.all() for log in email.logs.all())


class NoServerTests:
    def test_the_staff_and_the_doctor_say_so(self, no_server: None) -> None:
        send(GOOD)
        assert Email.objects.get().status == STATUS.requeued
        assert "One message could not be sent" in told()
        said = doctor()
        assert "1 e-mails wait that should have gone. What was said last: ConnectionRefusedError" in said
        assert "The mail server does not take our mail" in said
        assert "EMAIL_URL" in said

    def test_a_test_mail_is_refused_with_what_was_said(self, no_server: None) -> None:
        assert "The e-mail was not taken: ConnectionRefusedError" in doctor("--mail", GOOD)

    def test_the_first_editor_gets_in_by_the_link_that_setup_prints(self, no_server: None) -> None:
        out = io.StringIO()
        options = {"name": "Asia Monthly", "address": "http://127.0.0.1:8000", "email": "ada@example.org"}
        call_command("setup", **options, stdout=out)
        assert "No mail leaves at present" in out.getvalue()
        assert "http://127.0.0.1:8000/admin/password/" in out.getvalue()


class ServerTests:
    def test_a_test_mail_is_sent_at_once(self, server: list[str]) -> None:
        assert "The mail server took an e-mail" in doctor("--mail", GOOD)
        assert len(server) == 1
        assert not Email.objects.exists()

    def test_a_test_mail_to_a_wrong_address_says_so(self, server: list[str]) -> None:
        assert "RecipientRefused" in doctor("--mail", WRONG)

    def test_where_mail_leaves_setup_prints_no_link(self, server: list[str]) -> None:
        out = io.StringIO()
        options = {"name": "Asia Monthly", "address": "http://127.0.0.1:8000", "email": "ada@example.org"}
        call_command("setup", **options, stdout=out)
        assert "/admin/password/" not in out.getvalue()

    def test_the_doctor_says_how_many_wait_for_a_worker_that_does_not_come(self, server: list[str]) -> None:
        letters.queue(GOOD, "Subject", "Text")
        assert "wait that should have gone" not in doctor()
        Email.objects.update(created=timezone.now() - datetime.timedelta(hours=1))
        assert "1 e-mails wait that should have gone." in doctor()
