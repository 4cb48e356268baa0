"""Law 2: with the database away, what was typed comes back in a form that sends it again."""

from typing import Any

import pytest
from django.db import IntegrityError, InterfaceError, OperationalError
from django.db.backends.utils import CursorWrapper
from django.test import Client

from blog.models import Post
from comments import notifications
from comments.models import Comment
from tests.make_comments import make_comment, typed


class LostDatabaseTests:
    @pytest.mark.parametrize("error", [OperationalError, InterfaceError])
    def test_the_text_comes_back_without_a_query(
        self, client: Client, address: str, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
    ) -> None:
        def execute(self: CursorWrapper, sql: str, params: Any = None) -> None:
            raise error("server closed the connection: rita@example.org")

        with monkeypatch.context() as away:
            away.setattr(CursorWrapper, "execute", execute)
            response = client.post(address, typed(name="Rita <3", body="Mind the <b>tide</b> & me", parent="7"))
        page = response.content.decode()
        assert (response.status_code, response["Retry-After"]) == (503, "10")
        assert response["Cache-Control"] == "no-store, private"
        assert "Mind the &lt;b&gt;tide&lt;/b&gt; &amp; me" in page
        assert 'value="Rita &lt;3"' in page
        assert 'value="rita@example.org"' in page
        assert 'name="parent" value="7"' in page
        assert f'method="post" action="{address}"' in page
        assert "server closed" not in page
        assert len(response.content) < 5_000
        assert not response.cookies

    def test_it_can_be_sent_again(self, client: Client, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
        with monkeypatch.context() as away:
            away.setattr(CursorWrapper, "execute", lambda *_: (_ for _ in ()).throw(OperationalError("away")))
            assert client.post(address, typed()).status_code == 503
        assert client.post(address, typed()).status_code == 303

    def test_a_database_that_can_be_read_but_not_written_keeps_the_text_too(
        self, client: Client, address: str, post: Post, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        execute = CursorWrapper.execute

        def read_only(self: CursorWrapper, sql: str, params: Any = None) -> Any:
            if str(sql).startswith(("INSERT", "UPDATE")):
                raise OperationalError("attempt to write a readonly database")
            return execute(self, sql, params)

        make_comment(post)
        monkeypatch.setattr(CursorWrapper, "execute", read_only)
        response = client.post(address, typed())
        assert response.status_code == 503
        assert typed()["body"] in response.content.decode()
        assert client.get(post.get_absolute_url()).status_code == 200

    def test_nothing_half_done_is_left(self, client: Client, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*args: Any) -> None:
            raise OperationalError("gone in the middle")

        monkeypatch.setattr(notifications, "comment_received", fail)
        assert client.post(address, typed()).status_code == 503
        assert not Comment.objects.exists()

    def test_even_what_cannot_be_ours_gives_the_text_back(
        self, client: Client, address: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*args: Any) -> None:
            raise IntegrityError("nobody thought of this")

        monkeypatch.setattr(notifications, "comment_received", fail)
        response = client.post(address, typed())
        assert response.status_code == 503
        assert typed()["body"] in response.content.decode()

    def test_a_commenter_s_page_says_to_come_back(
        self, client: Client, post: Post, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        comment = make_comment(post)
        with monkeypatch.context() as away:
            away.setattr(CursorWrapper, "execute", lambda *_: (_ for _ in ()).throw(OperationalError("away")))
            response = client.get(comment.get_absolute_url())
        assert response.status_code == 503
        assert response["Cache-Control"] == "no-store"
