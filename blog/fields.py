"""What no plain field of the post's form can hold: the text, the authors in order, the regions, the lead photo."""

import datetime
from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django_prose_editor.fields import ProseEditorFormField
from django_prose_editor.widgets import AdminProseEditorWidget

from blog import bounds, markup
from blog.keysets import read_id
from blog.links_in_text import complete_links
from blog.models import Author, Byline, Photo, Region

# What the editor offers is what `blog.markup` lets through.
EXTENSIONS: dict[str, Any] = {
    "Bold": True,
    "Italic": True,
    "Strike": True,
    "Subscript": True,
    "Superscript": True,
    "Heading": {"levels": [2, 3, 4]},
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Blockquote": True,
    "HardBreak": True,
    "HorizontalRule": True,
    "Link": {"enableTarget": False, "protocols": ["http", "https", "mailto"]},
    "Table": {"resizable": False},
    "TableRow": True,
    "TableHeader": True,
    "TableCell": True,
}


class EditorWidget(AdminProseEditorWidget):  # type: ignore[misc]
    """The rich-text editor, with our own script beside it: a label for the editor, a question before leaving."""

    @property
    def media(self) -> forms.Media:
        media: forms.Media = super().media + forms.Media(js=[forms.Script("js/editing.js", defer=True)])  # type: ignore[list-item]
        return media


class BodyField(ProseEditorFormField):  # type: ignore[misc]  # the editor has no types
    """HTML in the rich-text editor, or in a plain box where there is no script."""

    def __init__(self, **kwargs: Any) -> None:
        box = EditorWidget(attrs={"rows": 24, "class": "vLargeTextField", "spellcheck": "true"})
        super().__init__(extensions=EXTENSIONS, widget=box, max_length=markup.MAX_LENGTH, **kwargs)
        self.validators.append(bounds.refuse_too_much)

    def clean(self, value: Any) -> str:
        """Only what was not refused for its size is looked through for links."""
        return complete_links(super().clean(value) or "")


class MomentField(forms.DateTimeField):
    """A date and time in the publication's own zone, as browsers ask for it.

    Of an hour that comes twice the first is meant; a time that the clocks leave out is the one they show instead.
    """

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def to_python(self, value: Any) -> datetime.datetime | None:
        try:
            naive = parse_datetime(value.strip()) if isinstance(value, str) else None
        except ValueError:
            naive = None
        if naive is None or timezone.is_aware(naive):
            return super().to_python(value)
        return naive.replace(tzinfo=timezone.get_current_timezone())


def unless_touched(typed: datetime.datetime | None, before: datetime.datetime | None) -> datetime.datetime | None:
    """Return the moment that was there before if the form still says the same; it shows no seconds, nor which hour."""
    is_same = typed and before and _as_shown(typed) == _as_shown(before)
    return before if is_same else typed


def _as_shown(at: datetime.datetime) -> datetime.datetime:
    return timezone.make_naive(at).replace(second=0, microsecond=0)


class BylinesWidget(forms.Widget):
    """A line for each author, in order, and some empty ones; two lists of values in the form that is sent."""

    template_name = "admin/blog/bylines.html"
    use_fieldset = True
    LEAST, SPARE = 3, 2
    choices: Sequence[tuple[int, str]] = ()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        lines = list(value or [])
        wanted = max(self.LEAST, len(lines) + self.SPARE)
        lines += [{"author": "", "role": Byline.Role.BY}] * (wanted - len(lines))
        return context | {"lines": lines, "choices": self.choices, "roles": Byline.Role.choices}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[dict[str, str]]:
        authors, roles = _all(data, f"{name}_author"), _all(data, f"{name}_role")
        roles += [Byline.Role.BY] * len(authors)
        return [{"author": author, "role": role} for author, role in zip(authors, roles, strict=False) if author]

    def id_for_label(self, id_: str | None) -> str:
        return ""


class BylinesField(forms.Field):
    """Ordered authors, as a snapshot keeps them."""

    widget = BylinesWidget

    def offer(self, authors: Sequence[Author]) -> None:
        self.known = {str(author.pk): author for author in authors}
        self.widget.choices = [(author.pk, author.name) for author in authors]

    def clean(self, value: Any) -> list[dict[str, Any]]:
        lines: list[dict[str, Any]] = []
        for line in value:
            author, role = self.known.get(line["author"]), line["role"]
            if author is None or role not in Byline.Role.values:
                raise ValidationError(_("One of these authors is no longer there. Please choose again."))
            if any(other["author"] == author.pk for other in lines):
                raise ValidationError(_("%(name)s stands there twice."), params={"name": author.name})
            lines.append({"author": author.pk, "role": role})
        return lines


class RegionsWidget(forms.CheckboxSelectMultiple):
    """Boxes in the order of the tree; a class says how deep each stands."""

    depths: dict[str, int]

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        option["attrs"]["class"] = f"depth-{min(self.depths.get(str(value), 0), 4)}"
        return option


class RegionsField(forms.TypedMultipleChoiceField):
    widget = RegionsWidget

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=int, **kwargs)

    def offer(self, regions: Sequence[Region]) -> None:
        tree = list(in_tree_order(regions))
        self.widget.depths = {str(region.pk): depth for region, depth in tree}
        self.choices = [(region.pk, region.name) for region, _depth in tree]

    def clean(self, value: Any) -> list[int]:
        return sorted(super().clean(value))


def in_tree_order(regions: Sequence[Region]) -> Iterator[tuple[Region, int]]:
    """Each region with its depth, its own parts right behind it."""
    children: dict[int | None, list[Region]] = {}
    for region in regions:
        children.setdefault(region.parent_id, []).append(region)
    waiting = [(region, 0) for region in reversed(children.get(None, []))]
    while waiting:
        region, depth = waiting.pop()
        yield region, depth
        waiting.extend((child, depth + 1) for child in reversed(children.get(region.pk, [])))


class LeadPhotoWidget(forms.Widget):
    """The photo the post has, none, or one of the newest."""

    template_name = "admin/blog/lead_photo.html"
    use_fieldset = True
    SHOWN = 8
    earlier: Sequence[Photo] = ()
    # Those that may be chosen at all: another author's may stand in a post that nobody has seen yet.
    open_to_writer: QuerySet[Photo] = Photo.objects.none()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        present = _photo(value, self.open_to_writer)
        earlier = [photo for photo in self.earlier if photo != present]
        return context | {"present": present, "earlier": earlier[: self.SHOWN]}

    def id_for_label(self, id_: str | None) -> str:
        return ""


class LeadPhotoField(forms.Field):
    """The id of a kept photo, or None."""

    widget = LeadPhotoWidget

    def offer(self, photos: Sequence[Photo], open_to_writer: QuerySet[Photo]) -> None:
        self.widget.earlier, self.widget.open_to_writer = photos, open_to_writer

    def clean(self, value: Any) -> int | None:
        photo = _photo(value, self.widget.open_to_writer)
        if value and photo is None:
            raise ValidationError(_("This photo is no longer there. Please choose another one."))
        return photo.pk if photo else None


def _photo(value: Any, photos: QuerySet[Photo]) -> Photo | None:
    return photos.filter(pk=read_id(str(value or ""))).first()


def _all(data: Any, name: str) -> list[str]:
    return data.getlist(name) if isinstance(data, MultiValueDict) else list(data.get(name, []))
