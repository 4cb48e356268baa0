"""Who may open and do what, page by page and role by role; what is not allowed here is refused, and changes nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from comments.models import Comment, Decision, Policy, Reason, Thread
from comments.roles import HOSTS
from tests import make
from tests.make_comments import make_comment

pytestmark = pytest.mark.django_db

WORDS = "Words that wait to be read."


def host() -> User:
    """An author who may decide about the comments on their own posts."""
    return make.make_staff("host", "Authors", HOSTS)


def superuser() -> User:
    return User.objects.filter(username="root").first() or User.objects.create_superuser("root", "root@example.org")


WHO: dict[str, Callable[[], User | None]] = {
    "anonymous": lambda: None,
    "nobody": lambda: make.make_staff("nobody"),
    "author": make.make_writer,
    "host": host,
    "moderator": make.make_moderator,
    "editor": make.make_editor,
    "superuser": superuser,
}
# To whom each page opens, and who may send it something; a superuser may all of it.
PAGES: dict[str, tuple[set[str], set[str]]] = {
    "comment/": ({"host", "moderator"}, set()),
    "decision/": ({"moderator"}, set()),
    "decision/csv/": ({"moderator"}, set()),
    "decision/figures/": ({"moderator", "editor"}, set()),
    "policy/pause/": ({"moderator", "editor"}, {"moderator", "editor"}),
    "policy/1/change/": ({"editor"}, {"editor"}),
    "thread/{post}/": ({"moderator", "editor"}, {"moderator", "editor"}),
    "reason/": ({"host", "moderator", "editor"}, set()),
    "reason/{reason}/change/": ({"host", "moderator", "editor"}, {"editor"}),
    "reason/add/": ({"editor"}, {"editor"}),
}
TYPED = {
    "seen": "-|-|default",
    "pause": "open-ended",
    "pause_sentence": "Forged.",
    "statement": "Forged.",
    "code": "forged",
    "label": "Forged",
    "words": "Forged.",
    "position": "1",
}


def signed_in(role: str) -> Client:
    client, user = Client(), WHO[role]()
    if user:
        client.force_login(user)
    return client


def state() -> list[Any]:
    """All that somebody without the right could have changed."""
    models = (Comment, Decision, Policy, Reason, Thread)
    return [list(model._default_manager.order_by("pk").values()) for model in models]


@pytest.fixture(params=["own", "other"])
def rows(request: pytest.FixtureRequest) -> dict[str, int]:
    """A comment that waits, on a post of the author and the host, or on one of somebody else."""
    make.make_publication()
    owners = [make.make_author("Ada Tan", user=host())] if request.param == "own" else []
    post = make.make_post(by=make.make_writer() if owners else make.make_editor(), authors=owners)
    comment = make_comment(post, Comment.Status.PENDING, body=WORDS, email="rita@example.org")
    return {"post": post.pk, "comment": comment.pk, "reason": Reason.objects.get(code="abusive").pk}


class EveryRoleTests:
    @pytest.mark.parametrize("role", WHO)
    def test_a_page_opens_to_those_of_the_table_alone(self, rows: dict[str, int], role: str) -> None:
        client = signed_in(role)
        for page, (opens_to, _sends) in PAGES.items():
            answer = client.get(f"/admin/comments/{page.format(**rows)}")
            told = b"".join(answer) if answer.streaming else answer.content
            if role in opens_to or role == "superuser":
                assert answer.status_code == 200, page
            else:
                assert answer.status_code == (302 if role == "anonymous" else 403), page
                assert WORDS not in told.decode(), page
                assert "rita@example.org" not in told.decode(), page

    @pytest.mark.parametrize("role", [role for role in WHO if role != "superuser"])
    def test_what_is_sent_without_the_right_changes_nothing(self, rows: dict[str, int], role: str) -> None:
        client, before = signed_in(role), state()
        for page, (opens_to, sends) in PAGES.items():
            if role not in sends:
                answer = client.post(f"/admin/comments/{page.format(**rows)}", TYPED)
                # Django shows a list also to those who send it nothing that it knows.
                assert answer.status_code in (403, 405, 200 if role in opens_to else 403), page
        assert state() == before

    @pytest.mark.parametrize("role", ["nobody", "author", "editor", "anonymous"])
    def test_nobody_else_decides(self, rows: dict[str, int], role: str) -> None:
        client, before = signed_in(role), state()
        for act in ("approve", "reject", "spam", "undo"):
            answer = client.post("/admin/comments/comment/decide/", {act: f"{rows['comment']}:1"})
            assert answer.status_code == 403
            assert WORDS not in answer.content.decode()
        assert state() == before


class RoleTests:
    def test_each_role_has_its_rights_and_no_other(self) -> None:
        found = {
            user.username: {name for name in user.get_all_permissions() if name.startswith("comments.")}
            for user in (make.make_writer(), host(), make.make_moderator(), make.make_editor())
        }
        found = {who: {name.removeprefix("comments.") for name in names} for who, names in found.items()}
        assert found["writer"] == set()
        assert found["host"] == {"view_comment", "moderate_own_posts", "view_reason"}
        assert found["moderator"] == {
            *("view_comment", "moderate_all", "edit_comment_text", "view_personal_data", "view_decision"),
            *("view_figures", "view_reason", "change_wordlist", "view_wordlist", "pause_comments"),
        }
        assert found["editor"] == {
            *("change_policy", "view_policy", "pause_comments", "add_thread", "change_thread", "view_thread"),
            *("add_reason", "change_reason", "view_reason", "change_wordlist", "view_wordlist", "view_figures"),
        }


class InviteTests:
    def test_an_editor_asks_an_author_to_decide_about_their_own_posts(self, client: Client) -> None:
        client.force_login(make.make_editor())
        typed = {"name": "Hana Ito", "email": "hana@example.org", "roles": ["Authors", HOSTS]}
        assert client.post("/admin/auth/user/add/", typed).status_code == 302
        invited = User.objects.get(email="hana@example.org")
        assert invited.has_perm("comments.moderate_own_posts")
        assert not invited.has_perm("comments.moderate_all")
        # An account below the editors, which they can shut out again.
        assert client.get(f"/admin/auth/user/{invited.pk}/change/").status_code == 200

    def test_a_group_that_is_no_role_is_not_offered(self, client: Client) -> None:
        Group.objects.create(name="Publishers of everything")
        client.force_login(make.make_editor())
        typed = {"name": "Hana Ito", "email": "hana@example.org", "roles": ["Publishers of everything"]}
        assert "Publishers of everything" not in client.get("/admin/auth/user/add/").content.decode()
        assert client.post("/admin/auth/user/add/", typed).status_code == 422
        assert not User.objects.filter(email="hana@example.org").exists()
