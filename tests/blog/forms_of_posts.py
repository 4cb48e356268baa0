"""Reads the form out of a page and fills it in, as a browser does."""

from html.parser import HTMLParser
from typing import Any

from django.test import Client

CHANGE = "/admin/blog/post/{}/change/"
ADD = "/admin/blog/post/add/"


class FormReader(HTMLParser):
    """The fields of the form with one id, as they would be sent without being touched."""

    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id, self.is_inside = form_id, False
        self.fields: dict[str, list[str]] = {}
        self.acts: list[str] = []
        self._select = self._textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.is_inside = found.get("id") == self.form_id
        if not self.is_inside:
            return
        name, value = found.get("name", ""), found.get("value", "")
        if tag == "button" and name == "act":
            self.acts.append(value)
        elif tag == "input" and name:
            self._read_input(name, found)
        elif tag == "select":
            self._select, self.fields[name] = name, self.fields.get(name, [])
        elif tag == "option" and "selected" in found:
            self.fields[self._select].append(value)
        elif tag == "textarea":
            self._textarea = name
            self.fields[name] = [""]

    def _read_input(self, name: str, found: dict[str, str]) -> None:
        kind = found.get("type")
        is_sent = "checked" in found if kind in ("radio", "checkbox") else kind not in ("file", "submit")
        if is_sent:
            self.fields.setdefault(name, []).append(found.get("value", "on" if kind == "checkbox" else ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.is_inside = False
        if tag == "select":
            self._select = ""
        if tag == "textarea":
            self._textarea = ""

    def handle_data(self, text: str) -> None:
        if self.is_inside and self._textarea:
            self.fields[self._textarea][0] += text


def read(html: str, form_id: str = "post_form") -> FormReader:
    reader = FormReader(form_id)
    reader.feed(html)
    # The parser sees the line break that browsers drop behind <textarea>.
    reader.fields = {name: [value.removeprefix("\n") for value in values] for name, values in reader.fields.items()}
    return reader


def press(client: Client, address: str, act: str = "save", page: str = "", **typed: Any) -> Any:
    """Open the form (or use this page of it), type, and press a button. An empty `address` field is not sent."""
    form = read(page or client.get(address).content.decode())
    return client.post(address, {**form.fields, **typed, "act": act})
