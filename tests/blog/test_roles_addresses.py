"""Every address of the staff's site, tried with every role. What is not in the table opens to superusers alone."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse
from django.utils import timezone

from comments import objections
from comments.objections import Complaint
from tests import make
from tests.make_comments import make_comment

pytestmark = pytest.mark.django_db

# W: writers (Authors), E: editors, M: moderators, N: staff without any role.
OPEN = {
    "index": "WEMN",
    "login": "WEMN",
    "logout": "WEMN",
    "password_change": "WEMN",
    "password_change_done": "WEMN",
    "jsi18n": "WEMN",
    "app_list": "WE",
    "blog_post_changelist": "WE",
    "blog_post_add": "WE",
    "blog_post_change": "WE",
    "blog_post_history": "WE",
    "blog_post_delete": "WE",
    "blog_post_preview": "WE",
    "blog_post_compare": "WE",
    "blog_post_restore": "WE",
    "blog_post_call-off": "E",
    "blog_author_changelist": "WE",
    "blog_author_change": "WE",
    "blog_author_history": "WE",
    "blog_author_add": "E",
    "blog_author_delete": "E",
    "blog_region_changelist": "WE",
    "blog_region_change": "WE",
    "blog_region_history": "WE",
    "blog_region_add": "E",
    "blog_region_delete": "E",
    "blog_page_changelist": "E",
    "blog_page_add": "E",
    "blog_page_change": "E",
    "blog_page_history": "E",
    "blog_page_delete": "E",
    "blog_photo_changelist": "E",
    "blog_photo_change": "E",
    "blog_photo_history": "E",
    "blog_photo_delete": "E",
    "blog_publication_changelist": "E",
    "blog_publication_change": "E",
    "blog_publication_history": "E",
    "auth_user_changelist": "E",
    "auth_user_add": "E",
    "auth_user_change": "E",
    "auth_user_history": "E",
    "auth_user_lift_lock": "E",
    "comments_comment_changelist": "M",
    "comments_comment_decide": "M",
    "comments_comment_change": "M",
    "comments_comment_keys": "M",
    "comments_comment_news": "M",
    "comments_comment_aside": "M",
    "comments_comment_edit": "M",
    "comments_comment_answer": "M",
    "comments_comment_branch": "M",
    "comments_report_changelist": "M",
    "comments_report_change": "M",
    "comments_preference_changelist": "WEMN",
    "comments_wordlist_changelist": "EM",
    "comments_wordlist_change": "EM",
    "comments_wordlist_history": "EM",
    "comments_wordlist_try": "EM",
    "comments_decision_changelist": "M",
    "comments_decision_csv": "M",
    "comments_decision_figures": "EM",
    "comments_thread_change": "EM",
    "comments_policy_changelist": "E",
    "comments_policy_change": "E",
    "comments_policy_history": "E",
    "comments_policy_pause": "EM",
    "comments_reason_changelist": "EM",
    "comments_reason_change": "EM",
    "comments_reason_history": "EM",
    "comments_reason_add": "E",
}
# Closed to everybody, superusers too, for these rows are made or ended elsewhere.
SHUT = {
    "blog_photo_add",
    "blog_publication_add",
    "blog_publication_delete",
    "comments_policy_add",
    "comments_policy_delete",
}
ROLES = {"W": make.make_writer, "E": make.make_editor, "M": make.make_moderator, "N": lambda: make.make_staff("nobody")}


def addresses(patterns: Any, app: str = "") -> Iterator[tuple[str, str]]:
    """The name and the route of everything under /admin/ but post_office's own pages and the way to a change page."""
    for found in patterns:
        if isinstance(found, URLResolver):
            yield from addresses(found.url_patterns, str(found.pattern))
        elif isinstance(found, URLPattern) and found.name and not app.startswith("post_office"):
            yield found.name, app + str(found.pattern)


@pytest.fixture
def rows() -> dict[str, Any]:
    """One row of each kind; the post is the writer's own."""
    from comments.models import Reason

    make.make_publication()
    post = make.make_post(status="draft", by=make.make_writer())
    comment = make_comment(make.make_post("Another"), name="Rosa")
    reason = Reason.objects.create(code="unused", label="Unused", words="Please write again.")
    return {
        "post": post.pk,
        "author": make.make_author().pk,
        "region": make.make_region().pk,
        "page": make.make_page().pk,
        "photo": make.make_photo().pk,
        "publication": 1,
        "policy": 1,
        "user": make.make_moderator("somebody").pk,
        "group": Group.objects.get(name="Authors").pk,
        "comment": comment.pk,
        "reason": reason.pk,
        "thread": post.pk,
        "report": objections.report(comment, Complaint("other"), None, timezone.now()).pk,
        "wordlist": "notice",
    }


def filled(name: str, route: str, rows: dict[str, Any]) -> str:
    model = name.split("_")[1] if name.count("_") else ""
    kwargs: dict[str, Any] = {}
    for part in ("object_id", "post_id", "comment_id", "report_id", "id"):
        if f":{part}>" in route or f"<{part}>" in route:
            kwargs[part] = rows[model]
    if name == "app_list":
        kwargs["app_label"] = "blog"
    return reverse(f"admin:{name}", kwargs=kwargs)


def opens(client: Client, address: str) -> bool:
    answer = client.get(address)
    if answer.status_code == 405:
        answer = client.post(address)
    assert answer.status_code in (200, 204, 302, 303, 400, 403, 404, 422), (address, answer.status_code)
    where = answer.get("Location", "")
    # Django leads away from what somebody may not know of; who is signed in is led away from the door too.
    is_led_away = where.startswith("/admin/login/") or (where == "/admin/" and "login" not in address)
    # Behind an address that opens, a row may be missing; of an app of which nothing is theirs, even the list is.
    is_refused = answer.status_code == 403 or (answer.status_code == 404 and address == "/admin/blog/")
    return not is_refused and not is_led_away


class EveryAddressTests:
    @pytest.mark.parametrize("role", ROLES)
    def test_it_opens_to_the_roles_of_the_table_alone(self, role: str, rows: dict[str, Any]) -> None:
        wrong = []
        for name, route in addresses(admin.site.get_urls()):
            # Anew each time, for one of these signs out.
            client = Client()
            client.force_login(ROLES[role]())
            if opens(client, filled(name, route, rows)) != (role in OPEN.get(name, "")):
                wrong.append(name)
        assert wrong == []

    def test_it_sends_strangers_to_the_door(self, client: Client, rows: dict[str, Any]) -> None:
        for name, route in addresses(admin.site.get_urls()):
            answer = client.get(filled(name, route, rows))
            if name not in ("login", "logout", "jsi18n"):
                assert answer.status_code == 302, name
                assert answer["Location"].startswith("/admin/login/"), name

    def test_the_table_names_no_address_that_is_gone(self) -> None:
        names = {name for name, _route in addresses(admin.site.get_urls())}
        assert set(OPEN) | SHUT <= names


class FirstPageTests:
    @pytest.mark.parametrize(
        ("role", "shown", "hidden"),
        [
            ("W", ["Posts"], ["Authors", "Regions", "Pages", "Users", "Reasons", "Photos"]),
            ("E", ["Posts", "Authors", "Regions", "Pages", "Photos", "Publication", "Users"], ["Groups"]),
            ("M", ["Comments"], ["Posts", "Authors", "Users", "Pages"]),
            ("N", [], ["Posts", "Comments", "Users"]),
        ],
    )
    def test_it_shows_each_role_what_is_theirs(
        self, client: Client, role: str, shown: list[str], hidden: list[str]
    ) -> None:
        client.force_login(ROLES[role]())
        page = client.get("/admin/").content.decode()
        for word in shown:
            assert f">{word}</a>" in page
        for word in hidden:
            assert f">{word}</a>" not in page
