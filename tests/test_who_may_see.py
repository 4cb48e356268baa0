"""Who may see a post that is not public, or a change of it that waits: one table of role, state and page.

Its authors (those who made it or are named on it) and the editors see all of it. Everybody else learns neither its
title nor its text, by whatever page they ask; of a post that readers know, no more than readers know.
"""

import datetime

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from blog import publishing, revisions, roles
from blog.models import Post
from blog.publishing import Step
from comments.roles import HOSTS
from tests import make
from tests.blog.forms_of_posts import press
from tests.make_comments import make_comment

pytestmark = pytest.mark.django_db

# It stands in the title and the text of all that readers do not see.
SECRET = "quokkaverse"
SECRETS = (SECRET, SECRET.capitalize())
LATER = datetime.timedelta(days=2)

# What readers know already, and may see or have seen.
KNOWN = ("public", "changed", "schedule")
STATES = ("draft", "in_review", "scheduled", *KNOWN, "expired", "taken_down")
OUTSIDERS = ("another author", "another author who moderates", "moderator")
INSIDERS = ("maker", "named", "named and moderates", "editor")
ROLES = (*OUTSIDERS, *INSIDERS)

# The pages of one post, and whether a GET is an answer there.
PAGES = {
    "change": "/admin/blog/post/{}/change/",
    "history": "/admin/blog/post/{}/history/",
    "preview": "/admin/blog/post/{}/preview/",
    "preview of one": "/admin/blog/post/{}/preview/?revision=1",
    "compare": "/admin/blog/post/{}/compare/?older=1&newer=newest",
    "by number": "/admin/blog/post/{}/",
}
# What only POSTs do, and deleting, which not even its authors may in every state.
ACTS = {
    "save": "/admin/blog/post/{}/change/",
    "restore": "/admin/blog/post/{}/restore/",
    "call-off": "/admin/blog/post/{}/call-off/",
    "delete": "/admin/blog/post/{}/delete/",
}
# Pages that are not the post's, but might name it.
ELSEWHERE = (
    "/admin/",
    "/admin/blog/",
    "/admin/blog/post/",
    "/admin/blog/post/?q=quokka",
    "/admin/blog/post/?q=/2017/03/15/the-slug/",
    "/admin/blog/post/?status=published",
    "/admin/blog/post/?status=draft",
    "/admin/blog/post/?handed_in=yes",
    "/admin/blog/post/add/",
    "/admin/blog/photo/",
    "/admin/blog/author/",
    "/admin/blog/author/?q=quokka",
    "/admin/autocomplete/?app_label=blog&model_name=byline&field_name=post&term=quokka",
    "/admin/comments/comment/",
    "/admin/comments/comment/?post={}",
    "/admin/comments/comment/news/",
    "/admin/comments/decision/",
    "/admin/comments/decision/?post={}",
    "/admin/comments/decision/?post=/2017/03/15/the-slug/",
    "/admin/comments/decision/figures/",
    "/admin/comments/report/",
    "/admin/comments/thread/{}/",
    "/admin/comments/preference/",
)


def person(role: str) -> User:
    groups = {
        "another author": [roles.AUTHORS],
        "another author who moderates": [roles.AUTHORS, HOSTS],
        "moderator": [roles.MODERATORS],
        "maker": [roles.AUTHORS],
        "named": [roles.AUTHORS],
        "named and moderates": [roles.AUTHORS, HOSTS],
        "editor": [roles.EDITORS],
    }
    return make.make_staff(role.replace(" ", "-"), *groups[role])


def make_secret(state: str) -> Post:
    """A post in a state; those of `OUTSIDERS` have one of their own, which is public."""
    names = [
        make.make_author("Ada Tan", user=person("named")),
        make.make_author("Bo Lin", user=person("named and moderates")),
    ]
    for role in OUTSIDERS[:2]:
        make.make_post(f"Own of {role}", authors=[make.make_author(f"X {role.title()}", user=person(role))])
    is_known = state in KNOWN or state in ("expired", "taken_down")
    title = "What readers know" if is_known else SECRET
    post = make.make_post(
        title,
        status="published" if state in KNOWN else state,
        by=person("maker"),
        authors=names,
        slug="the-slug",
        body=f"<p>The {'public' if is_known else SECRET} text.</p>",
    )
    if is_known and state != "public":
        wait(post, "schedule" if state == "schedule" else "save")
    return post


def wait(post: Post, how: str) -> None:
    """A change of what readers know, or knew, that they do not see."""
    newest = revisions.latest(post)
    assert newest is not None
    now = timezone.now()
    step = Step(newest.number, person("maker"), now, f"About the {SECRET}")
    if how == "schedule":
        snapshot = newest.snapshot | {"title": SECRET, "body": f"<p>{SECRET}</p>"}
        publishing.schedule_edit(post, snapshot, step, now + LATER)
    elif post.status == Post.Status.PUBLISHED:
        publishing.save(post, newest.snapshot | {"title": SECRET, "body": f"<p>{SECRET}</p>"}, step)


def tells(answer: object) -> bool:
    text = getattr(answer, "content", b"").decode() + str(getattr(answer, "headers", ""))
    return any(secret in text for secret in SECRETS)


def signed_in(role: str) -> Client:
    client = Client()
    client.force_login(person(role))
    return client


@pytest.mark.parametrize("state", STATES)
class OnePostTests:
    def test_its_pages_open_to_its_authors_and_the_editors_alone(self, state: str) -> None:
        post = make_secret(state)
        for role in ROLES:
            client = signed_in(role)
            for name, address in PAGES.items():
                answer = client.get(address.format(post.pk), follow=role in INSIDERS)
                if role in INSIDERS:
                    assert answer.status_code == 200, (role, name)
                else:
                    # Django leads from the bare number to the page that then refuses.
                    assert answer.status_code == (302 if name == "by number" else 403), (role, name)
                    assert not tells(answer), (role, name)

    def test_nobody_else_can_send_anything_to_it(self, state: str) -> None:
        post = make_secret(state)
        newest = revisions.latest(post)
        assert newest is not None
        before = Post.objects.filter(pk=post.pk).values().get()
        sent = {"act": "save", "title": "Mine", "base": newest.number, "revision": "1", "post": "yes"}
        for role in OUTSIDERS:
            client = signed_in(role)
            for name, address in ACTS.items():
                answer = client.post(address.format(post.pk), sent)
                assert (answer.status_code, tells(answer)) == (403, False), (role, name)
            answer = client.post("/admin/blog/post/add/", sent | {"base": "0", "uid": str(post.uid)})
            assert (answer.status_code, tells(answer)) == (403, False), role
        assert Post.objects.filter(pk=post.pk).values().get() == before
        assert revisions.latest(post) == newest

    def test_no_other_page_of_the_staff_names_it(self, state: str) -> None:
        post = make_secret(state)
        for role in OUTSIDERS:
            client = signed_in(role)
            for address in ELSEWHERE:
                answer = client.get(address.format(post.pk))
                assert answer.status_code in (200, 204, 302, 400, 403, 404), (role, address)
                assert not tells(answer), (role, address)

    def test_nobody_who_is_not_signed_in_gets_further_than_the_door(self, state: str) -> None:
        post = make_secret(state)
        for address in [*PAGES.values(), *ACTS.values(), *ELSEWHERE]:
            answer = Client().get(address.format(post.pk))
            assert answer.status_code == 302, address
            assert answer["Location"].startswith("/admin/login/"), address

    def test_the_list_of_its_authors_and_of_editors_has_it(self, state: str) -> None:
        post = make_secret(state)
        title = Post.objects.get(pk=post.pk).title
        for role in ROLES:
            answer = signed_in(role).get("/admin/blog/post/")
            assert (answer.status_code == 200 and title in answer.text) == (role in INSIDERS), role


class PauseTests:
    @pytest.mark.parametrize("status", ["draft", "in_review", "scheduled"])
    def test_who_pauses_comments_does_not_learn_what_nobody_knows_yet(self, status: str) -> None:
        post = make.make_post(SECRET, status=status)
        assert signed_in("moderator").get(f"/admin/comments/thread/{post.pk}/").status_code == 404
        assert signed_in("moderator").post(f"/admin/comments/thread/{post.pk}/", {}).status_code == 404
        assert signed_in("editor").get(f"/admin/comments/thread/{post.pk}/").status_code == 200

    @pytest.mark.parametrize("status", ["published", "expired", "taken_down"])
    def test_what_readers_know_or_knew_can_be_paused(self, status: str) -> None:
        post = make.make_post(status=status)
        assert signed_in("moderator").get(f"/admin/comments/thread/{post.pk}/").status_code == 200


class PhotoTests:
    def test_an_author_chooses_no_photo_that_a_colleague_has_put_into_a_draft(self) -> None:
        theirs = make.make_photo()
        make.make_post(SECRET, status="draft", lead_photo=theirs.pk)
        client = signed_in("another author")
        page = client.get("/admin/blog/post/add/").content.decode()
        answer = press(client, "/admin/blog/post/add/", page=page, title="Mine", lead_photo=str(theirs.pk))
        assert answer.status_code == 422
        assert theirs.file.name not in answer.text
        assert not Post.objects.filter(title="Mine").exists()


class HostTests:
    def test_who_moderates_their_own_posts_sees_the_comments_of_no_other(self) -> None:
        post = make_secret("public")
        comment = make_comment(post, "pending", body=f"About the {SECRET}")
        for role in ("another author who moderates", "another author"):
            client = signed_in(role)
            for address in (f"/admin/comments/comment/{comment.pk}/", f"/admin/comments/comment/?post={post.pk}"):
                answer = client.get(address)
                assert not tells(answer), (role, address)
