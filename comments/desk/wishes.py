"""What a moderator's form asks for, read strictly: one act, and for each comment the version that was shown."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from django import forms
from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from comments import drawing
from comments.drawing import Along
from comments.forms import TextField, refuse_length
from comments.models import Comment, Decision, Reason

MOST_ROWS = 20
TO_STATUS = {
    "approve": Comment.Status.APPROVED,
    "reject": Comment.Status.REJECTED,
    "spam": Comment.Status.SPAM,
    "pending": Comment.Status.PENDING,
}
# What may be asked for many at once.
FOR_TICKED = ("approve", "reject", "spam")
EDIT, ANSWER, TAKE_DOWN = "edit", "answer", "take_down"
UNDO, UNDO_STEP, TICKED = "undo", "undo_step", "ticked"
# What the Enter key presses in a field: what was typed is kept, and nothing is decided.
KEEP = "keep"
ROW = re.compile(r"([1-9][0-9]{0,17}):([1-9][0-9]{0,8})")
STEP = re.compile(r"[0-9a-f]{32}")
MOST_IN_BRANCH = 500
LONGEST_NOTE = Decision._meta.get_field("note").max_length or 0


class Unclear(Exception):
    """Nothing was decided; the sentence says why, and what was typed goes back into its form."""

    def __init__(self, sentence: object) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class DecisionForm(forms.Form):
    """What may be said along with a decision. Neither is asked for: a reason never costs a second click."""

    reason = forms.ChoiceField(label=_("Reason, told to the commenter"), required=False)
    note = forms.CharField(label=_("Note, for colleagues only"), required=False, max_length=LONGEST_NOTE)

    def __init__(self, *args: object, reasons: Sequence[Reason], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.reasons = {str(reason.pk): reason for reason in reasons}
        choices = [(pk, reason.label) for pk, reason in self.reasons.items()]
        self.choices = (("", str(_("No reason given"))), *choices)
        self.fields["reason"] = forms.ChoiceField(
            label=self.fields["reason"].label, required=False, choices=self.choices
        )

    @property
    def drawn(self) -> SafeString:
        """Its fields, where nothing is wrong with them."""
        reason, note = (str(self[name].value() or "") for name in ("reason", "note"))
        return drawing.said_along(Along(str(self.prefix), self.choices, reason, note, LONGEST_NOTE))

    @property
    def chosen(self) -> Reason | None:
        return self.reasons.get(self.cleaned_data["reason"])


class WordsForm(forms.Form):
    """What a moderator writes at a comment: other words for it, or an answer."""

    body = TextField(is_one_line=False, widget=forms.Textarea(attrs={"rows": 6}))

    def __init__(self, *args: object, label: str = "", longest: int = 0, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["body"].label, self.longest = label, longest

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        refuse_length(body, self.longest)
        return body


@dataclass(frozen=True)
class Wish:
    """One act for the comments whose ids and versions it names; `is_for_ticked` if it came from the bar for those."""

    act: str
    rows: list[tuple[int, int]]
    is_for_ticked: bool = False
    # The name of the step that is to be undone as a whole.
    step: str = ""


@dataclass(frozen=True)
class Order:
    """One comment's part of a wish."""

    comment_id: int
    version: int
    reason: Reason | None = None
    note: str = ""
    # Of an edit or an answer.
    body: str = ""
    # What was seen to go with it when it is taken down.
    branch: list[tuple[int, int]] = field(default_factory=list)


def read(fields: QueryDict) -> Wish:
    """The wish of a posted form; raises Unclear for anything but one known act on versions that were shown."""
    known = (*TO_STATUS, EDIT, ANSWER, TAKE_DOWN, UNDO, UNDO_STEP, TICKED, KEEP)
    pressed = [(name, value) for name in known for value in fields.getlist(name)]
    if len(pressed) != 1:
        raise Unclear(_("It was not clear what to do. Nothing was decided; please press one of the buttons."))
    name, value = pressed[0]
    if name == KEEP:
        return Wish(KEEP, [])
    if name == UNDO_STEP:
        return Wish(UNDO_STEP, [], step=_step(value))
    return _of_ticked(value, fields) if name == TICKED else Wish(name, [_row(value)])


def _of_ticked(value: str, fields: QueryDict) -> Wish:
    if value not in FOR_TICKED:
        raise Unclear(_("It was not clear what to do. Nothing was decided; please press one of the buttons."))
    rows = list(dict.fromkeys(_row(row) for row in fields.getlist("row")))
    if not rows:
        raise Unclear(_("No comment was ticked, so nothing was decided. Tick those you mean, then press again."))
    if len(rows) > MOST_ROWS or len({pk for pk, _version in rows}) != len(rows):
        raise Unclear(_("These are more comments than one page shows. Nothing was decided."))
    return Wish(value, rows, is_for_ticked=True)


def orders(wish: Wish, fields: QueryDict, reasons: Sequence[Reason], longest: int) -> list[Order]:
    """The wish row by row; a ticked row without words of its own takes those of the bar. Raises Unclear.

    `longest` is how many characters a comment may have.
    """
    if wish.act in (UNDO, KEEP):
        return [Order(pk, version) for pk, version in wish.rows]
    if wish.act in (EDIT, ANSWER):
        pk, version = wish.rows[0]
        typed = WordsForm(fields, prefix=f"{pk}-{wish.act}", longest=longest)
        if not typed.is_valid():
            raise Unclear(_("This was not sent yet. Please look at what is marked below, and send it again."))
        return [Order(pk, version, body=typed.cleaned_data["body"])]
    for_all = _read_form(fields, "all", reasons) if wish.is_for_ticked else None
    found = []
    for pk, version in wish.rows:
        said = _read_form(fields, str(pk), reasons)
        reason, note = said.chosen, said.cleaned_data["note"]
        if for_all is not None:
            reason, note = reason or for_all.chosen, note or for_all.cleaned_data["note"]
        found.append(Order(pk, version, reason, note, branch=_branch(wish, pk, fields)))
    return found


def _branch(wish: Wish, pk: int, fields: QueryDict) -> list[tuple[int, int]]:
    shown = fields.get(f"{pk}-branch", "").split() if wish.act == TAKE_DOWN else []
    if len(shown) > MOST_IN_BRANCH:
        raise Unclear(_("This branch is too large to be taken down in one step. Please begin further down."))
    return [_row(row) for row in shown]


def _step(value: str) -> str:
    if STEP.fullmatch(value) is None:
        raise Unclear(_("There is no such step. Nothing was decided."))
    return value


def shown(comment: Comment) -> str:
    """What a decision about it is bound to, as a form brings it back: its id and its version."""
    return f"{comment.pk}:{comment.version}"


def _row(value: str) -> tuple[int, int]:
    match = ROW.fullmatch(value)
    if match is None:
        raise Unclear(_("It was not clear which version of the comment was meant. Nothing was decided."))
    return int(match[1]), int(match[2])


def _read_form(fields: QueryDict, prefix: str, reasons: Sequence[Reason]) -> DecisionForm:
    form = DecisionForm(fields, prefix=prefix, reasons=reasons)
    if not form.is_valid():
        raise Unclear(_("Nothing was decided yet: something typed along with it cannot be kept as it is."))
    return form
