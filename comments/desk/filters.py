"""The row of the desk's views with their counts, and the form that narrows a list."""

import datetime
from dataclasses import replace
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from blog.models import Author, Post, Region
from blog.regions import Nested
from comments import access
from comments.desk import lists, lookup
from comments.desk.places import ALL, REPORTED, TABS, WAITING, YOURS, Place
from comments.models import Comment, Preference

Status = Comment.Status
LABELS = {
    WAITING: gettext_lazy("Waiting"),
    Status.APPROVED: gettext_lazy("Approved"),
    Status.REJECTED: gettext_lazy("Rejected"),
    Status.SPAM: gettext_lazy("Spam"),
    REPORTED: gettext_lazy("Reported"),
}
SIGNALS = (
    ("block", gettext_lazy("blocked words")),
    ("notice", gettext_lazy("words to look at")),
    ("links", gettext_lazy("links")),
    ("repeated", gettext_lazy("sent before")),
    ("network", gettext_lazy("many from one connection")),
    ("honeypot", gettext_lazy("a hidden field")),
    ("too-fast", gettext_lazy("too fast")),
    ("impersonation", gettext_lazy("a name of the staff")),
    ("script", gettext_lazy("other letters than the post's")),
    ("bad-record", gettext_lazy("often declined before")),
    ("good-record", gettext_lazy("often approved before")),
    ("learned", gettext_lazy("like others before")),
    ("not-checked", gettext_lazy("not checked")),
)
AGES = (
    (4, gettext_lazy("four hours")),
    (24, gettext_lazy("a day")),
    (48, gettext_lazy("two days")),
    (168, gettext_lazy("a week")),
)
MOST_AUTHORS = 500
ANY = ("", gettext_lazy("all"))


class FilterForm(forms.Form):
    """What a list can be narrowed to. It is sent by GET, so that a list has an address."""

    q = forms.CharField(label=gettext_lazy("Words in it"), required=False, max_length=200)
    who = forms.CharField(label=gettext_lazy("Commenter"), required=False, max_length=200)
    region = forms.ChoiceField(label=gettext_lazy("Region"), required=False)
    author = forms.ChoiceField(label=gettext_lazy("Author of the post"), required=False)
    signal = forms.ChoiceField(label=gettext_lazy("Noticed"), required=False, choices=[ANY, *SIGNALS])
    outlook = forms.ChoiceField(
        label=pgettext_lazy("of a comment", "Looks"), required=False, choices=[ANY, *Comment.Outlook.choices]
    )
    older = forms.ChoiceField(label=gettext_lazy("Older than"), required=False, choices=[("", "—"), *AGES])
    kind = forms.ChoiceField(label=gettext_lazy("Asks for"), required=False, choices=[ANY, *Comment.Waits.choices])
    order = forms.ChoiceField(label=gettext_lazy("Order"), required=False, choices=Preference.Order.choices)
    asked = forms.BooleanField(
        label=gettext_lazy("A colleague was asked"), required=False, widget=forms.CheckboxInput(attrs={"value": "1"})
    )

    def __init__(self, place: Place, liked: str, user: Any) -> None:
        wanted = {**place.filters, "order": place.order or liked, "asked": bool(place.asked)}
        super().__init__(initial=wanted, auto_id="filter-%s")
        if user.has_perm(lookup.REVEALS):
            self.fields["q"].label = _("Words in it, or an address")
            self.fields["who"].label = _("Commenter, by name or address")
        if place.tab != WAITING:
            del self.fields["kind"], self.fields["order"]
        if access.is_host(user):
            # Their own posts are few, and others' authors are nothing to them.
            del self.fields["region"], self.fields["author"]
        else:
            self.fields["region"] = _choice(self.fields["region"], _indented(Region.objects.tree().nested()))
            authors = Author.objects.order_by("family_name", "given_name")[:MOST_AUTHORS]
            self.fields["author"] = _choice(self.fields["author"], [(str(one.pk), str(one)) for one in authors])


def form(place: Place, liked: str, user: Any) -> dict[str, Any]:
    """What the template of the filters shows: the form, what it carries along, and the way out of it."""
    post = None
    if place.post:
        posts = Post.objects.own(user) if access.is_host(user) else Post.objects.known_to(user, timezone.now())
        post = posts.filter(pk=place.post).only("title").first()
    by = access.visible(user, Comment.objects.filter(pk=place.by)).only("name").first() if place.by else None
    carried = Place(tab=place.tab, face=ALL, post=place.post, by=place.by).fields
    clean = Place(tab=place.tab, face=place.face)
    return {
        "form": FilterForm(place, liked, user),
        "carried": carried,
        "post": post,
        "without_post_url": replace(place, post=None, after="").url(),
        "by": by,
        "without_by_url": replace(place, by=None, after="").url(),
        "clear_url": clean.url() if place.filters else "",
        "is_used": bool(place.filters),
    }


def views(place: Place, user: Any, now: datetime.datetime) -> dict[str, Any]:
    """The views with their counts, and the two faces of what waits for who decides."""
    tabs = [
        {
            "label": LABELS[tab],
            "count": lists.count(tab, user, now),
            "url": Place(tab).url(),
            "is_current": tab == place.tab,
        }
        for tab in TABS
    ]
    faces: list[dict[str, Any]] = []
    if place.tab == WAITING and access.decides_any(user):
        words = {YOURS: _("Handed to you"), ALL: _("Everything that waits")}
        faces = [
            {"label": label, "url": Place(face=face).url(), "is_current": place.is_yours == (face == YOURS)}
            for face, label in words.items()
        ]
    return {"tabs": tabs, "faces": faces}


def _choice(field: forms.Field, choices: list[tuple[str, str]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=field.label, required=False, choices=[ANY, *choices])


def _indented(nested: Nested, depth: int = 0) -> list[tuple[str, str]]:
    found = []
    for region, within in nested:
        found += [(str(region.pk), f"{'– ' * depth}{region.name}"), *_indented(within, depth + 1)]
    return found
