"""The staff's pages for comments. The queue, the record and a post's comments have pages of their own."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog import pages
from blog.fields import BodyField
from blog.markup import make_safe
from comments import access, deleting, figures, pausing, preferences, record, reports_desk, wordlist_pages, wordlists
from comments.desk import aside, deciding, news, reading, writing
from comments.models import Comment, Decision, Policy, Preference, Reason, Report, Thread, WordList


class OwnPages(admin.ModelAdmin):
    """Nothing is added, changed or deleted through Django's own forms, which cannot know which version was seen."""

    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Comment)
class CommentAdmin(OwnPages):
    def get_urls(self) -> list[URLPattern]:
        within = self.admin_site.admin_view
        return [
            path("", within(reading.desk), name="comments_comment_changelist"),
            path("decide/", within(deciding.decide), name="comments_comment_decide"),
            path("keys/", within(deciding.keys), name="comments_comment_keys"),
            path("news/", within(news.news), name="comments_comment_news"),
            path("aside/", within(aside.aside), name="comments_comment_aside"),
            path("<int:comment_id>/", within(reading.one), name="comments_comment_change"),
            *(
                path(f"<int:comment_id>/{what}/", within(writing.write), {"what": what}, f"comments_comment_{what}")
                for what in writing.ACTS
            ),
            path("<int:comment_id>/delete/", within(deleting.delete), name="comments_comment_delete"),
        ]


@admin.register(Decision)
class DecisionAdmin(OwnPages):
    def get_urls(self) -> list[URLPattern]:
        within = self.admin_site.admin_view
        return [
            path("", within(record.record), name="comments_decision_changelist"),
            path("csv/", within(record.exported), name="comments_decision_csv"),
            path("figures/", within(figures.page), name="comments_decision_figures"),
        ]


@admin.register(Report)
class ReportAdmin(OwnPages):
    def get_urls(self) -> list[URLPattern]:
        within = self.admin_site.admin_view
        return [
            path("", within(reports_desk.reported), name="comments_report_changelist"),
            path("<int:report_id>/", within(reports_desk.answer), name="comments_report_change"),
        ]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever decides about comments answers what is said against them."""
        return access.decides_any(request.user)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return access.decides_any(request.user)


@admin.register(Thread)
class ThreadAdmin(OwnPages):
    def get_urls(self) -> list[URLPattern]:
        return [path("<int:post_id>/", self.admin_site.admin_view(pausing.pausing), name="comments_thread_change")]

    def has_module_permission(self, request: HttpRequest) -> bool:
        """It is reached from the post it belongs to."""
        return False


@admin.register(Preference)
class PreferenceAdmin(OwnPages):
    """Everybody on the staff has one of their own, and sees no other."""

    def get_urls(self) -> list[URLPattern]:
        within = self.admin_site.admin_view
        return [path("", within(preferences.preference), name="comments_preference_changelist")]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Who neither writes nor decides hears of nothing."""
        return access.decides_any(request.user) or request.user.has_module_perms("blog")


FLOOD_FIELDS = ("seconds_between", "most_in_ten_minutes", "noticed_from_network", "most_from_network")


class PolicyForm(forms.ModelForm):
    guidelines = BodyField(
        label=capfirst(Policy._meta.get_field("guidelines").verbose_name),
        help_text=Policy._meta.get_field("guidelines").help_text,
        required=False,
    )

    class Meta:
        model = Policy
        # What a pause says has a page of its own, for more people.
        exclude = ("paused_until", "pause_sentence", "opens_at", "closes_at")  # noqa: DJ006

    def clean_guidelines(self) -> str:
        return make_safe(self.cleaned_data["guidelines"])


@admin.register(Policy)
class PolicyAdmin(admin.ModelAdmin):
    """One row, made when it is first saved."""

    form = PolicyForm
    actions = None
    fieldsets = (
        (None, {"fields": ("is_open", "days_to_close")}),
        (gettext_lazy("What readers are told"), {"fields": ("statement", "guidelines")}),
        (gettext_lazy("What they are asked"), {"fields": ("is_email_required", "has_website", "max_length")}),
        (gettext_lazy("The staff"), {"fields": ("goal_hours", "is_approved_by_mail", "figures_for")}),
        (gettext_lazy("Addresses"), {"fields": ("days_to_keep_addresses",)}),
        (gettext_lazy("Against floods"), {"fields": FLOOD_FIELDS}),
    )

    def get_urls(self) -> list[URLPattern]:
        pause = self.admin_site.admin_view(pausing.pausing_everywhere)
        return [path("pause/", pause, name="comments_policy_pause"), *super().get_urls()]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return HttpResponseRedirect(reverse("admin:comments_policy_change", args=[Policy.ONLY]))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Policy | None:
        return Policy.objects.current() if object_id == str(Policy.ONLY) else None

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001
        # Only what this form shows: it must not end a pause that began while it was open.
        Policy.objects.get_or_create(pk=Policy.ONLY)
        obj.save(update_fields=list(form.cleaned_data))
        pages.changed("policy")

    def response_post_save_change(self, request: HttpRequest, obj: Policy) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse("admin:index"))


@admin.register(Reason)
class ReasonAdmin(admin.ModelAdmin):
    list_display = ("label", "words", "is_in_use", "position")
    list_filter = ("is_in_use",)
    actions = None
    fields = ("label", "words", "as_read", "position", "is_in_use", "code")

    def get_readonly_fields(self, request: HttpRequest, obj: Reason | None = None) -> tuple[str, ...]:
        return ("code", "as_read") if obj else ("as_read",)

    @admin.display(description=gettext_lazy("as its commenter reads it"))
    def as_read(self, reason: Reason) -> str:
        """In the page and the letter that tell of it; as it was saved last."""
        return _("Your comment was not published. %(words)s") % {"words": reason.words} if reason.pk else "–"

    def has_delete_permission(self, request: HttpRequest, obj: Reason | None = None) -> bool:
        """What was given as a reason stays, for the record names it; it can be put out of use."""
        if obj and Decision.objects.filter(reason=obj).exists():
            return False
        return super().has_delete_permission(request, obj)


@admin.register(WordList)
class WordListAdmin(admin.ModelAdmin):
    """Two rows, which are always there; and a box to try a text against them."""

    form = wordlist_pages.WordListForm
    list_display = ("kind_in_words", "number")
    actions = None

    def get_urls(self) -> list[URLPattern]:
        box = path("try/", self.admin_site.admin_view(wordlist_pages.trying), name="comments_wordlist_try")
        return [box, *super().get_urls()]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001
        super().save_model(request, obj, form, change)
        pages.changed("words")

    @admin.display(description=WordList._meta.get_field("kind").verbose_name)
    def kind_in_words(self, words: WordList) -> str:
        return words.get_kind_display()

    @admin.display(description=gettext_lazy("entries"))
    def number(self, words: WordList) -> int:
        return len(wordlists.entries(words.entries))
