"""Marked words: whatever is marked, what is read and where it leads stay the same."""

import re
from html.parser import HTMLParser

import pytest
from django.template import Context, Template
from hypothesis import given, settings
from hypothesis import strategies as st

from blog.models import Post
from comments.markup import marked, to_html
from comments.models import Comment, WordList
from tests.make_comments import make_comment

TEXTS = st.text(alphabet=st.sampled_from("ab <>&\"'\n\r\té\u00a0\u200b波:/.https")) | st.text()
SPANS = st.lists(st.tuples(st.integers(-3, 40), st.integers(-3, 40)), max_size=5)


class Balance(HTMLParser):
    """Complains of a tag that ends out of turn."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.in_marks = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.in_marks += data if "mark" in self.open else ""


def read(drawn: str) -> Balance:
    parser = Balance()
    parser.feed(drawn)
    parser.close()
    assert parser.open == []
    return parser


class MarkedTests:
    @pytest.mark.parametrize(
        ("text", "word", "drawn"),
        [
            ("The tide turns.", "tide", "<p>The <mark>tide</mark> turns.</p>"),
            ("1 < 2 & 3", "< 2 &", "<p>1 <mark>&lt; 2 &amp;</mark> 3</p>"),
            ("buy\nnow", "buy\nnow", "<p><mark>buy</mark><br><mark>now</mark></p>"),
            ("  One.\r\n\r\n  Two.  ", "Two", "<p>One.</p><p><mark>Two</mark>.</p>"),
            ("<b>x</b>", "<b>", "<p><mark>&lt;b&gt;</mark>x&lt;/b&gt;</p>"),
        ],
    )
    def test_a_word_is_marked_where_it_stands(self, text: str, word: str, drawn: str) -> None:
        start = text.index(word)
        assert marked(to_html(text), text, [(start, start + len(word))]) == drawn

    def test_a_link_is_still_one(self) -> None:
        text = "See https://casino.example/a?b=1&c=2 now"
        drawn = marked(to_html(text), text, [(12, 18)])
        assert re.findall(r'href="([^"]*)"', drawn) == ["https://casino.example/a?b=1&amp;c=2"]
        assert "https://<mark>casino</mark>.example" in drawn

    def test_nothing_to_mark_changes_nothing(self) -> None:
        assert marked(to_html("Tide."), "Tide.", []) == to_html("Tide.")

    def test_another_texts_html_is_left_alone_from_where_it_differs(self) -> None:
        assert marked("<p>Other words.</p>", "Some words.", [(0, 11)]) == "<p>Other words.</p>"

    @settings(deadline=None)
    @given(TEXTS, SPANS)
    def test_without_the_marks_it_is_what_it_was(self, text: str, spans: list[tuple[int, int]]) -> None:
        plain = to_html(text)
        drawn = marked(plain, text, spans)
        assert re.sub("</?mark>", "", drawn) == plain
        read(drawn)

    @settings(deadline=None)
    @given(st.lists(st.sampled_from(["tide", "<b>", "a&b", "https://a.example/x", "\n\n", " "])))
    def test_what_is_marked_is_what_was_meant(self, parts: list[str]) -> None:
        text = "".join(parts)
        spans = [match.span() for match in re.finditer("tide|&", text)]
        assert read(marked(to_html(text), text, spans)).in_marks == "".join(re.findall("tide|&", text))


class DeskTests:
    def drawn(self, comment: Comment) -> str:
        return Template("{% load desk_tags %}{{ comment|words_marked }}").render(Context({"comment": comment}))

    def test_the_words_for_which_a_comment_was_noticed_are_marked(self, post: Post) -> None:
        WordList.objects.filter(kind="notice").update(entries="tide")
        assert "The <mark>tide</mark> turns" in self.drawn(make_comment(post, "pending", body="The tide turns."))

    def test_other_words_than_those_are_not(self, post: Post) -> None:
        WordList.objects.filter(kind="notice").update(entries="tide")
        comment = make_comment(post, "pending", body="The tide turns.")
        comment.body, comment.body_html = "The moon rises.", "<p>The moon rises.</p>"
        assert self.drawn(comment) == "<p>The moon rises.</p>"
