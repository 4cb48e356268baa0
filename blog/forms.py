"""The form in which a post is written. It shows and makes a snapshot; a post's own columns it never touches."""

import datetime
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import validate_slug
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from blog import links, markup, pictures, post_status, revisions
from blog.fields import BodyField, BylinesField, LeadPhotoField, MomentField, RegionsField, unless_touched
from blog.invisible import is_blank
from blog.models import Author, Photo, Post, Region, Revision
from blog.post_checks import PUBLISHES, TIMES, check_complete, check_times
from blog.revisions import Change, Snapshot

FIELDSETS: Sequence[tuple[Any, dict[str, Any]]] = (
    (None, {"fields": ["title", "summary", "body"]}),
    (
        _("Lead photo"),
        {
            "fields": [
                "lead_photo",
                "lead_photo_upload",
                "lead_photo_alt",
                "lead_photo_is_decorative",
                "lead_photo_caption",
                "lead_photo_credit",
            ]
        },
    ),
    (_("Who and where"), {"fields": ["bylines", "guest_note", "regions"]}),
    (_("Titles and address"), {"fields": ["short_title", "citation_title", "slug"], "classes": ["collapse"]}),
    (
        _("Publication"),
        {"fields": ["publish_at", "expire_at", "go_live_at", "is_material", "is_early_meant", "is_incomplete_meant"]},
    ),
    (_("About this step"), {"fields": ["note"]}),
    (_("Take down"), {"fields": ["takedown_sentence", "is_takedown_meant"], "classes": ["collapse"]}),
)
FOR_PUBLISHERS = (
    "slug", "publish_at", "expire_at", "go_live_at", "is_material", "takedown_sentence", "is_takedown_meant",
    "is_early_meant", "is_incomplete_meant",
)  # fmt: skip
PHOTO_TEXTS = ("lead_photo_alt", "lead_photo_caption", "lead_photo_credit")
NEEDS_ALT = {"hand_in", "publish", "schedule"}


def wide(**attrs: Any) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "vTextField"} | attrs)


def lines_field(count: int, **kwargs: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": count, "class": "vLargeTextField"})
    return forms.CharField(required=False, widget=widget, **kwargs)


class PostForm(forms.Form):
    base = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    # "live" where the form was filled with what readers see while something waits for its time.
    text = forms.CharField(widget=forms.HiddenInput, required=False)
    uid = forms.UUIDField(widget=forms.HiddenInput)
    title = forms.CharField(label=_("Title"), max_length=250, widget=wide())
    summary = lines_field(
        3, label=_("Summary"), max_length=600, help_text=_("Two or three sentences for lists, feeds and search.")
    )
    body = BodyField(label=_("Text"), required=False)
    lead_photo = LeadPhotoField(label=_("Photo"), required=False)
    lead_photo_upload = forms.FileField(
        label=_("Upload a photo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif,image/avif"}),
        help_text=_("JPEG, PNG, WebP, GIF or AVIF, up to 25 MB. Where and by which camera it was taken is removed."),
    )
    lead_photo_alt = lines_field(
        2, label=_("Alt text"), max_length=300, help_text=_("What the photo shows, for those who cannot see it.")
    )
    lead_photo_is_decorative = forms.BooleanField(
        label=_("The photo is decorative: whoever cannot see it misses nothing"), required=False
    )
    lead_photo_caption = lines_field(2, label=_("Caption"), max_length=500)
    lead_photo_credit = forms.CharField(
        label=_("Credit"), max_length=200, required=False, widget=wide(), help_text=_("Such as “Mei Lin/Agency”.")
    )
    bylines = BylinesField(
        label=_("Authors, in order"),
        required=False,
        help_text=_("“for” names the one in whose place a guest writes. Saving adds empty lines."),
    )
    guest_note = forms.CharField(
        label=_("About the guest"), max_length=300, required=False, widget=wide(), help_text=_("Who the guest is.")
    )
    regions = RegionsField(label=_("Regions"), required=False)
    short_title = forms.CharField(
        label=_("Short title"), max_length=100, required=False, widget=wide(), help_text=_("For lists.")
    )
    citation_title = forms.CharField(
        label=_("Citation title"),
        max_length=250,
        required=False,
        widget=wide(),
        help_text=_("The title with only its first word and names in capitals, as APA wants it."),
    )
    slug = forms.CharField(
        label=_("Slug"),
        max_length=links.MAX_SLUG,
        required=False,
        widget=wide(),
        help_text=_("The last part of the address. Empty: made from the title. Old addresses keep working."),
    )
    publish_at = MomentField(label=_("Publish on"), required=False)
    expire_at = MomentField(label=_("Remove from the site on"), required=False)
    go_live_at = MomentField(label=_("Publish these changes on"), required=False)
    is_early_meant = forms.BooleanField(label=_("Yes, publish now what was to wait for its time"), required=False)
    is_incomplete_meant = forms.BooleanField(label=_("Yes, publish it without these"), required=False)
    is_material = forms.BooleanField(
        label=_("This is an update readers should know of"),
        required=False,
        help_text=_("The post then says that it was updated."),
    )
    note = forms.CharField(
        label=_("Why"),
        max_length=300,
        required=False,
        widget=wide(),
        help_text=_("For your colleagues, kept in the history. When you hand a post back: what should change."),
    )
    takedown_sentence = forms.CharField(
        label=_("What readers are told"),
        max_length=300,
        required=False,
        widget=wide(),
        help_text=_("Stands at the post's address from then on."),
    )
    is_takedown_meant = forms.BooleanField(label=_("Yes, take this post down"), required=False)

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        post: Post,
        newest: Revision | None,
        by: Any,
        now: datetime.datetime,
        is_live_text: bool = False,
    ) -> None:
        self.post, self.by, self.now = post, by, now
        self.waits_until = next((edit.go_live_at for edit in revisions.waiting(post)), None) if post.pk else None
        self.is_live_text = is_live_text and self.waits_until is not None
        self.before = newest.snapshot if newest else revisions.first_snapshot(post, by)
        if self.is_live_text:
            self.before = revisions.of_post(post)
        self.has_left_photo_texts = False
        self.conflict: tuple[Revision, list[Change]] | None = None
        times = {name: revisions.moment(self.before, name) for name in TIMES}
        initial = self.before | times | {"base": newest.number if newest else 0, "uid": post.uid}
        super().__init__(data, files, initial=initial | {"text": "live" if self.is_live_text else ""})
        for name, said in self._help_with_times().items():
            self.fields[name].help_text = f"{said} ({post_status.zone_name()})"
        for name in self._not_offered():
            del self.fields[name]
        for field in self.fields.values():
            # A browser would cut what is pasted without a word; the form says that it is too long.
            field.widget.attrs.pop("maxlength", None)
        self.fields["bylines"].offer(list(Author.objects.all()))  # type: ignore[attr-defined]
        self.fields["regions"].offer(list(Region.objects.all()))  # type: ignore[attr-defined]
        newest_photos = Photo.objects.all() if self.may_publish else Photo.objects.filter(uploaded_by=by)
        own_or_present = Q(uploaded_by=by) | Q(pk=self.before["lead_photo"] or 0)
        open_to_writer = Photo.objects.all() if self.may_publish else Photo.objects.filter(own_or_present)
        self.fields["lead_photo"].offer(newest_photos[: 1 + 8], open_to_writer)  # type: ignore[attr-defined]

    @property
    def may_publish(self) -> bool:
        return bool(self.by.has_perm("blog.publish_post"))

    @property
    def fieldsets(self) -> list[tuple[Any, dict[str, Any]]]:
        """The fields that are offered, grouped; a group of which nothing is left is not shown."""
        groups = [
            (title, options | {"fields": [name for name in options["fields"] if name in self.fields]})
            for title, options in FIELDSETS
        ]
        return [(title, options) for title, options in groups if options["fields"]]

    def _not_offered(self) -> set[str]:
        if not self.may_publish:
            return set(FOR_PUBLISHERS)
        names = set()
        act, was_public = self.data.get("act"), self.post.has_been_public(self.now)
        if not was_public:
            names |= {"go_live_at", "is_material"}
        if self.post.status != Post.Status.PUBLISHED or not was_public:
            names |= {"takedown_sentence", "is_takedown_meant"}
        if self.is_live_text or not self.waits_until or act != "publish":
            names |= {"is_early_meant"}
        if was_public or act not in PUBLISHES:
            names |= {"is_incomplete_meant"}
        return names

    def _help_with_times(self) -> dict[str, Any]:
        return {
            "publish_at": _("Leave it empty to publish now, or choose a time to come and press Schedule."),
            "expire_at": _("Optional: from then on readers no longer see it."),
            "go_live_at": _("Choose a time and press Schedule. Until then readers see the current version."),
        }

    def clean_lead_photo_upload(self) -> None:
        """Keep a good photo at once, so that a mistake in another field does not cost it."""
        upload: UploadedFile | None = self.cleaned_data["lead_photo_upload"]
        if upload:
            upload.seek(0)
            photo = pictures.keep(upload, upload.name or "", self.by)
            self._put("lead_photo", str(photo.pk))
            self.cleaned_data["lead_photo"] = photo.pk

    def clean_title(self) -> str:
        title: str = self.cleaned_data["title"]
        if is_blank(title):
            raise forms.ValidationError(_("There is nothing to be seen in this title. Please type it again."))
        return title

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"].lower()
        if slug:
            validate_slug(slug)
        return slug

    def clean(self) -> None:
        super().clean()
        check_times(self)
        self._check_slug()
        self._leave_texts_with_their_photo()
        act, typed = self.data.get("act"), self.cleaned_data
        has_alt = typed.get("lead_photo_alt") or typed.get("lead_photo_is_decorative")
        if act in NEEDS_ALT and typed.get("lead_photo") and not has_alt and "lead_photo_alt" not in self.errors:
            self.add_error("lead_photo_alt", _("Please say what the photo shows, or mark it as decorative."))
        if act in PUBLISHES:
            check_complete(self)
        if self.waits_until and "is_early_meant" in self.fields and not typed.get("is_early_meant"):
            said = _(
                "These changes were to go up on %(time)s. Tick this box to publish them now, or schedule them again."
            )
            self.add_error("is_early_meant", said % {"time": post_status.spoken(self.waits_until)})
        if act == "hand_back" and not typed.get("note"):
            self.add_error("note", _("Please say what the author should change."))
        if act == "take_down" and typed.get("is_takedown_meant") is False:
            self.add_error("is_takedown_meant", _("Tick this box to say that you mean it, and press Take down again."))

    def snapshot(self) -> Snapshot:
        """The snapshot as it was typed; what this account may not write stays as it was."""
        typed = self.before | {name: self.cleaned_data[name] for name in self.before if name in self.cleaned_data}
        for name in TIMES:
            if name in self.fields:
                moment = self.moment(name)
                typed[name] = moment.isoformat() if moment else None
        return typed | {"body": markup.make_safe(typed["body"])}

    def show_conflict(self, newest: Revision) -> None:
        """Show both texts; from now on the form is based on the newest one, so that saving again is meant."""
        self.conflict = newest, revisions.compare(newest.snapshot, self.snapshot())
        self._put("base", str(newest.number))

    def moment(self, name: str) -> datetime.datetime | None:
        return unless_touched(self.cleaned_data.get(name), revisions.moment(self.before, name))

    def _leave_texts_with_their_photo(self) -> None:
        """Another photo does not take over what was written about the one before, above all not its credit."""
        typed, before = self.cleaned_data, self.before
        if not before["lead_photo"] or typed.get("lead_photo") == before["lead_photo"]:
            return
        for name in PHOTO_TEXTS:
            if before[name] and typed.get(name) == before[name]:
                typed[name] = ""
                self._put(name, "")
                self.has_left_photo_texts = True

    def _check_slug(self) -> None:
        """One that is made is made free; one that is typed is somebody's wish, and is never changed in silence."""
        slug = self.cleaned_data.get("slug")
        if slug and slug != self.before["slug"] and links.has_other_owner(slug, Post, self.post.pk):
            self.add_error("slug", links.TAKEN)

    def _put(self, name: str, value: str) -> None:
        data = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
        data[name] = value
        self.data = data
