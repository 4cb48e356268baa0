"""What is too much for one text is refused with a sentence before anything parses it, and comes back as typed."""

import difflib
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from blog import bounds, markup, revisions
from blog.models import Page, Post, Publication
from comments.models import Policy
from tests import make
from tests.blog.forms_of_posts import ADD, CHANGE, press, read
from tests.blog.test_editing_masthead import save
from tests.make_comments import set_policy

DEEP = bounds.MOST_OPEN + 1
TOO_DEEP = "<blockquote>" * DEEP + "<p>Typed.</p>" + "</blockquote>" * DEEP
TOO_MANY = "<p>a</p>" * (bounds.MOST_TAGS // 2) + "<p>Typed.</p>"


def is_refused(source: str) -> bool:
    try:
        bounds.refuse_too_much(source)
    except ValidationError:
        return True
    return False


class TooMuchTests:
    @pytest.mark.parametrize(
        "source",
        [
            "<p>One.<p>Two.<p>Three." * 500,
            "<ul>" + "<li>One" * 500 + "</ul>",
            "<table><tr>" + "<td>a" * 500 + "</table>",
            "<p>a<br>b<hr>c" * 500,
            "<p>Some <strong>bold</strong> and <em>slanted <a href='/x' title='a > b'>words</a></em>.</p>" * 500,
            "<div><p>a</p></div>" * 500,
            "<p>1 < 2 and 3 <= 4</p>" * 500,
            "<!-- <b> a word processor's --><style>p {color: red}</style><![if !x]><p>a</p><![endif]>" * 500,
            "<b style='font-weight:normal'>" + "<p>a</p>" * 2_000 + "</b>",
            "<p>" + "&nbsp;" * 5_000 + "</p>",
        ],
    )
    def test_what_people_write_and_paste_is_taken(self, source: str) -> None:
        assert not is_refused(source)

    @pytest.mark.parametrize(
        "source",
        [
            TOO_DEEP,
            TOO_MANY,
            "<ul><li>" * DEEP,
            "<strong><em>" * DEEP,
            "<STRONG >" * DEEP,
            "<p><strong>a</p>" * DEEP,
            "<span\n>" * DEEP,
            "&amp;" * (bounds.MOST_ENTITIES + 1),
            # What ends only in somebody's reading has not ended.
            "<div title='</div>'>" * DEEP,
            "<div><!--</div>-->" * DEEP,
            "<div><x y=</div>" * DEEP,
            "<div><title></div></title>" * DEEP,
            "<strong title='" + "a" * 900 + "'>" + "<p>a</p>" * 2_000,
        ],
    )  # fmt: skip
    def test_what_nobody_writes_is_refused(self, source: str) -> None:
        assert is_refused(source)

    def test_it_looks_at_each_letter_a_bounded_number_of_times(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Counted in tags looked at: as many as there are, and no more than are allowed."""
        begins, looks = bounds.BEGINS, list[int]()

        class Counted:
            def search(self, source: str, at: int) -> Any:
                looks.append(at)
                return begins.search(source, at)

        monkeypatch.setattr(bounds, "BEGINS", Counted())
        bounds.refuse_too_much("<p>a</p>" * 9_000)
        assert len(looks) == 18_001
        assert looks == sorted(set(looks))


class DoorTests:
    @pytest.fixture
    def editor(self, client: Client, db: None) -> Client:
        make.make_publication()
        client.force_login(make.make_editor())
        return client

    @pytest.mark.parametrize("source", [TOO_DEEP, TOO_MANY], ids=["deep", "many"])
    @pytest.mark.parametrize("act", ["save", "preview", "publish"])
    def test_a_post_comes_back_whole_and_nothing_was_parsed(
        self, editor: Client, monkeypatch: pytest.MonkeyPatch, source: str, act: str
    ) -> None:
        post = make.make_post(body="<p>Before.</p>")
        parsed = list[str]()

        def counted(typed: str) -> str:
            parsed.append(typed)
            return typed

        monkeypatch.setattr(markup, "make_safe", counted)
        for where in (ADD, CHANGE.format(post.pk)):
            answer = press(editor, where, act, title="Mine", body=source)
            assert answer.status_code == 422
            assert "Please" in answer.text and "plain text" in answer.text
            assert read(answer.text).fields["body"] == [source]
            assert read(answer.text).fields["title"] == ["Mine"]
        assert parsed == []
        assert Post.objects.get().body == "<p>Before.</p>"

    @pytest.mark.parametrize("source", [TOO_DEEP, TOO_MANY], ids=["deep", "many"])
    def test_so_does_a_plain_page(self, editor: Client, source: str) -> None:
        answer = save(editor, "page", title="Mine", body=source)
        assert (answer.status_code, Page.objects.count()) == (422, 0)
        assert read(answer.text, "page_form").fields["body"] == [source]

    @pytest.mark.parametrize("source", [TOO_DEEP, TOO_MANY], ids=["deep", "many"])
    def test_so_do_the_guidelines(self, editor: Client, source: str) -> None:
        policy = set_policy(guidelines="<p>Before.</p>")
        where = f"/admin/comments/policy/{policy.pk}/change/"
        fields = read(editor.get(where).text, "policy_form").fields
        answer = editor.post(where, {**fields, "guidelines": source})
        assert read(answer.text, "policy_form").fields["guidelines"] == [source]
        assert Policy.objects.get().guidelines == "<p>Before.</p>"

    def test_what_is_stored_already_is_drawn_whatever_it_is(self, editor: Client) -> None:
        post = make.make_post(body=TOO_DEEP)
        assert Client().get(post.get_absolute_url()).status_code == 200
        assert editor.get(f"/admin/blog/post/{post.pk}/preview/").status_code == 200
        assert Publication.objects.exists()


class EmptyTests:
    @pytest.mark.parametrize(
        ("source", "safe"),
        [
            ("<p>a</p><p></p>", "<p>a</p>"),
            ("<p>a</p><p>&nbsp;<br> </p>\n<p></p>\n", "<p>a</p>"),
            ("<p></p><p>a</p><p></p>", "<p></p><p>a</p>"),
            ("<p></p>", ""),
            ("<p></p>" * 9_000 + "a", "<p></p>" * 9_000 + "a"),
            ("<p>a</p>" + "<p></p>" * 9_000, "<p>a</p>"),
        ],
        ids=range(6),
    )
    def test_empty_paragraphs_go_from_the_end_alone(self, source: str, safe: str) -> None:
        assert markup.make_safe(source) == safe


class ComparisonTests:
    """The longer two texts are, the coarser they are compared, so that it never takes long."""

    def compared(self, older: str, newer: str) -> list[tuple[str, str]]:
        return [(piece.kind, piece.text) for piece in revisions._words(older, newer)]

    def test_one_word_is_found_in_a_long_text(self) -> None:
        words = [f"word{number}" for number in range(50_000)]
        newer = [*words[:30_000], "new", *words[30_001:]]
        found = self.compared(" ".join(words), " ".join(newer))
        assert [kind for kind, _text in found] == ["equal", "delete", "insert", "equal"]
        assert found[1:3] == [("delete", "word30000"), ("insert", "new")]

    def test_words_far_from_each_other_are_found_sentence_by_sentence(self) -> None:
        sentences = [f"Sentence {number} says this." for number in range(400)]
        newer = sentences.copy()
        newer[3], newer[390] = "Sentence 3 says that.", "Sentence 390 says that."
        found = self.compared(" ".join(sentences), " ".join(newer))
        assert [text for kind, text in found if kind == "delete"] == ["this.", "this."]
        assert [text for kind, text in found if kind == "insert"] == ["that.", "that."]

    def test_no_more_than_a_bounded_number_of_pieces_is_ever_compared(self, monkeypatch: pytest.MonkeyPatch) -> None:
        matcher, sizes = difflib.SequenceMatcher, list[int]()

        def counted(junk: None, older: list[str], newer: list[str], *, autojunk: bool) -> Any:
            sizes.append(len(older) + len(newer))
            return matcher(junk, older, newer, autojunk=autojunk)

        monkeypatch.setattr(difflib, "SequenceMatcher", counted)
        for end in ("", "."):
            older, newer = f"a{end} b{end} " * 20_000, f"a{end} c{end} " * 20_000
            found = self.compared(older, newer)
            assert "".join(text for kind, text in found if kind != "insert").replace(" ", "") == older.replace(" ", "")
            assert "".join(text for kind, text in found if kind != "delete").replace(" ", "") == newer.replace(" ", "")
        assert sum(sizes) <= 2 * revisions.MOST_COMPARED
