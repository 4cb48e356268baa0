"""The forms on a commenter's own page; each of them brings along the version of the comment that its page showed."""

from typing import Any, Self

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from comments.forms import ReaderForm, TextField, VersionField, refuse_length

LONGEST_APPEAL = 2_000


class ActForm(ReaderForm):
    """What asks for nothing but the version."""

    version = VersionField(error_messages={"required": gettext_lazy("Please send it again from here.")})

    def shown_anew(self, version: int) -> Self:
        """The same words, beside the comment's present state."""
        self.data = {**self.data.dict(), "version": version}  # type: ignore[attr-defined]  # a QueryDict
        return self


class ChangeForm(ActForm):
    body = TextField(
        label=gettext_lazy("Your words"),
        is_one_line=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": gettext_lazy("Please write your comment.")},
    )

    def __init__(self, *args: Any, longest: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.longest = longest

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        if self.longest is not None:
            refuse_length(body, self.longest)
        return body


class AppealForm(ActForm):
    words = TextField(
        label=gettext_lazy("Why should we look again? (optional)"),
        required=False,
        is_one_line=False,
        max_length=LONGEST_APPEAL,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


def blank_form(request: HttpRequest) -> ActForm:
    """A form with what was sent in it, unjudged."""
    forms_of: dict[str, type[ActForm]] = {"change": ChangeForm, "appeal": AppealForm}
    return forms_of.get(request.POST.get("act", ""), ActForm)(initial=request.POST.dict())
