"""The form under a post, the same one for everybody; and what the forms of readers are made of."""

import math
import re
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator, URLValidator
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from blog.invisible import is_blank
from comments.models import Policy
from comments.submission import LONGEST_NAME, Words

SHORTEST = 2
# What promises mail, and is shown only where mail works.
BOXES = ("notify_decision", "notify_replies")
# Also as it is compared, in small letters, of which some are two.
LONGEST_ADDRESS = 254
LARGEST_VERSION = 2**31 - 1
UNSEEN = re.compile(r"[\x01-\x08\x0e-\x1f\x7f\x80-\x9f]")


def refuse_unstorable(text: str) -> None:
    if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValidationError(_("There is a character in this text that cannot be stored. Please type it anew."))


def refuse_length(body: str, longest: int) -> None:
    if len(body) < SHORTEST:
        raise ValidationError(_("Please write a little more."))
    if (over := len(body) - longest) > 0:
        raise ValidationError(
            ngettext(
                "A comment can have %(longest)s characters. Please shorten yours by %(over)s character.",
                "A comment can have %(longest)s characters. Please shorten yours by %(over)s characters.",
                over,
            )
            % {"longest": f"{longest:,}", "over": f"{over:,}"}
        )


class TextField(forms.CharField):
    """Text as it was typed, without what cannot be seen or stored."""

    def __init__(self, *, is_one_line: bool = True, **options: Any) -> None:
        self.is_one_line = is_one_line
        super().__init__(**options)
        self.validators = [each for each in self.validators if not isinstance(each, ProhibitNullCharactersValidator)]

    def to_python(self, value: Any) -> str:
        text = str(value or "")
        refuse_unstorable(text)
        text = re.sub(r"\r\n?|\x0b|\x0c", "\n", text)
        text = UNSEEN.sub("", text)
        text = " ".join(text.split()) if self.is_one_line else text.strip()
        return "" if is_blank(text) else text


class TrapField(forms.Field):
    """What only a machine fills in. To be called `subject`, which says nothing to a browser that fills in forms."""

    def __init__(self) -> None:
        unseen = forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"})
        super().__init__(label=gettext_lazy("Leave this field empty"), required=False, widget=unseen)


class AddressInput(forms.EmailInput):
    def __init__(self, attrs: Any = None) -> None:
        super().__init__({"autocomplete": "email", "autocapitalize": "none", "spellcheck": "false", **(attrs or {})})


class VersionField(forms.IntegerField):
    """The version of a comment that a page showed, brought along by its form."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=1, max_value=LARGEST_VERSION, widget=forms.HiddenInput, **options)


class ReaderForm(forms.Form):
    """A form that stands within a <form> of ours, on a page without a token; no person sees the trap that some have."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = f"{type(self).__name__.removesuffix('Form').lower()}-%s"

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper(self)
        helper.form_tag = False
        helper.disable_csrf = True
        if "subject" in self.fields:
            shown = [name for name in self.fields if name != "subject"]
            helper.layout = Layout(*shown, Div("subject", css_class="hp-field", aria_hidden="true"))
        return helper


class CommentForm(ReaderForm):
    name = TextField(
        label=gettext_lazy("Name"),
        max_length=LONGEST_NAME,
        help_text=gettext_lazy("A pen name is welcome."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("Please give a name. A pen name will do.")},
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=LONGEST_ADDRESS,
        widget=AddressInput,
        error_messages={
            "required": gettext_lazy("Please give your e-mail address. It is never shown."),
            "invalid": gettext_lazy("Please give an e-mail address like name@example.org."),
        },
    )
    website = forms.URLField(
        label=gettext_lazy("Website"),
        required=False,
        max_length=200,
        validators=[refuse_unstorable],
        widget=forms.URLInput(attrs={"autocomplete": "url"}),
        error_messages={"invalid": gettext_lazy("Please give an address like https://example.org, or none.")},
    )
    body = TextField(
        label=gettext_lazy("Comment"),
        is_one_line=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": gettext_lazy("Please write your comment.")},
    )
    notify_decision = forms.BooleanField(label=gettext_lazy("Tell me by e-mail what is decided"), required=False)
    notify_replies = forms.BooleanField(label=gettext_lazy("Tell me by e-mail of replies to it"), required=False)
    subject = TrapField()
    parent = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    seconds = forms.Field(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, policy: Policy, is_account: bool = False, **kwargs: Any) -> None:
        """`is_account`: the name and the address come from an account, whatever was typed in their place."""
        super().__init__(*args, **kwargs)
        self.policy, self.is_account = policy, is_account
        self.fields["email"].required = policy.is_email_required
        self.fields["email"].help_text = _explained()
        if not policy.has_website:
            del self.fields["website"]
        if not settings.MAIL_WORKS:
            for name in BOXES:
                del self.fields[name]
        self.fields["body"].widget.attrs["data-longest"] = policy.max_length
        if is_account:
            for name in ("name", "email"):
                ignored = self.fields[name]
                self.fields[name] = forms.Field(
                    required=False, label=ignored.label, help_text=ignored.help_text, widget=ignored.widget
                )

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        refuse_length(body, self.policy.max_length)
        return body

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"] or ""
        if not self.is_account and len(email.casefold()) > LONGEST_ADDRESS:
            raise ValidationError(self.fields["email"].error_messages["invalid"])
        return email

    def clean_website(self) -> str:
        website: str = self.cleaned_data["website"]
        if website:
            URLValidator(schemes=["http", "https"], message=self.fields["website"].error_messages["invalid"])(website)
        return website

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        is_to_be_told = any(typed.get(name) for name in BOXES)
        if is_to_be_told and typed.get("email") == "" and not self.is_account:
            self.add_error("email", _("Give an address to be told at, or take away the mark at the box."))
        return typed

    def parent_id(self) -> int | None:
        """The comment answered; 0, which no comment has, for what is no number."""
        return 0 if "parent" in self.errors else self.cleaned_data.get("parent")

    def answer_nobody(self) -> None:
        """So that what is sent again stands on its own."""
        self.data = {**self.data.dict(), "parent": ""}  # type: ignore[attr-defined]  # a QueryDict
        self.errors.pop("parent", None)

    def words(self) -> Words:
        typed = self.cleaned_data
        return Words(
            name=typed["name"] or "",
            email=typed["email"] or "",
            website=typed.get("website", ""),
            body=typed["body"],
            parent=typed["parent"],
            notify_decision=typed.get("notify_decision", False),
            notify_replies=typed.get("notify_replies", False),
            honeypot=typed["subject"] or "",
            seconds=_measured(typed["seconds"]),
        )


def blank_form(typed: QueryDict) -> CommentForm:
    """A form with these words in it, unjudged, made without asking the database what it wants."""
    policy = Policy(is_email_required=False, has_website=bool(typed.get("website")))
    return CommentForm(initial=typed.dict(), policy=policy)


def _measured(seconds: str | None) -> float | None:
    """What a script measured between the first touch and the sending; whatever else stands there was not measured."""
    try:
        measured = float(seconds or "")
    except ValueError:
        return None
    return measured if math.isfinite(measured) and measured >= 0 else None


def _explained() -> str:
    if settings.MAIL_WORKS:
        return _("Never shown. It is used only to tell you what you ask for below.")
    return _("Never shown and never passed on.")
