"""The publication, and what stands around its posts: authors, regions, photos and plain pages."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog import citations
from blog.paths import path
from blog.regions import Tree

NAMELESS = _("A new publication")


class PublicationManager(models.Manager["Publication"]):
    def current(self) -> "Publication":
        """The one publication, or a nameless one before `manage.py setup` was run."""
        return self.filter(pk=Publication.ONLY).first() or Publication(name=str(NAMELESS))


class Publication(models.Model):
    """The masthead. There is one row."""

    ONLY = 1

    presenter = models.CharField(_("presenter"), max_length=100, blank=True, help_text=_("Stands above the name."))
    name = models.CharField(_("name"), max_length=100, default=NAMELESS)
    tagline = models.CharField(_("tagline"), max_length=250, blank=True)
    publisher = models.CharField(
        _("publisher"), max_length=150, blank=True, help_text=_("Named in citations, if it differs from the name.")
    )

    objects = PublicationManager()

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publication")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="blog_one_publication")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = self.ONLY
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return path("blog:home")


class Author(models.Model):
    """A person or an organisation that signs posts, with or without an account."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="author",
        verbose_name=_("account"),
        help_text=_("Only if this author signs in here. Posts that name the author then open to that account."),
    )
    is_organisation = models.BooleanField(_("is an organisation"), default=False)
    family_name = models.CharField(
        _("family name"), max_length=100, help_text=_("For an organisation, the whole name.")
    )
    given_name = models.CharField(_("given name"), max_length=100, blank=True)
    particle = models.CharField(_("particle"), max_length=30, blank=True, help_text=_("Such as “van der” or “von”."))
    suffix = models.CharField(_("suffix"), max_length=30, blank=True, help_text=_("Such as “Jr.”"))
    is_family_first = models.BooleanField(_("family name first"), default=False, help_text=_("As in “Park Geun-hye”."))
    slug = models.SlugField(_("slug"), max_length=100, unique=True)
    role = models.CharField(_("role"), max_length=150, blank=True, help_text=_("Such as “Senior fellow”."))
    biography = models.CharField(_("biography"), max_length=500, blank=True, help_text=_("One line, shown at posts."))

    class Meta:
        verbose_name = _("author")
        verbose_name_plural = _("authors")
        ordering = ["family_name", "given_name", "pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return path("blog:author", self.slug)

    @property
    def citation_name(self) -> citations.Name:
        return citations.Name(
            family=self.family_name,
            given=self.given_name,
            particle=self.particle,
            suffix=self.suffix,
            is_organisation=self.is_organisation,
            family_first=self.is_family_first,
        )

    @property
    def name(self) -> str:
        return self.citation_name.display


class RegionQuerySet(models.QuerySet["Region"]):
    def tree(self) -> Tree:
        return Tree(self)


class Region(models.Model):
    """A place in the tree of regions; a post of a region is also a post of all regions above it."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    slug = models.SlugField(_("slug"), max_length=100, unique=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    description = models.CharField(_("description"), max_length=300, blank=True)

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return path("blog:region", self.slug)

    def clean(self) -> None:
        if self.pk and self.parent_id and self.parent_id in Region.objects.tree().below(self):
            raise ValidationError({"parent": _("A region cannot be part of itself or of a region within it.")})


class Photo(models.Model):
    """A picture as it was kept: decoded, turned upright, re-encoded without its metadata (`blog.pictures`)."""

    file = models.ImageField(_("file"), upload_to="photos/%Y/%m/", width_field="width", height_field="height")
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+", db_index=False
    )
    uploaded_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["uploaded_by", "-id"], name="blog_photo_own")]

    def __str__(self) -> str:
        return str(self.file).rpartition("/")[2]


class Page(models.Model):
    """A plain page, such as About."""

    title = models.CharField(_("title"), max_length=200)
    slug = models.SlugField(_("slug"), max_length=100, unique=True)
    body = models.TextField(_("body"), blank=True)
    is_public = models.BooleanField(_("public"), default=True)
    position = models.PositiveSmallIntegerField(
        _("position"), default=0, help_text=_("Its place at the foot of every page; lower comes first.")
    )
    saved_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        ordering = ["position", "title"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return path("blog:page", self.slug)
