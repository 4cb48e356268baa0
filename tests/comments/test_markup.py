"""The one door through which a comment's text becomes HTML."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comments import markup
from comments.markup import to_html

REL = 'rel="nofollow ugc noopener"'


class TextTests:
    @pytest.mark.parametrize(
        ("text", "html"),
        [
            ("One.", "<p>One.</p>"),
            ("One.\n\nTwo.", "<p>One.</p><p>Two.</p>"),
            ("One.\r\n \r\nTwo.", "<p>One.</p><p>Two.</p>"),
            ("One.\nTwo.", "<p>One.<br>Two.</p>"),
            ("\n\n  One.  \n\n", "<p>One.</p>"),
            ("1 < 2 & 3 > 2", "<p>1 &lt; 2 &amp; 3 &gt; 2</p>"),
            ("<b>bold</b>", "<p>&lt;b&gt;bold&lt;/b&gt;</p>"),
            ("&amp; &lt;", "<p>&amp;amp; &amp;lt;</p>"),
        ],
    )
    def test_it_is_shown_as_typed(self, text: str, html: str) -> None:
        assert to_html(text) == html


class LinkTests:
    @pytest.mark.parametrize(
        ("text", "href"),
        [
            ("See https://example.org/a?b=c&d=e now", "https://example.org/a?b=c&amp;d=e"),
            ("See http://example.org.", "http://example.org"),
            ("(https://example.org/a_(b))", "https://example.org/a_(b)"),
            ("HTTPS://EXAMPLE.ORG/", "HTTPS://EXAMPLE.ORG/"),
            ("<https://example.org/x>", "https://example.org/x"),
            ('"https://example.org/x"', "https://example.org/x"),
            ("https://example.org/<b>x", "https://example.org/"),
            ("https://example.org/?a=&lt;", "https://example.org/?a=&amp;lt;"),
        ],
    )
    def test_an_address_becomes_a_link_that_lends_no_weight(self, text: str, href: str) -> None:
        html = to_html(text)
        assert f'href="{href}"' in html
        assert REL in html
        assert html.count("<a ") == 1

    @pytest.mark.parametrize(
        ("text", "hrefs"),
        [
            ("请看https://one.example/a 再看https://two.example/b", ["https://one.example/a", "https://two.example/b"]),
            ("（https://example.org/kim）です", ["https://example.org/kim"]),
            ("见 https://example.org/kim。", ["https://example.org/kim"]),
            ("詳しくは「https://example.org/kim」を", ["https://example.org/kim"]),
            ("देखें https://example.org/kim।", ["https://example.org/kim"]),
            ("ดูที่https://example.org/kim", ["https://example.org/kim"]),
            ("自由は https://ja.example/wiki/自由 にある", ["https://ja.example/wiki/自由"]),
            ("한국https://example.org/kim, 그리고", ["https://example.org/kim"]),
            ("انظر https://example.org/kim؟", ["https://example.org/kim"]),
            ("(https://example.org/kim_(disambiguation)).", ["https://example.org/kim_(disambiguation)"]),
            ("https://old.example/2020/https://example.org/", ["https://old.example/2020/https://example.org/"]),
            ("https://one.example,https://two.example", ["https://one.example", "https://two.example"]),
        ],
    )
    def test_an_address_stands_behind_any_letter_and_ends_at_any_scripts_stop(
        self, text: str, hrefs: list[str]
    ) -> None:
        assert re.findall('href="([^"]*)"', to_html(text)) == hrefs
        assert markup.count_addresses(text) == len(hrefs)

    def test_an_address_that_a_letter_keeps_from_being_a_link_counts_all_the_same(self) -> None:
        text = "buy xhttps://one.example/ and 7http://two.example/"
        assert "<a " not in to_html(text)
        assert markup.count_addresses(text) == 2
        assert markup.count_addresses("https:// and http:///x and ftp://x.example") == 0

    @pytest.mark.parametrize(
        "text",
        [
            "example.org",
            "rita@example.org",
            "mailto:rita@example.org",
            "ftp://example.org",
            "javascript:alert(1)",
            "javascript:123",
            "vbscript:1",
            "data:1",
            "java\tscript:1",
            "https:///path",
            "https://",
        ],
    )
    def test_nothing_else_does(self, text: str) -> None:
        assert "<a" not in to_html(text)

    def test_a_quote_cannot_leave_the_attribute(self) -> None:
        html = to_html('https://example.org/"onmouseover="alert(1)')
        assert re.findall(r"<a ([^>]*)>", html) == [f'href="https://example.org/" {REL}']


class SafetyTests:
    @given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=300))
    @settings(max_examples=150, deadline=None)
    def test_only_paragraphs_breaks_and_links_come_out(self, text: str) -> None:
        tags = re.findall(r"<(/?[a-zA-Z!][^\s>]*)", to_html(text))
        assert set(tags) <= {"p", "/p", "br", "a", "/a"}

    @given(st.lists(st.sampled_from(["<", ">", '"', "'", "&", "#", "script", "a href=", "http://x.y/", "\n", "x"])))
    @settings(max_examples=150, deadline=None)
    def test_no_mixture_of_marks_makes_a_tag(self, parts: list[str]) -> None:
        html = to_html("".join(parts))
        assert not re.search(r"<(?!/?(?:p|br|a)\b)[a-z]", html)
        assert all(
            set(re.findall(r"(\w+)=", found)) <= {"href", "rel"}
            for found in re.findall(r'<a ((?:[^">]|"[^"]*")*)>', re.sub(r'"[^"]*"', '""', html))
        )

    @pytest.mark.parametrize(
        "text",
        [
            "<b>" * 20_000,
            "&#x41;" * 10_000,
            "x" * 60_000,
            "https://" * 8_000,
            "(" * 60_000,
            "\n" * 60_000,
            "https://x(" * 6_000,
        ],
    )
    def test_it_is_quick(self, text: str) -> None:
        began = time.process_time()
        to_html(text)
        assert time.process_time() - began < 1.5


class DifferenceTests:
    def test_what_went_and_what_came_is_marked_and_nothing_is_markup(self) -> None:
        drawn = markup.difference("The <b>old</b> ferry is slow.", "The <i>new</i> ferry is slow, mostly.")
        assert "<del>&lt;b&gt;old&lt;/b&gt;</del><ins>&lt;i&gt;new&lt;/i&gt;</ins>" in drawn
        assert "<del>slow.</del><ins>slow,</ins>" in drawn or "<del>slow.</del><ins>slow, mostly.</ins>" in drawn
        assert drawn.startswith("<span>The </span>")

    def test_long_texts_that_differ_everywhere_are_shown_one_after_the_other(self) -> None:
        before, after = "old " * 2_000, "new " * 2_000
        assert markup.difference(before, after) == f"<del>{before[:-1]}</del><ins>{after[:-1]}</ins><span> </span>"
