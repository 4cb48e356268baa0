"""A browser over a real connection: it keeps cookies, and says that its requests come from a page of ours."""

import http.client
import re
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from tests.blog.forms_of_posts import read

# As a form of Django's admin or of the desk has it.
CSRF = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')

type Fields = dict[str, str] | dict[str, list[str]]


@dataclass
class Answer:
    status: int
    text: str


class Browser:
    """Raises OSError or HTTPException where no whole answer came."""

    def __init__(self, port: int, timeout: float = 30) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
        self.cookies: dict[str, str] = {}
        # Of the last form that was seen.
        self.token = ""

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, fields: Fields) -> Answer:
        return self._ask("POST", path, urlencode(fields, doseq=True))

    def sign_in(self, username: str, password: str) -> Answer:
        self.get("/admin/login/")
        typed = {"username": username, "password": password, "csrfmiddlewaretoken": self.token}
        return self.post("/admin/login/", typed)

    def press(self, path: str, act: str, **typed: str) -> Answer:
        """Open the form of a post, type into it and press a button."""
        form = self.get(path)
        if form.status != 200:
            return form
        touched = {name: [value] for name, value in typed.items()}
        return self.post(path, {**read(form.text).fields, **touched, "act": [act]})

    def close(self) -> None:
        self.connection.close()

    def _ask(self, method: str, path: str, body: str | None = None) -> Answer:
        headers = {"Sec-Fetch-Site": "same-origin"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
            text = answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException):
            self.connection.close()
            raise
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: cookie.value for name, cookie in SimpleCookie(line).items()}
        if found := CSRF.search(text):
            self.token = found[1]
        return Answer(answer.status, text)
