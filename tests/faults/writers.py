"""Those who change what readers see: by calling the functions, as a command does, or through the pages of the staff.

Each has a post of its own, and writes down when each act began and when it was answered. An act without an answer may
have been done or not, so nothing is promised then.
"""

import contextlib
import http.client
import random
import re
import time
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple, Protocol

from tests.faults.browser import Browser

NEVER = float("inf")
# Fewer than would need a second page of comments.
MOST_SHOWN = 20
# Of the account "desk", which does all.
PASSWORD = "a trial needs no secret"
ROW = r'id="comment-(\d+)"(?:(?!</article>).)*?{}'


class Act(NamedTuple):
    post: int
    # version: what is published; shown and hidden: a remark is approved or rejected; saved: nobody may see it.
    kind: str
    value: int
    began: float
    answered: float
    why: str = ""


class NotTaken(Exception):
    pass


class Way(Protocol):
    """Each of these raises NotTaken where nothing was answered, or no."""

    def edit(self, act: str, title: str) -> None:
        """Publish or save."""
        ...

    def say(self, words: str, email: str) -> int:
        """The id of a comment that waits."""
        ...

    def decide(self, comment: int, version: int, act: str) -> None: ...

    def close(self) -> None: ...


class ByFunctions:
    """In a process of its own, which has set up Django."""

    def __init__(self, number: int) -> None:
        from blog.models import Post
        from tests.make import make_staff

        self.post = Post.objects.get(slug=f"post-{number}")
        self.by = make_staff("desk")

    def edit(self, act: str, title: str) -> None:
        from django.utils import timezone

        from blog import publishing, revisions
        from blog.publishing import Step

        do = {"publish": publishing.publish, "save": publishing.save}[act]
        newest = self._tried(lambda: revisions.latest(self.post))
        assert newest is not None
        step = Step(newest.number, self.by, timezone.now())
        self._tried(lambda: do(self.post, newest.snapshot | {"title": title}, step))

    def say(self, words: str, email: str) -> int:
        from tests.make_comments import make_comment

        return self._tried(lambda: make_comment(self.post, "pending", body=words, email=email).pk)

    def decide(self, comment: int, version: int, act: str) -> None:
        from django.utils import timezone

        from comments import moderation
        from comments.desk.wishes import TO_STATUS

        self._tried(lambda: moderation.decide(comment, version, TO_STATUS[act], self.by, timezone.now()))

    def close(self) -> None:
        pass

    def _tried[Found](self, act: Callable[[], Found]) -> Found:
        from django.db import OperationalError

        try:
            return act()
        except OperationalError as error:
            # The database was busy for too long.
            raise NotTaken(type(error).__name__) from error


class OverTheWeb:
    """Signed in, with the token of the form; the acknowledgement is the answer that the browser gets."""

    def __init__(self, port: int, number: int, pk: int) -> None:
        self.change, self.comments = f"/admin/blog/post/{pk}/change/", f"/2017/03/15/post-{number}/comments/"
        self.staff, self.guest = Browser(port), Browser(port)

    def edit(self, act: str, title: str) -> None:
        self._sign_in()
        self._asked(302, lambda: self.staff.press(self.change, act, title=title))

    def say(self, words: str, email: str) -> int:
        before = f"{time.time_ns() // 1000}-1"
        self._asked(303, lambda: self.guest.post(self.comments, {"name": "Rita", "email": email, "body": words}))
        found = re.search(ROW.format(re.escape(words)), self._desk(f"?after={before}"), re.DOTALL)
        if found is None:
            raise NotTaken("the desk does not show it")
        return int(found[1])

    def decide(self, comment: int, version: int, act: str) -> None:
        self._desk()
        fields = {act: f"{comment}:{version}", "csrfmiddlewaretoken": self.staff.token}
        self._asked(303, lambda: self.staff.post("/admin/comments/comment/decide/", fields))

    def close(self) -> None:
        self.staff.close()
        self.guest.close()

    def _desk(self, place: str = "") -> str:
        self._sign_in()
        return str(self._asked(200, lambda: self.staff.get(f"/admin/comments/comment/{place}")).text)

    def _sign_in(self) -> None:
        if "sessionid" not in self.staff.cookies:
            self._asked(302, lambda: self.staff.sign_in("desk", PASSWORD))

    def _asked(self, status: int, ask: Callable[[], Any]) -> Any:
        try:
            answer = ask()
        except (OSError, http.client.HTTPException) as error:
            raise NotTaken(type(error).__name__) from error
        if answer.status != status:
            raise NotTaken(f"{answer.status} instead of {status}")
        return answer


class Writer:
    """One way of writing, and what it has done."""

    def __init__(self, way: Way, number: int, tell: Callable[[Act], None], made: int = 0) -> None:
        self.way, self.number, self.tell = way, number, tell
        self.made, self.answered = made, 0
        self.shown: list[tuple[int, int]] = []
        self.is_over: Callable[[], bool] = lambda: False

    def write(self, is_over: Callable[[], bool]) -> None:
        self.is_over = is_over
        while not is_over():
            self.made += 1
            random.choice((self.publish, self.publish, self.approve, self.approve, self.reject, self.save))()
            time.sleep(random.uniform(0, 0.1))
        self.way.close()

    def publish(self) -> None:
        self._did("version", self.made, partial(self.way.edit, "publish", f"Post {self.number} version {self.made}"))

    def save(self) -> None:
        self._did("saved", self.made, partial(self.way.edit, "save", f"Post {self.number} unpublished {self.made}"))

    def approve(self) -> None:
        if len(self.shown) == MOST_SHOWN:
            self.reject()
        words, email = f"This is remark {self.made} of post {self.number}.", f"r{self.number}-{self.made}@example.org"
        with contextlib.suppress(NotTaken):
            pk = self.way.say(words, email)
            if self._did("shown", self.made, partial(self.way.decide, pk, 1, "approve")):
                self.shown.append((self.made, pk))

    def reject(self) -> None:
        if self.shown:
            remark, pk = self.shown.pop(0)
            self._did("hidden", remark, partial(self.way.decide, pk, 2, "reject"))

    def _did(self, kind: str, value: int, act: Callable[[], None]) -> bool:
        """A decision without an answer is tried again, as the same one; else remarks would be left behind."""
        began, answered, why = time.monotonic(), NEVER, ""
        while answered == NEVER:
            try:
                act()
                answered = time.monotonic()
            except NotTaken as error:
                why = str(error)
                if kind not in ("shown", "hidden") or self.is_over():
                    break
                time.sleep(0.1)
        self.answered += answered != NEVER and kind != "saved"
        self.tell(Act(self.number, kind, value, began, answered, why))
        return answered != NEVER
