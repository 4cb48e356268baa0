"""`manage.py demo` makes a believable publication in an empty database, and never touches another."""

import io
import os
import stat
from collections import Counter
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.utils import timezone
from post_office.models import Email

from blog.models import Author, Post, Region
from comments.models import Comment, Decision, Notice, Thread
from tests.make import make_post

pytestmark = pytest.mark.django_db


class DemoTests:
    def test_it_makes_the_publication_with_threads_in_every_state(self, monkeypatch: Any, settings: Any) -> None:
        monkeypatch.setenv("DEMO_PASSWORD", "a password said beforehand")

        call_command("demo", stdout=io.StringIO(), stderr=io.StringIO())

        assert (Post.objects.count(), Author.objects.count(), Region.objects.count()) == (12, 5, 10)
        assert Post.objects.published(timezone.now()).count() == 10
        assert set(Comment.objects.values_list("status", flat=True)) == {str(status) for status in Comment.Status}
        for thread in Thread.objects.all():
            assert thread.approved_count == thread.comments.approved().count()
        assert max(Thread.objects.values_list("approved_count", flat=True)) == 60
        by = Counter(Decision.objects.values_list("by__username", flat=True))
        assert by.keys() == {"moderator", None}
        for name in ("editor", "author", "moderator"):
            user = authenticate(username=name, password="a password said beforehand")
            assert user is not None
            assert not user.is_superuser
        noticed = Comment.objects.waiting().get(name="Cheap Roofing")
        assert "notice" in [signal["code"] for signal in noticed.signals]
        accounts = settings.VAR_DIR / "demo-accounts.txt"
        assert stat.S_IMODE(os.stat(accounts).st_mode) == 0o600
        assert not Email.objects.exists()
        assert not Notice.objects.exists()

    def test_its_author_may_write_what_they_signed_and_nothing_else(self) -> None:
        call_command("demo", stdout=io.StringIO(), stderr=io.StringIO())

        author = User.objects.get(username="author")
        own = set(Post.objects.editable_by(author))

        assert own == set(Post.objects.filter(authors__user=author))
        assert 0 < len(own) < Post.objects.count()
        assert not own & set(Post.objects.upcoming(timezone.now()))

    def test_it_refuses_a_database_that_has_posts(self) -> None:
        make_post("Ours")

        with pytest.raises(CommandError, match="has posts already"):
            call_command("demo")
        call_command("demo", if_empty=True)

        assert Post.objects.count() == 1
