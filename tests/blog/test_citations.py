"""The rules of MLA 9, APA 7 and Chicago 18 as tables: each row is one rule."""

import datetime
from dataclasses import replace

import pytest
from django.utils.safestring import SafeString

from blog.citations import Name, Work, all_styles, apa, chicago, mla

ADA = Name("Byron", "Ada")
DATE = datetime.date(2013, 3, 5)
READ_ON = datetime.date(2017, 12, 6)
WORK = Work(
    authors=(ADA,),
    title="Rivers of Asia",
    container="Asia Unbound",
    publisher="River Press",
    date=DATE,
    url="https://example.org/asia/rivers/",
)


def people(count: int) -> tuple[Name, ...]:
    return tuple(Name(f"Fam{n}", f"Giv{n}") for n in range(1, count + 1))


def mla_with(**changes: object) -> SafeString:
    return mla(replace(WORK, **changes))  # type: ignore[arg-type]


def apa_with(**changes: object) -> SafeString:
    return apa(replace(WORK, **changes))  # type: ignore[arg-type]


def chicago_with(**changes: object) -> SafeString:
    return chicago(replace(WORK, **changes))  # type: ignore[arg-type]


class WholeCitationTests:
    """One post of the first publication, whole."""

    post = Work(
        authors=(Name("Kurlantzick", "Joshua"),),
        title=(
            "Will the North Korea-Malaysia Crisis Cause a Shift in Southeast Asian States' Relationships "
            "with Pyongyang?"
        ),
        container="Asia Unbound",
        publisher="CFR Presents",
        date=datetime.date(2017, 3, 15),
        url="https://example.org/asia/2017/03/15/pyongyang/",
        citation_title=(
            "Will the North Korea-Malaysia crisis cause a shift in Southeast Asian states' relationships "
            "with Pyongyang?"
        ),
    )

    def test_mla_leaves_out_the_scheme_and_names_the_publisher(self) -> None:
        assert mla(self.post) == (
            "Kurlantzick, Joshua. “Will the North Korea-Malaysia Crisis Cause a Shift in Southeast Asian States’ "
            "Relationships with Pyongyang?” <i>Asia Unbound</i>, CFR Presents, 15 Mar. 2017, "
            "example.org/asia/2017/03/15/pyongyang/."
        )

    def test_apa_uses_the_editors_sentence_case_and_ends_without_a_period(self) -> None:
        assert apa(self.post) == (
            "Kurlantzick, J. (2017, March 15). Will the North Korea-Malaysia crisis cause a shift in Southeast Asian "
            "states’ relationships with Pyongyang? <i>Asia Unbound</i>. https://example.org/asia/2017/03/15/pyongyang/"
        )

    def test_chicago_says_blog_and_sets_the_publisher_after_a_period(self) -> None:
        assert chicago(self.post) == (
            "Kurlantzick, Joshua. “Will the North Korea-Malaysia Crisis Cause a Shift in Southeast Asian States’ "
            "Relationships with Pyongyang?” <i>Asia Unbound</i> (blog). CFR Presents, March 15, 2017. "
            "https://example.org/asia/2017/03/15/pyongyang/."
        )

    def test_all_styles_come_in_order_with_their_editions(self) -> None:
        cited = all_styles(self.post)

        assert [(each.style, each.edition) for each in cited] == [
            ("MLA", "9th ed."),
            ("APA", "7th ed."),
            ("Chicago", "18th ed."),
        ]
        assert [each.html for each in cited] == [mla(self.post), apa(self.post), chicago(self.post)]

    def test_no_style_labels_it_a_blog_post_in_brackets(self) -> None:
        for each in all_styles(self.post):
            assert "[" not in each.html


AUTHORS = [
    # who, how MLA begins, how APA begins, how Chicago begins
    pytest.param((), "“R", "Rivers of Asia. (2013, March 5). <i>", "“R", id="nobody"),
    pytest.param(people(1), "Fam1, Giv1. “", "Fam1, G. (", "Fam1, Giv1. “", id="one"),
    pytest.param(
        people(2),
        "Fam1, Giv1, and Giv2 Fam2. “",
        "Fam1, G., &amp; Fam2, G. (",
        "Fam1, Giv1, and Giv2 Fam2. “",
        id="two",
    ),
    pytest.param(
        people(3),
        "Fam1, Giv1, et al. “",
        "Fam1, G., Fam2, G., &amp; Fam3, G. (",
        "Fam1, Giv1, Giv2 Fam2, and Giv3 Fam3. “",
        id="three",
    ),
    pytest.param(
        people(6),
        "Fam1, Giv1, et al. “",
        "Fam1, G., Fam2, G., Fam3, G., Fam4, G., Fam5, G., &amp; Fam6, G. (",
        "Fam1, Giv1, Giv2 Fam2, Giv3 Fam3, Giv4 Fam4, Giv5 Fam5, and Giv6 Fam6. “",
        id="six",
    ),
    pytest.param(
        people(7),
        "Fam1, Giv1, et al. “",
        "Fam1, G., Fam2, G., Fam3, G., Fam4, G., Fam5, G., Fam6, G., &amp; Fam7, G. (",
        "Fam1, Giv1, Giv2 Fam2, Giv3 Fam3, et al. “",
        id="seven",
    ),
    pytest.param(
        people(20),
        "Fam1, Giv1, et al. “",
        ", ".join(f"Fam{n}, G." for n in range(1, 20)) + ", &amp; Fam20, G. (",
        "Fam1, Giv1, Giv2 Fam2, Giv3 Fam3, et al. “",
        id="twenty",
    ),
    pytest.param(
        people(21),
        "Fam1, Giv1, et al. “",
        ", ".join(f"Fam{n}, G." for n in range(1, 20)) + ", … Fam21, G. (",
        "Fam1, Giv1, Giv2 Fam2, Giv3 Fam3, et al. “",
        id="twenty-one",
    ),
]


class AuthorsTests:
    @pytest.mark.parametrize(("authors", "in_mla", "in_apa", "in_chicago"), AUTHORS)
    def test_they_are_listed_as_the_manual_counts_them(
        self, authors: tuple[Name, ...], in_mla: str, in_apa: str, in_chicago: str
    ) -> None:
        assert mla_with(authors=authors).startswith(in_mla)
        assert apa_with(authors=authors).startswith(in_apa)
        assert chicago_with(authors=authors).startswith(in_chicago)


NAMES = [
    # the name, then MLA, APA, Chicago, and how a byline shows it
    pytest.param(
        Name("Kurlantzick", "Joshua"),
        "Kurlantzick, Joshua.",
        "Kurlantzick, J.",
        "Kurlantzick, Joshua.",
        "Joshua Kurlantzick",
        id="plain",
    ),
    pytest.param(
        Name("Kim", "Jong Nam", family_first=True),
        "Kim Jong Nam.",
        "Kim, J. N.",
        "Kim Jong Nam.",
        "Kim Jong Nam",
        id="shown family first",
    ),
    pytest.param(
        Name("Lee", "Chung-min"),
        "Lee, Chung-min.",
        "Lee, C.-M.",
        "Lee, Chung-min.",
        "Chung-min Lee",
        id="hyphen in the given name",
    ),
    pytest.param(
        Name("Park", "Geun-hye", family_first=True),
        "Park Geun-hye.",
        "Park, G.-H.",
        "Park Geun-hye.",
        "Park Geun-hye",
        id="small letter after the hyphen",
    ),
    pytest.param(Name("山田", "太郎"), "山田太郎.", "山田太郎.", "山田太郎.", "山田太郎", id="in characters"),
    pytest.param(
        Name("김", "정남", family_first=True), "김정남.", "김정남.", "김정남.", "김정남", id="in Korean letters"
    ),
    pytest.param(
        Name("محمد", "سارة"), "محمد, سارة.", "محمد, سارة.", "محمد, سارة.", "سارة محمد", id="a script without capitals"
    ),
    pytest.param(
        Name("Snyder", "Scott A."),
        "Snyder, Scott A.",
        "Snyder, S. A.",
        "Snyder, Scott A.",
        "Scott A. Snyder",
        id="initial",
    ),
    pytest.param(
        Name("Green", "M.J."), "Green, M.J.", "Green, M. J.", "Green, M.J.", "M.J. Green", id="initials without a space"
    ),
    pytest.param(
        Name("Élan", "E\u0301ric"), "Élan, Éric.", "Élan, É.", "Élan, Éric.", "Éric Élan", id="accent on an initial"
    ),
    pytest.param(
        Name("Berg", "Hendrik", "van der"),
        "van der Berg, Hendrik.",
        "van der Berg, H.",
        "Berg, Hendrik van der.",
        "Hendrik van der Berg",
        id="particle that stays, but not in Chicago",
    ),
    pytest.param(
        Name("Humboldt", "Alexander", "von"),
        "Humboldt, Alexander von.",
        "Humboldt, A. von.",
        "Humboldt, Alexander von.",
        "Alexander von Humboldt",
        id="particle that goes behind",
    ),
    pytest.param(
        Name("Rashid", "Maha", "al-"),
        "al-Rashid, Maha.",
        "al-Rashid, M.",
        "al-Rashid, Maha.",
        "Maha al-Rashid",
        id="particle that is joined",
    ),
    pytest.param(
        Name("Berg", "Hendrik", "Van der"),
        "Van der Berg, Hendrik.",
        "Van der Berg, H.",
        "Van der Berg, Hendrik.",
        "Hendrik Van der Berg",
        id="particle with a capital",
    ),
    pytest.param(
        Name("King", "Martin Luther", suffix="Jr."),
        "King, Martin Luther, Jr.",
        "King, M. L., Jr.",
        "King, Martin Luther, Jr.",
        "Martin Luther King Jr.",
        id="suffix",
    ),
    pytest.param(
        Name("Rockefeller", "John", suffix="III"),
        "Rockefeller, John, III.",
        "Rockefeller, J., III.",
        "Rockefeller, John, III.",
        "John Rockefeller III",
        id="suffix without a period",
    ),
    pytest.param(Name("Sukarno"), "Sukarno.", "Sukarno.", "Sukarno.", "Sukarno", id="one name"),
    pytest.param(
        Name("Institute of Asian Studies", is_organisation=True),
        "Institute of Asian Studies.",
        "Institute of Asian Studies.",
        "Institute of Asian Studies.",
        "Institute of Asian Studies",
        id="organisation",
    ),
    pytest.param(
        Name("River Surveys Inc.", is_organisation=True),
        "River Surveys Inc.",
        "River Surveys Inc.",
        "River Surveys Inc.",
        "River Surveys Inc.",
        id="organisation with a period of its own",
    ),
    pytest.param(
        Name("O'Brien", "Pat"), "O’Brien, Pat.", "O’Brien, P.", "O’Brien, Pat.", "Pat O'Brien", id="apostrophe"
    ),
]


class NameTests:
    @pytest.mark.parametrize(("name", "in_mla", "in_apa", "in_chicago", "display"), NAMES)
    def test_it_is_filed_as_each_manual_says(
        self, name: Name, in_mla: str, in_apa: str, in_chicago: str, display: str
    ) -> None:
        assert mla_with(authors=(name,)).startswith(f"{in_mla} “")
        assert apa_with(authors=(name,)).startswith(f"{in_apa} (")
        assert chicago_with(authors=(name,)).startswith(f"{in_chicago} “")
        assert name.display == display

    def test_a_first_name_that_is_not_turned_around_needs_no_comma_before_and(self) -> None:
        authors = (Name("Kim", "Jong Nam", family_first=True), ADA)

        assert mla_with(authors=authors).startswith("Kim Jong Nam and Ada Byron. “")
        assert apa_with(authors=authors).startswith("Kim, J. N., &amp; Byron, A. (")
        assert chicago_with(authors=authors).startswith("Kim Jong Nam and Ada Byron. “")

    def test_a_second_name_keeps_the_order_it_is_shown_in(self) -> None:
        authors = (ADA, Name("Kim", "Jong Nam", family_first=True))

        assert mla_with(authors=authors).startswith("Byron, Ada, and Kim Jong Nam. “")
        assert chicago_with(authors=authors).startswith("Byron, Ada, and Kim Jong Nam. “")

    def test_a_second_name_keeps_its_particle_and_suffix_in_place(self) -> None:
        authors = (ADA, Name("Berg", "Hendrik", "van der", "Jr."))

        assert mla_with(authors=authors).startswith("Byron, Ada, and Hendrik van der Berg Jr. “")
        assert apa_with(authors=authors).startswith("Byron, A., &amp; van der Berg, H., Jr. (")
        assert chicago_with(authors=authors).startswith("Byron, Ada, and Hendrik van der Berg Jr. “")

    def test_spaces_are_made_one(self) -> None:
        assert Name(" Byron ", "Ada \n Augusta").display == "Ada Augusta Byron"


TITLES = [
    # as typed, inside quotation marks (MLA, Chicago), plain (APA)
    pytest.param("Rivers of Asia", "“Rivers of Asia.”", "Rivers of Asia.", id="period inside"),
    pytest.param("Who Leads Asia?", "“Who Leads Asia?”", "Who Leads Asia?", id="question mark"),
    pytest.param("Asia Leads!", "“Asia Leads!”", "Asia Leads!", id="exclamation mark"),
    pytest.param("Made in the U.S.", "“Made in the U.S.”", "Made in the U.S.", id="period of its own"),
    pytest.param("The “Pivot” to Asia", "“The ‘Pivot’ to Asia.”", "The “Pivot” to Asia.", id="quotation"),
    pytest.param('The "Pivot" to Asia', "“The ‘Pivot’ to Asia.”", "The “Pivot” to Asia.", id="straight quotation"),
    pytest.param('After the "Pivot"', "“After the ‘Pivot.’”", "After the “Pivot.”", id="quotation at the end"),
    pytest.param('He Asked, "Why?"', "“He Asked, ‘Why?’”", "He Asked, “Why?”", id="question at the end of a quotation"),
    pytest.param('Who Says "No"?', "“Who Says ‘No’?”", "Who Says “No”?", id="question about a quotation"),
    pytest.param(
        "\"The 'Pivot' Is Over,\" He Said",
        "“‘The “Pivot” Is Over,’ He Said.”",
        "“The ‘Pivot’ Is Over,” He Said.",
        id="quotation in a quotation",
    ),
    pytest.param("The 'Pivot'", "“The ‘Pivot.’”", "The ‘Pivot.’", id="single quotation marks as typed"),
    pytest.param("Xi'an's Walls", "“Xi’an’s Walls.”", "Xi’an’s Walls.", id="apostrophe"),
    pytest.param("The Peoples'", "“The Peoples’.”", "The Peoples’.", id="apostrophe at the end is no quotation mark"),
    pytest.param("Back to the '90s", "“Back to the ’90s.”", "Back to the ’90s.", id="years left out"),
    pytest.param("The ‘90s “Boom”", "“The ‘90s ‘Boom.’”", "The ‘90s “Boom.”", id="a mark that opens nothing"),
    pytest.param('The pro-"Reform" Camp', "“The pro-‘Reform’ Camp.”", "The pro-“Reform” Camp.", id="after a hyphen"),
    pytest.param(
        "Park Geun-hye Impeached", "“Park Geun-hye Impeached.”", "Park Geun-hye Impeached.", id="no letter is changed"
    ),
    pytest.param("a title in small letters", "“a title in small letters.”", "a title in small letters.", id="nor here"),
    pytest.param("谁领导亚洲？", "“谁领导亚洲？”", "谁领导亚洲？", id="wide question mark"),
    pytest.param("  Rivers\n of  Asia ", "“Rivers of Asia.”", "Rivers of Asia.", id="spaces"),
]


class TitleTests:
    @pytest.mark.parametrize(("typed", "quoted", "plain"), TITLES)
    def test_it_is_set_as_each_manual_says(self, typed: str, quoted: str, plain: str) -> None:
        assert mla_with(title=typed).startswith(f"Byron, Ada. {quoted} <i>")
        assert apa_with(title=typed).startswith(f"Byron, A. (2013, March 5). {plain} <i>")
        assert chicago_with(title=typed).startswith(f"Byron, Ada. {quoted} <i>")

    def test_without_an_author_it_comes_first(self) -> None:
        work = {"authors": (), "title": "Who Leads Asia?"}

        assert mla_with(**work).startswith("“Who Leads Asia?” <i>")
        assert apa_with(**work).startswith("Who Leads Asia? (2013, March 5). <i>")
        assert chicago_with(**work).startswith("“Who Leads Asia?” <i>")

    def test_the_citation_title_is_for_apa_only(self) -> None:
        work = {"title": "Park Geun-hye Leads", "citation_title": "Park Geun-hye leads"}

        assert "“Park Geun-hye Leads.”" in mla_with(**work)
        assert " Park Geun-hye leads. " in apa_with(**work)
        assert "“Park Geun-hye Leads.”" in chicago_with(**work)


DATES = [
    (1, "Jan.", "January"),
    (2, "Feb.", "February"),
    (3, "Mar.", "March"),
    (4, "Apr.", "April"),
    (5, "May", "May"),
    (6, "June", "June"),
    (7, "July", "July"),
    (8, "Aug.", "August"),
    (9, "Sept.", "September"),
    (10, "Oct.", "October"),
    (11, "Nov.", "November"),
    (12, "Dec.", "December"),
]


class DateTests:
    @pytest.mark.parametrize(("month", "short", "whole"), DATES)
    def test_only_mla_shortens_the_month(self, month: int, short: str, whole: str) -> None:
        date = datetime.date(2013, month, 5)

        assert f", 5 {short} 2013, example.org" in mla_with(date=date)
        assert f" (2013, {whole} 5). " in apa_with(date=date)
        assert f", {whole} 5, 2013. https" in chicago_with(date=date)

    def test_without_one_mla_leaves_it_out_and_the_others_say_so(self) -> None:
        assert mla_with(date=None).endswith("<i>Asia Unbound</i>, River Press, example.org/asia/rivers/.")
        assert apa_with(date=None).startswith("Byron, A. (n.d.). Rivers")
        assert chicago_with(date=None).endswith("(blog). River Press, n.d. https://example.org/asia/rivers/.")

    def test_without_one_the_day_of_reading_is_added_where_it_is_known(self) -> None:
        undated = replace(WORK, date=None)
        in_mla, in_apa, in_chicago = (each.html for each in all_styles(undated, accessed=READ_ON))

        assert in_mla.endswith("example.org/asia/rivers/. Accessed 6 Dec. 2017.")
        assert in_apa == apa(undated)
        assert in_chicago.endswith("River Press. Accessed December 6, 2017. https://example.org/asia/rivers/.")
        assert "n.d." not in in_chicago

    def test_the_day_of_reading_is_left_out_where_there_is_a_date(self) -> None:
        assert all_styles(WORK, accessed=READ_ON) == all_styles(WORK)


class PublicationTests:
    @pytest.mark.parametrize("publisher", ["", "Asia Unbound", "asia unbound"])
    def test_a_publisher_of_the_same_name_is_not_repeated(self, publisher: str) -> None:
        assert "<i>Asia Unbound</i>, 5 Mar. 2013" in mla_with(publisher=publisher)
        assert "<i>Asia Unbound</i> (blog). March 5, 2013." in chicago_with(publisher=publisher)

    def test_apa_never_names_the_publisher(self) -> None:
        assert "River Press" not in apa(WORK)

    def test_an_organisation_that_publishes_its_own_work_is_named_once(self) -> None:
        authors = (Name("River Press", is_organisation=True),)

        assert mla_with(authors=authors).startswith("“Rivers of Asia.” <i>Asia Unbound</i>, River Press, 5")
        assert apa_with(authors=authors).startswith("River Press. (2013")
        assert chicago_with(authors=authors).startswith("River Press. “Rivers")
        assert chicago_with(authors=authors).count("River Press") == 1

    def test_apa_leaves_out_the_site_where_it_is_the_author(self) -> None:
        authors = (Name("Asia Unbound", is_organisation=True),)

        assert apa_with(authors=authors) == (
            "Asia Unbound. (2013, March 5). Rivers of Asia. https://example.org/asia/rivers/"
        )

    @pytest.mark.parametrize("container", ["Asia Blog", "The Blogs of Asia"])
    def test_chicago_does_not_say_blog_twice(self, container: str) -> None:
        assert f"<i>{container}</i>. River Press" in chicago_with(container=container)

    def test_a_name_that_ends_in_a_mark_gets_no_second_one(self) -> None:
        assert "<i>Asia!</i> https" in apa_with(container="Asia!")

    @pytest.mark.parametrize("scheme", ["http", "https"])
    def test_only_mla_takes_the_scheme_off_the_address(self, scheme: str) -> None:
        url = f"{scheme}://example.org/https://kept"

        assert mla_with(url=url).endswith(", example.org/https://kept.")
        assert apa_with(url=url).endswith(f" {url}")
        assert chicago_with(url=url).endswith(f" {url}.")


class HostileTextTests:
    hostile = "<script>alert(1)</script> & <i>"

    def test_every_field_is_escaped(self) -> None:
        work = Work(
            authors=(Name(self.hostile, self.hostile, self.hostile, self.hostile), Name(self.hostile)),
            title=self.hostile,
            container=self.hostile,
            publisher=f"{self.hostile} Press",
            date=DATE,
            url=f"https://example.org/?a=1&b={self.hostile}",
            citation_title=self.hostile,
        )
        for each in all_styles(work):
            assert isinstance(each.html, SafeString)
            assert each.html.replace("<i>", "", 1).replace("</i>", "", 1).count("<") == 0
            assert "&lt;script&gt;" in each.html
            assert "&amp;lt;" not in each.html

    def test_text_that_was_marked_safe_elsewhere_is_escaped_all_the_same(self) -> None:
        marked = SafeString(self.hostile)
        work = replace(WORK, authors=(Name(marked),), title=marked, container=marked, publisher=marked, url=marked)
        for each in all_styles(work):
            assert "<script>" not in each.html

    def test_nothing_is_escaped_twice(self) -> None:
        for each in all_styles(replace(WORK, url="https://example.org/?a=1&b=2", publisher="Ink & Sons")):
            assert "?a=1&amp;b=2" in each.html
            assert "&amp;amp;" not in each.html

    def test_text_from_right_to_left_is_kept(self) -> None:
        assert "“أنهار آسيا.”" in mla_with(title="أنهار آسيا")

    def test_marks_that_turn_the_direction_are_dropped(self) -> None:
        for each in all_styles(replace(WORK, title="Rivers \u202eof\u2066 Asia", container="Asia\u202e Unbound")):
            assert "Rivers of Asia" in each.html
            assert "<i>Asia Unbound</i>" in each.html

    @pytest.mark.parametrize("mark", ['"', "'", "“", "”", "‘", "’", "-", ".", "\"'", "“‘"])
    def test_marks_without_a_partner_do_no_harm(self, mark: str) -> None:
        for title in (mark, mark * 2000, f"Asia {mark}", f"{mark} Asia", f"As{mark}ia"):
            for each in all_styles(replace(WORK, title=title, authors=(Name(mark, mark, mark, mark),))):
                assert "<i>Asia Unbound</i>" in each.html
                assert "example.org/asia/rivers/" in each.html

    def test_empty_fields_leave_no_empty_parts(self) -> None:
        empty = Work(authors=(), title="Rivers", container="", publisher="", date=None, url="")

        assert apa(empty) == "Rivers. (n.d.)."
