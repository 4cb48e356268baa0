"""A copy of all that is kept under an e-mail address, for the person whose address it is.

It is written in pages of 500 rows as it is read, so that a long life of comments needs no more room than a short one.
What others said about a person in a report is theirs, and not in it; nor is the name of any moderator.
"""

import json
from collections.abc import Iterator
from operator import attrgetter
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.db.models import Model, QuerySet
from post_office.models import Email

from blog.links import absolute
from comments.models import Address, Comment, Decision, Note, Notice, Preference, Report
from comments.notifications import digest

PAGE = 500
# What a commenter did to a comment before it was decided.
OWN_ACTS = (Decision.Act.CHANGE,)

Row = dict[str, Any]


def as_json(email: str) -> Iterator[str]:
    """The copy, piece by piece, as one JSON object of lists."""
    yield "{"
    for number, (name, rows) in enumerate(everything(email).items()):
        yield f'{"," if number else ""}\n"{name}": ['
        for count, row in enumerate(rows):
            yield ("," if count else "") + "\n" + json.dumps(row, ensure_ascii=False)
        yield "]"
    yield "\n}\n"


def everything(email: str) -> dict[str, Iterator[Row]]:
    """What is kept, by kind; empty fields are left out. Who gave no address has no copy: they are many persons."""
    key = email.casefold()
    if not key:
        return {}
    people = get_user_model().objects.filter(email__iexact=email)
    return {
        "comments": map(one, _paged(_whole(Comment.objects.filter(email_key=key)))),
        "reports": map(_report, _paged(Report.objects.filter(email_key=key))),
        "letters": map(_letter, _paged(Email.objects.filter(to__iexact=email).prefetch_related("logs", "attachments"))),
        "told": map(_told, _paged(Notice.objects.filter(recipient=digest(email)))),
        "address": map(_address, _paged(Address.objects.filter(digest=digest(email)))),
        "account": map(_account, _paged(people)),
        "preferences": map(_preference, _paged(Preference.objects.filter(user__in=people))),
        "own notes": map(_note, _paged(Note.objects.filter(by__in=people))),
        "own decisions": map(_decision, _paged(Decision.objects.filter(by__in=people))),
        "own changes in the admin": map(_change, _paged(LogEntry.objects.filter(user__in=people))),
    }


def _whole(comments: QuerySet[Comment]) -> QuerySet[Comment]:
    beside = ("wordings", "notes", "decisions")
    return comments.select_related("thread__post", "appeal").prefetch_related(*beside)


def _paged[Kept: Model](rows: QuerySet[Kept]) -> Iterator[Kept]:
    last = 0
    while some := list(rows.filter(pk__gt=last).order_by("pk")[:PAGE]):
        yield from some
        last = some[-1].pk


def one(comment: Comment) -> Row:
    """All that is kept about one comment."""
    return _filled({
        "name": comment.name,
        "email": comment.email,
        "website": comment.website,
        "ip_address": comment.ip_address,
        "user_agent": comment.user_agent,
        "submitted": comment.submitted_at.isoformat(),
        "status": comment.status,
        "post": comment.thread.post.title if comment.published_at else "",
        "text": comment.body,
        "other words that wait": comment.proposed_body,
        "earlier words": [_filled({"text": was.body, "proposed": was.proposed_body}) for was in comment.wordings.all()],
        "noticed": comment.signals,
        "notes": [note.words for note in comment.notes.all()],
        "record": [_decision(decision) for decision in sorted(comment.decisions.all(), key=attrgetter("pk"))],
        "asked to look again": _asked_again(comment),
        "link": absolute(comment.get_absolute_url()),
    })  # fmt: skip


def of_undecided(comment: Comment) -> Row:
    """The same of what waits, or has to look so, for who has shown no more than its page's address.

    What was noticed and noted about it, and whether it is spam, is told to whoever proves the e-mail address.
    """
    record = comment.decisions.filter(act__in=OWN_ACTS).order_by("pk")
    told = one(comment) | {"status": Comment.Status.PENDING, "record": [_decision(decision) for decision in record]}
    return _filled({name: value for name, value in told.items() if name not in ("noticed", "notes")})


def _asked_again(comment: Comment) -> Row:
    appeal = getattr(comment, "appeal", None)
    return _filled({"at": appeal.at.isoformat(), "words": appeal.words}) if appeal else {}


def _decision(decision: Decision) -> Row:
    return _filled({
        "comment": decision.comment_id,
        "at": decision.at.isoformat(),
        "act": decision.act,
        "from": decision.from_status,
        "to": decision.to_status,
        "words": decision.words,
        "note": decision.note,
    })  # fmt: skip


def _report(report: Report) -> Row:
    return _filled({
        "comment": report.comment_id,
        "at": report.at.isoformat(),
        "reason": report.ground,
        "words": report.words,
        "email": report.email,
        "ip_address": report.ip_address,
        "result": report.result,
        "answer": report.answer,
        "link": absolute(report.get_absolute_url()),
    })  # fmt: skip


def _letter(mail: Email) -> Row:
    return _filled({
        "to": ", ".join(mail.to),
        "made": mail.created.isoformat(),
        "subject": mail.subject,
        "text": mail.message,
        "html": mail.html_message,
        "headers": mail.headers,
        "log": [entry.message for entry in mail.logs.all()],
        "attachments": [file.name for file in mail.attachments.all()],
    })  # fmt: skip


def _told(notice: Notice) -> Row:
    return {"event": notice.event, "at": notice.goes_at.isoformat()}


def _address(address: Address) -> Row:
    times = {"proven": address.proven_at, "asked for no more letters": address.refused_at}
    return {name: at.isoformat() for name, at in times.items() if at}


def _account(user: Any) -> Row:
    return _filled({
        "user name": user.get_username(),
        "name": user.get_full_name(),
        "email": user.email,
        "joined": user.date_joined.isoformat(),
        "last signed in": user.last_login.isoformat() if user.last_login else "",
        "groups": [group.name for group in user.groups.all()],
    })  # fmt: skip


def _preference(preference: Preference) -> Row:
    return {
        "queue mail": preference.queue_mail,
        "told of comments": preference.is_told_of_comments,
        "order": preference.order,
        "keys": preference.has_keys,
    }


def _note(note: Note) -> Row:
    return {"comment": note.comment_id, "at": note.at.isoformat(), "words": note.words}


def _change(change: LogEntry) -> Row:
    return {"at": change.action_time.isoformat(), "what": str(change), "row": change.object_repr}


def _filled(fields: Row) -> Row:
    return {name: value for name, value in fields.items() if value}
