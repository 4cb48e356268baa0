"""Authors hand in and hear back; editors hear of what was handed in."""

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from post_office.models import Email

from blog import publishing
from blog.models import Post
from blog.publishing import Step
from tests.make import make_author, make_editor, make_moderator, make_snapshot, make_staff, make_writer

pytestmark = pytest.mark.django_db


def told() -> dict[str, str]:
    """The subject of the one mail that each address got."""
    mails = [(mail.to[0], mail.subject) for mail in Email.objects.all()]
    assert len(mails) == len(dict(mails)), "nobody gets two"
    return dict(mails)


def step(base: int, by: User, note: str = "") -> Step:
    return Step(base, by, timezone.now(), note)


@pytest.fixture
def draft() -> Post:
    """Ada's post, handed in by nobody yet; there are two editors and a moderator."""
    make_moderator()
    make_editor()
    make_editor("ines")
    post = Post()
    publishing.save(post, make_snapshot(authors=[make_author("Ada Tan", user=make_writer())]), step(0, make_writer()))
    return post


class EditorTests:
    def test_they_hear_of_what_was_handed_in(self, draft: Post) -> None:
        publishing.hand_in(draft, make_snapshot(), step(1, make_writer(), "The second source is in."))

        assert told().keys() == {"editor@example.org", "ines@example.org"}
        mail = Email.objects.all()[0]
        assert "A strait and its ships" in mail.subject
        assert "The second source is in." in mail.message
        assert f"http://127.0.0.1:8000/admin/blog/post/{draft.pk}/change/" in mail.message

    def test_they_hear_nothing_of_a_save(self, draft: Post) -> None:
        publishing.save(draft, make_snapshot("Another title"), step(1, make_writer()))
        assert not Email.objects.exists()

    def test_who_hands_in_is_not_told_by_mail(self, draft: Post) -> None:
        publishing.hand_in(draft, make_snapshot(), step(1, make_editor()))
        assert told().keys() == {"ines@example.org"}

    def test_who_has_left_is_not_told(self, draft: Post) -> None:
        User.objects.filter(username="ines").update(is_active=False)
        publishing.hand_in(draft, make_snapshot(), step(1, make_writer()))
        assert told().keys() == {"editor@example.org"}

    def test_nobody_is_told_of_what_was_refused(self, draft: Post) -> None:
        publishing.save(draft, make_snapshot("A colleague's"), step(1, make_editor()))
        with pytest.raises(publishing.Outdated):
            publishing.hand_in(draft, make_snapshot("Mine"), step(1, make_writer()))
        assert not Email.objects.exists()


class AuthorTests:
    def test_they_hear_back_with_what_is_wanted(self, draft: Post) -> None:
        publishing.hand_back(draft, make_snapshot(), step(1, make_editor(), "Who says so?"))
        assert told().keys() == {"writer@example.org"}
        assert "Who says so?" in Email.objects.get().message

    def test_all_who_are_named_hear_of_a_publication(self, draft: Post) -> None:
        other = make_author("Ben Ray", user=make_staff("ben", "Authors"))
        publishing.publish(draft, make_snapshot(authors=[other]), step(1, make_editor()))
        assert told().keys() == {"writer@example.org", "ben@example.org"}
        assert "was published" in told()["ben@example.org"]

    def test_an_editor_who_publishes_their_own_tells_nobody(self) -> None:
        post, editor = Post(), make_editor()
        publishing.publish(post, make_snapshot(), step(0, editor))
        assert not Email.objects.exists()

    def test_a_title_with_a_line_break_makes_no_header(self, draft: Post) -> None:
        hostile = make_snapshot("Ships\r\nBcc: everybody@example.org")
        publishing.take_down(draft, hostile, step(1, make_editor()))
        mail = Email.objects.get()
        assert "\n" not in mail.subject
        assert not mail.bcc
