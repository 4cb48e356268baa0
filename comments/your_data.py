"""What is kept under an e-mail address, for who can read its mail: a copy of all of it, and being forgotten.

Whoever types an address here gets the same answer, known or not; the proof is a letter to that address. Its link is
signed, good for a day, and names a row that has the address, so that no address stands in any link or log.
"""

import datetime

from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import signing
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from post_office.models import Email

from blog import pages
from blog.links import absolute
from blog.views import moment, shared
from comments import export, notifications, origin, privacy
from comments.forms import LONGEST_ADDRESS, AddressInput, ReaderForm, refuse_unstorable
from comments.models import Comment, Report
from comments.origin import Origin
from comments.receiving import giving_back, private

SALT = "comments.your-data"
LINK_IS_GOOD_FOR = datetime.timedelta(days=1)
SEPARATOR = "."
# What is erased while somebody waits for the answer.
MOST_AT_ONCE = 1_000


class AddressForm(ReaderForm):
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        max_length=LONGEST_ADDRESS,
        validators=[refuse_unstorable],
        widget=AddressInput,
        error_messages={
            "required": gettext_lazy("Please give the address that you commented with."),
            "invalid": gettext_lazy("Please give an e-mail address like name@example.org."),
        },
    )


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@giving_back(lambda request: AddressForm(initial=request.POST.dict()))
def ask(request: HttpRequest) -> HttpResponse:
    now = moment(request)
    pages.shows(request, "publication")
    if request.method != "POST":
        return shared(_ask(request, AddressForm()))
    form = AddressForm(request.POST)
    if origin.of(request) is Origin.FOREIGN:
        return _ask(request, form, _("This came from another site, so nothing was sent. Send it from here."), 403)
    if not form.is_valid():
        return _ask(request, form, _("Nothing was sent yet. Please look at the address."), 422)
    send_link(form.cleaned_data["email"], now)
    return render(request, "comments/your_data_mailed.html")


def _ask(request: HttpRequest, form: AddressForm, sentence: str = "", status: int = 200) -> HttpResponse:
    context = {"form": form, "sentence": sentence, "has_mail": settings.MAIL_WORKS}
    return render(request, "comments/your_data.html", context, status=status)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@giving_back(lambda request: ReaderForm())
def proven(request: HttpRequest, link: str) -> HttpResponseBase:
    """The page behind the letter's link. Opening it does nothing; each of its two buttons does what it says."""
    email = _address_of(link)
    if not email:
        return private(render(request, "comments/your_data_over.html", status=410))
    is_staff = get_user_model().objects.filter(email__iexact=email).exists()
    act = request.POST.get("act", "")
    if request.method != "POST":
        return private(_proven(request, is_staff=is_staff))
    if origin.of(request) is Origin.FOREIGN:
        sentence = _("This came from another site, so nothing was done. If it was you, press the button here.")
        return _proven(request, is_staff=is_staff, sentence=sentence, status=403)
    if act == "download":
        response = StreamingHttpResponse(export.as_json(email), content_type="application/json; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="your-data.json"'
        return response
    if act == "forget":
        return _forget(request, email, is_staff=is_staff)
    return _proven(request, is_staff=is_staff, sentence=_("Please use one of the two buttons."), status=422)


def _forget(request: HttpRequest, email: str, *, is_staff: bool) -> HttpResponse:
    count = privacy.erase(email, timezone.now(), at_most=MOST_AT_ONCE)
    if Comment.objects.filter(email_key=email.casefold()).exists():
        sentence = _("%(count)s comments have no name any more, and there are more. Please press the button once more.")
        return _proven(request, is_staff=is_staff, sentence=sentence % {"count": f"{count:,}"})
    return render(request, "comments/your_data_erased.html", {"count": count, "is_staff": is_staff})


def _proven(request: HttpRequest, *, is_staff: bool, sentence: str = "", status: int = 200) -> HttpResponse:
    return render(
        request, "comments/your_data_proven.html", {"is_staff": is_staff, "sentence": sentence}, status=status
    )


def send_link(email: str, now: datetime.datetime) -> None:
    """Send the link to an address under which something is kept, and nothing to any other."""
    row = _row_with(email)
    if row and settings.MAIL_WORKS:
        page = reverse("comments:your_data_proven", args=[signed(row)])
        notifications.own_data_wanted(email, absolute(page), now)


def signed(row: str) -> str:
    """What stands in a link, for the name of a row that has the address."""
    return signing.TimestampSigner(salt=SALT, sep=SEPARATOR).sign(row)


def _row_with(email: str) -> str:
    """The name of a row that has an address; empty where none has it."""
    key = email.casefold()
    rows = {
        # The oldest, which is the last to be erased: until all is, the link is good.
        "comment": Comment.objects.filter(email_key=key).order_by("submitted_at"),
        "report": Report.objects.filter(email_key=key),
        "account": get_user_model().objects.filter(email__iexact=email, is_active=True),
        "letter": Email.objects.filter(to__iexact=email),
    }
    found = ((name, some.values_list("pk", flat=True).first()) for name, some in rows.items())
    return next((f"{name}-{pk}" for name, pk in found if key and pk), "")


def _address_of(link: str) -> str:
    """The address that a link speaks of; empty where the link is none of ours, too old, or nothing is kept any more."""
    try:
        row = signing.TimestampSigner(salt=SALT, sep=SEPARATOR).unsign(link, max_age=LINK_IS_GOOD_FOR)
    except signing.BadSignature:
        return ""
    name, _hyphen, pk = row.partition("-")
    if name == "letter":
        letter = Email.objects.filter(pk=pk).first()
        return ", ".join(letter.to) if letter else ""
    rows = {"comment": Comment.objects, "report": Report.objects, "account": get_user_model().objects}
    return rows[name].filter(pk=pk).values_list("email", flat=True).first() or ""
