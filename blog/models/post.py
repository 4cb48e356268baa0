"""Posts, who signs them, and where they belong."""

import datetime
import uuid
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.models.publication import Author, Photo, Region
from blog.paths import path


class PostQuerySet(models.QuerySet["Post"]):
    def published(self, now: datetime.datetime) -> Self:
        """What readers may see at a moment. Nothing else in the project decides this (`Post.is_published` agrees)."""
        # Not "at or before": of several upper ends SQLite enters an index at the first, and a list's page has a nearer.
        has_begun = Q(publish_at__lt=now) | Q(publish_at=now)
        has_not_ended = Q(expire_at__isnull=True) | Q(expire_at__gt=now)
        found = self.filter(has_begun, has_not_ended, status=Post.Status.PUBLISHED)
        return found.alias(listed_at=F("publish_at"), listed_pk=F("pk"))

    def upcoming(self, now: datetime.datetime) -> Self:
        """What `published` will let in later."""
        return self.filter(status=Post.Status.PUBLISHED, publish_at__gt=now)

    def expiring(self, now: datetime.datetime) -> Self:
        """What `published` lets in, now or later, and not for ever."""
        return self.filter(status=Post.Status.PUBLISHED, expire_at__gt=now)

    def once_public(self, now: datetime.datetime) -> Self:
        """What readers could see at some time until now; `Post.has_been_public` agrees."""
        return self.filter(first_public_at__lte=now)

    def newest_first(self) -> Self:
        """What is published in the order of lists, as the index of the list tells it."""
        return self.order_by("-listed_at", "-listed_pk")

    def in_regions(self, regions: list[int]) -> Self:
        """The posts of any of these regions, by their ids; for a whole region, `Tree.below` names them.

        Those of a single one are found by its own index; of several, by going through all posts from the newest on,
        for many of them are in one of these.
        """
        if len(regions) > 1:
            within = Placing.objects.filter(post_id=models.OuterRef("pk"), region_id__in=regions)
            return self.filter(models.Exists(within))
        found = self.filter(placings__region__in=regions, placings__publish_at__isnull=False)
        return found.alias(listed_at=F("placings__publish_at"), listed_pk=F("placings__post_id"))

    def by_author(self, author: Author | models.OuterRef) -> Self:
        found = self.filter(bylines__author=author, bylines__publish_at__isnull=False)
        return found.alias(listed_at=F("bylines__publish_at"), listed_pk=F("bylines__post_id"))

    def with_all(self) -> Self:
        """All that a post's page shows, in a fixed number of queries."""
        return self.with_bylines().prefetch_related("regions")

    def with_bylines(self) -> Self:
        named = models.Prefetch("bylines", Byline.objects.select_related("author"))
        return self.select_related("lead_photo").prefetch_related(named)

    def with_cards(self) -> Self:
        """All that a card in a list shows, in a fixed number of queries."""
        return self.with_bylines().defer("body")

    def editable_by(self, user: Any) -> Self:
        """The posts an account may write: all for editors, else those it made or is named on."""
        return self if user.has_perm("blog.publish_post") else self.own(user)

    def own(self, user: Any) -> Self:
        """The posts an account made or is named on."""
        named = Byline.objects.filter(post_id=models.OuterRef("pk"), author__user=user)
        return self.filter(Q(created_by=user) | models.Exists(named))

    def known_to(self, user: Any, now: datetime.datetime) -> Self:
        """The posts whose title an account may read: what it may write, and what readers know or knew."""
        if user.has_perm("blog.publish_post"):
            return self
        return self.filter(Q(pk__in=self.model.objects.own(user).values("pk")) | Q(first_public_at__lte=now))

    def newest_editable_by(self, user: Any, most: int) -> Self:
        """The newest of them: found by what the account made and signed, not by asking of each post there is."""
        if user.has_perm("blog.publish_post"):
            return self
        made = Post.objects.filter(created_by=user).order_by("-pk").values_list("pk", flat=True)
        author = Author.objects.filter(user=user).values("pk")[:1]
        signed = Byline.objects.filter(author=author).order_by("-post_id")
        return self.filter(pk__in={*made[:most], *signed.values_list("post_id", flat=True)[:most]})


class Post(models.Model):
    """A post. Its columns are what readers see, or would see; what is being written lives in its revisions."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        IN_REVIEW = "in_review", _("in review")
        PUBLISHED = "published", _("published")
        TAKEN_DOWN = "taken_down", _("taken down")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.DRAFT, editable=False)
    title = models.CharField(_("title"), max_length=250)
    short_title = models.CharField(_("short title"), max_length=100, blank=True)
    slug = models.SlugField(_("slug"), max_length=110, unique=True)
    summary = models.TextField(_("summary"), max_length=600, blank=True)
    body = models.TextField(_("text"), blank=True)
    citation_title = models.CharField(_("citation title"), max_length=250, blank=True)
    guest_note = models.CharField(_("about the guest"), max_length=300, blank=True)
    authors = models.ManyToManyField(Author, through="Byline", related_name="posts")
    regions = models.ManyToManyField(Region, through="Placing", related_name="posts", blank=True)
    lead_photo = models.ForeignKey(Photo, models.PROTECT, null=True, blank=True, related_name="+")
    lead_photo_alt = models.CharField(_("alt text"), max_length=300, blank=True)
    lead_photo_is_decorative = models.BooleanField(_("decorative"), default=False)
    lead_photo_caption = models.CharField(_("caption"), max_length=500, blank=True)
    lead_photo_credit = models.CharField(_("credit"), max_length=200, blank=True)
    publish_at = models.DateTimeField(null=True, blank=True, editable=False)
    expire_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Stored, so that a change of TIME_ZONE never moves an address.
    published_date = models.DateField(null=True, blank=True, editable=False)
    # When it first was, or will be, public: in the past, the address must answer for ever.
    first_public_at = models.DateTimeField(null=True, blank=True, editable=False)
    modified_at = models.DateTimeField(null=True, blank=True, editable=False)
    handed_in_at = models.DateTimeField(null=True, blank=True, editable=False)
    takedown_sentence = models.CharField(max_length=300, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["-pk"]
        permissions = [("publish_post", _("Can publish, schedule and take down posts"))]
        indexes = [
            models.Index(
                models.F("publish_at").desc(),
                models.F("id").desc(),
                condition=Q(status="published"),
                name="blog_post_newest",
            ),
            models.Index(fields=["published_date"], name="blog_post_date"),
            # What the staff's list can be narrowed to. Nearly all are published: for those SQLite must find no index
            # here, or it would take it for readers' lists too, and sort them.
            models.Index(fields=["-id"], condition=Q(status="draft"), name="blog_post_draft"),
            models.Index(fields=["-id"], condition=Q(status="in_review"), name="blog_post_in_review"),
            models.Index(fields=["-id"], condition=Q(status="taken_down"), name="blog_post_taken_down"),
            models.Index(fields=["-id"], condition=Q(handed_in_at__isnull=False), name="blog_post_handed_in"),
            models.Index(fields=["created_by", "-id"], name="blog_post_own"),
            models.Index(
                fields=["expire_at"],
                condition=Q(status="published", expire_at__isnull=False),
                name="blog_post_expiring",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="published") | Q(publish_at__isnull=False, published_date__isnull=False),
                name="blog_published_has_a_date",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The permalink; only a post that was given a date has one."""
        assert self.published_date is not None
        day = self.published_date
        return path("blog:post", f"{day:%Y}", f"{day:%m}", f"{day:%d}", self.slug)

    def is_published(self, now: datetime.datetime) -> bool:
        """One row's answer to `PostQuerySet.published`; a test runs one table of cases through both."""
        return (
            self.status == self.Status.PUBLISHED
            and self.publish_at is not None
            and self.publish_at <= now
            and (self.expire_at is None or self.expire_at > now)
        )

    def has_been_public(self, now: datetime.datetime) -> bool:
        return self.first_public_at is not None and self.first_public_at <= now

    @property
    def is_updated(self) -> bool:
        """Whether readers are told of an update: only if it was on another day."""
        return bool(self.modified_at and self.published_date) and (
            timezone.localdate(self.modified_at) != self.published_date
        )

    @property
    def display_title(self) -> str:
        return self.short_title or self.title


class Byline(models.Model):
    """An author's place on a post: "by" it, or the one for whom a guest wrote it."""

    class Role(models.TextChoices):
        BY = "by", _("by")
        FOR = "for", _("for")

    post = models.ForeignKey(Post, models.CASCADE, related_name="bylines")
    author = models.ForeignKey(Author, models.PROTECT, related_name="bylines", db_index=False)
    role = models.CharField(max_length=3, choices=Role.choices, default=Role.BY)
    position = models.PositiveSmallIntegerField(default=0)
    # Its post's, so that an author's newest posts are found without looking at all others.
    publish_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["post", "author"], name="blog_named_once")]
        indexes = [
            models.Index(fields=["author", "-publish_at", "-post"], name="blog_byline_newest"),
            models.Index(fields=["author", "-post"], name="blog_byline_own"),
        ]

    def __str__(self) -> str:
        return f"{self.post} · {self.role} {self.author}"


class Placing(models.Model):
    """A post's place in a region."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="placings")
    region = models.ForeignKey(Region, models.CASCADE, related_name="placings", db_index=False)
    # Its post's, as in Byline.
    publish_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        db_table = "blog_post_regions"
        unique_together = [("post", "region")]
        indexes = [models.Index(fields=["region", "-publish_at", "-post"], name="blog_placing_newest")]

    def __str__(self) -> str:
        return f"{self.post} · {self.region}"
