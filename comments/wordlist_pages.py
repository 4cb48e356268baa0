"""The word lists in the hands of the staff: typed without mistakes, and tried on a text before they meet a reader's."""

import hashlib
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from comments import markup
from comments.forms import TextField, refuse_unstorable
from comments.models import WordList
from comments.wordlists import Found, Matcher, entries, faults

LONGEST_TRIED = 20_000


class WordListForm(forms.ModelForm):
    """It brings along what it showed, so that a page left open overwrites no colleague's words."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = WordList
        fields = ["entries"]
        widgets = {"entries": forms.Textarea(attrs={"rows": 20, "cols": 50})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = _digest(self.instance.entries)

    def clean_entries(self) -> str:
        typed = str(self.cleaned_data["entries"])
        refuse_unstorable(typed)
        if wrong := faults(typed):
            raise forms.ValidationError(wrong)
        return "\n".join(entries(typed))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        present = WordList.objects.get(pk=self.instance.pk).entries
        if cleaned.get("seen") != _digest(present) and cleaned.get("entries") != present:
            words = ", ".join(entries(present)) or _("nothing")
            self.add_error("entries", _("A colleague has changed this list meanwhile. It now reads: %s") % words)
            # Who has read that may save over it.
            self.data = {**self.data.dict(), "seen": _digest(present)}  # type: ignore[attr-defined]  # a QueryDict
        return cleaned


class TryingForm(forms.Form):
    text = TextField(
        label=gettext_lazy("Text"),
        is_one_line=False,
        max_length=LONGEST_TRIED,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("As a reader might write it. It is not kept."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("comments.view_wordlist", raise_exception=True)
def trying(request: HttpRequest) -> HttpResponse:
    """A box to try a text against the lists as they are saved. Nothing is stored."""
    form = TryingForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {}
    if form.is_valid():
        context = _tried(form.cleaned_data["text"])
    elif form.is_bound:
        context = {"status": 422}
    status = context.pop("status", 200)
    context |= {**admin.site.each_context(request), "title": _("Try a text"), "form": form}
    return render(request, "admin/comments/wordlist/trying.html", context, status=status)


def _tried(text: str) -> dict[str, Any]:
    found = [(words, Matcher(entries(words.entries)).find(text)) for words in WordList.objects.order_by("-kind")]
    spans = [(match.start, match.end) for _words, matches in found for match in matches]
    return {
        "is_tried": True,
        "found": [(words, _named(matches)) for words, matches in found if matches],
        "marked": markup.marked(markup.to_html(text), text, spans),
    }


def _named(matches: list[Found]) -> list[str]:
    return sorted({match.entry for match in matches})


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
