"""The desk's lists: in what order, narrowed to what, found by which words, and for whom."""

import datetime
import time
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from blog.models import Post
from comments import privacy
from comments.desk import lists, lookup, queue
from comments.models import Comment, Note, Preference
from tests.make import make_author, make_post, make_region, make_staff
from tests.make_comments import copies, decide, make_comment

DESK = "/admin/comments/comment/"
HOUR = datetime.timedelta(hours=1)
Status, Outlook, Order = Comment.Status, Comment.Outlook, Preference.Order

pytestmark = pytest.mark.django_db


@pytest.fixture
def host(post: Post) -> User:
    """An author who moderates their own posts, and whose they are: one made, one signed."""
    return make_staff("host", "Authors", "Authors who moderate their own posts")


@pytest.fixture
def own(host: User) -> Post:
    return make_post("Their own", authors=[make_author("Hana Host", user=host)])


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def first_page(client: Client, query: str) -> list[int]:
    return [row.comment.pk for row in client.get(f"{DESK}?face=all&{query}").context["page"].rows]


def shown(client: Client, query: str = "") -> list[int]:
    """All pages of a list, to its end."""
    found: list[int] = []
    address = f"{DESK}?face=all&{query}"
    while address:
        page = client.get(address).context["page"]
        found += [row.comment.pk for row in page.rows]
        address = page.next_url
    return found


def waiting(post: Post, **fields: Any) -> Comment:
    columns = {name: fields.pop(name) for name in ("outlook", "signals", "waiting_since") if name in fields}
    # Long ago, each at another time: a person may come again.
    sent = timezone.now() - HOUR * (100 - Comment.objects.count())
    comment = make_comment(post, Status.PENDING, now=sent, **fields)
    columns.setdefault("waiting_since", timezone.now())
    Comment.objects.filter(pk=comment.pk).update(**columns)
    comment.refresh_from_db()
    return comment


class OrderTests:
    @pytest.fixture
    def mixed(self, post: Post, monkeypatch: pytest.MonkeyPatch) -> list[Comment]:
        """So many that they fill three pages, and begin a fourth."""
        monkeypatch.setattr(queue, "PAGE_SIZE", 4)
        posts, now = [post, make_post("Another"), make_post("A third")], timezone.now()
        looks = [Outlook.UNSURE, Outlook.FINE, Outlook.SPAM, Outlook.FINE]
        return [
            waiting(posts[n % 3], outlook=looks[n % 4], waiting_since=now - (n * 7 % 13) * HOUR, body=f"Words {n}")
            for n in range(13)
        ]

    @pytest.mark.parametrize(
        ("order", "by"),
        [
            (Order.OLDEST, lambda c: (c.waiting_since, c.pk)),
            (Order.BY_POST, lambda c: (c.thread_id, c.waiting_since, c.pk)),
            (Order.LIKELY_FINE, lambda c: (c.outlook, c.waiting_since, c.pk)),
        ],
    )
    def test_each_shows_all_once_over_its_pages(
        self, client: Client, anna: User, mixed: list[Comment], order: str, by: Any
    ) -> None:
        assert shown(client, f"order={order}") == [comment.pk for comment in sorted(mixed, key=by)]
        Preference.objects.update_or_create(user=anna, defaults={"order": order})
        assert shown(client) == [comment.pk for comment in sorted(mixed, key=by)]

    @pytest.mark.parametrize("order", Order.values)
    def test_none_skips_or_repeats_while_colleagues_decide(
        self, client: Client, anna: User, mixed: list[Comment], order: str
    ) -> None:
        first = client.get(f"{DESK}?face=all&order={order}").context["page"]
        seen = [row.comment.pk for row in first.rows]
        for pk in seen[::3]:
            Comment.objects.filter(pk=pk).update(waiting_since=None, status=Status.APPROVED)
        address = first.next_url
        while address:
            page = client.get(address).context["page"]
            seen += [row.comment.pk for row in page.rows]
            address = page.next_url
        assert sorted(seen) == sorted(comment.pk for comment in mixed)

    @pytest.mark.parametrize("order", Order.values)
    def test_a_key_of_another_order_is_the_start(
        self, client: Client, anna: User, mixed: list[Comment], order: str
    ) -> None:
        start = first_page(client, f"order={order}")
        for after in ("1", "0-0", "1-2-3", "-".join(["9" * 17] * 3)):
            is_another = after.count("-") + 1 != len(lists.QUEUE[Order(order)].columns)
            assert not is_another or first_page(client, f"order={order}&after={after}") == start

    def test_a_key_behind_all_there_is_shows_nothing(self, client: Client, anna: User, mixed: list[Comment]) -> None:
        for order, columns in ((Order.OLDEST, 2), (Order.BY_POST, 3), (Order.LIKELY_FINE, 3)):
            assert first_page(client, f"order={order}&after={'-'.join(['9' * 17] * columns)}") == []


class FilterTests:
    def test_by_post_author_and_region_with_those_within_it(self, client: Client, anna: User, post: Post) -> None:
        asia = make_region("Asia")
        south = make_region("South Asia", parent=asia)
        ada, placed = make_author("Ada Tan"), make_post("Placed", regions=[south])
        signed = make_post("Signed", authors=[ada])
        here, there, elsewhere = (waiting(one) for one in (placed, signed, post))
        assert shown(client, f"post={post.pk}") == [elsewhere.pk]
        assert shown(client, f"author={ada.pk}") == [there.pk]
        assert shown(client, f"region={asia.pk}") == [here.pk]
        assert shown(client, f"region={south.pk}") == [here.pk]
        assert shown(client, f"region={south.pk}&author={ada.pk}") == []
        for nothing in ("post=999", "author=999", "region=999", "region=99999999999999999"):
            assert shown(client, nothing) == []

    def test_a_large_region_is_looked_for_among_the_next(
        self, client: Client, anna: User, post: Post, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(lists, "MOST_THREADS", 0)
        monkeypatch.setattr(lists, "LOOKED_THROUGH", 10)
        asia = make_region("Asia")
        copies(waiting(post), 30)
        here = waiting(make_post("Placed", regions=[asia]))
        first = client.get(f"{DESK}?region={asia.pk}")
        assert (first.context["page"].rows, first.context["page"].is_cut) == ([], True)
        assert "Look through more" in first.content.decode()
        assert shown(client, f"region={asia.pk}") == [here.pk]

    def test_those_of_some_posts_come_oldest_first_over_all_pages(self, client: Client, anna: User) -> None:
        ada, now = make_author("Ada Tan"), timezone.now()
        posts = [make_post(f"Post {number}", authors=[ada]) for number in range(3)]
        made = [
            waiting(posts[n * n % 3], waiting_since=now - (n * 13 % 47) * HOUR, body=f"Words {n}").pk for n in range(47)
        ]
        oldest = [*Comment.objects.filter(pk__in=made).order_by("waiting_since", "pk").values_list("pk", flat=True)]
        assert shown(client, f"author={ada.pk}") == oldest
        Comment.objects.update(status=Status.SPAM, waiting_since=None)
        assert shown(client, f"author={ada.pk}&tab=spam") == sorted(made, reverse=True)

    def test_by_signal_outlook_age_and_what_is_asked(self, client: Client, anna: User, post: Post) -> None:
        now = timezone.now()
        fast = waiting(post, signals=[{"code": "too-fast", "detail": 'He said "code": "links" to me.'}])
        spam = waiting(post, outlook=Outlook.SPAM, signals=[{"code": "links", "detail": "Two links."}])
        old = waiting(post, waiting_since=now - 30 * HOUR)
        edited = make_comment(post)
        Comment.objects.filter(pk=edited.pk).update(proposed_body="Other words", waiting_since=now)
        appealed = make_comment(post, Status.REJECTED)
        Comment.objects.filter(pk=appealed.pk).update(waiting_since=now)
        assert shown(client, "signal=too-fast") == [fast.pk]
        assert shown(client, "signal=links") == [spam.pk]
        assert shown(client, f"outlook={Outlook.SPAM}") == [spam.pk]
        assert shown(client, "older=24") == [old.pk]
        assert shown(client, "kind=new") == [old.pk, fast.pk, spam.pk]
        assert shown(client, "kind=edit") == [edited.pk]
        assert shown(client, "kind=appeal") == [appealed.pk]
        assert shown(client, f"signal=links&post={post.pk}&outlook={Outlook.SPAM}&kind=new") == [spam.pk]
        assert shown(client, "signal=links&outlook=0") == []

    def test_by_a_question_to_colleagues(self, client: Client, anna: User, post: Post) -> None:
        waiting(post)
        asked = waiting(post)
        Note.objects.create(comment=asked, by=anna, at=timezone.now(), words="Is it true?")
        assert shown(client, "asked=1") == [asked.pk]

    def test_the_place_is_kept_by_the_form_and_by_a_decision(self, client: Client, anna: User, post: Post) -> None:
        comment = waiting(post, name="Rosa")
        address = f"{DESK}?signal=links&q=tide&post={post.pk}&order=fine&kind=new"
        page = client.get(address).content.decode()
        assert '<option value="links" selected>' in page
        assert f"“{post.title}”" in page
        fields = dict(client.get(address).context["page"].place.fields)
        answer = client.post(f"{DESK}decide/", {**fields, "approve": f"{comment.pk}:1", f"{comment.pk}-note": ""})
        assert answer.status_code == 303
        for part in ("signal=links", "q=tide", f"post={post.pk}", "order=fine", "kind=new"):
            assert part in answer["Location"]


class SearchTests:
    def test_words_are_found_in_text_and_name_and_by_their_beginning(
        self, client: Client, anna: User, post: Post
    ) -> None:
        text = waiting(post, body="The ferries of Penang are slow.")
        name = waiting(post, name="Penelope Ng")
        waiting(post, body="Nothing of the kind.")
        assert shown(client, "q=PENANG") == [text.pk]
        assert shown(client, "q=slow+ferr") == [text.pk]
        assert shown(client, "q=pen") == [text.pk, name.pk]
        assert shown(client, "q=penang+bridge") == []
        assert shown(client, "q=pen&tab=approved") == []

    def test_what_changed_or_went_is_found_as_it_is_now(self, client: Client, anna: User, post: Post) -> None:
        comment = waiting(post, body="The old ferry.", name="Rosa", email="rosa@example.org")
        Comment.objects.filter(pk=comment.pk).update(body="The new bridge.")
        assert (shown(client, "q=ferry"), shown(client, "q=bridge")) == ([], [comment.pk])
        privacy.erase("rosa@example.org", timezone.now())
        assert shown(client, "q=rosa") == []

    @pytest.mark.parametrize("words", ["सड़क", "ไทย", "京都", "Đường", "Straße"])
    def test_other_scripts_are_found(self, client: Client, anna: User, post: Post, words: str) -> None:
        comment = waiting(post, body=f"{words} and more of it.")
        assert shown(client, f"q={quote(words)}") == [comment.pk]

    @pytest.mark.parametrize(
        "words",
        [
            "'", '"', "''\"\"", "a:b", "name:x", "NOT", "x AND", "NEAR(a b)", "*", "-a", "(", "\\", "a\\'b", "%", "_",
            "\0", "'; DROP TABLE comments_comment; --", "a & | ! <-> b", "{a b}", "^a", "\u202e", "\ud800", "𝔘𞤀", "ा",
            "x" * 100_000, '"' * 100_000, "':*&" * 25_000, " ".join(map(str, range(10_000))),
        ],
    )  # fmt: skip
    def test_hostile_words_are_words_or_nothing(self, client: Client, anna: User, post: Post, words: str) -> None:
        waiting(post)
        # Of this process alone: a busy machine is no fault of the words.
        began = time.process_time()
        for name in ("q", "who"):
            answer = client.get(f"{DESK}?{name}={quote(words, errors='surrogatepass')}")
            assert answer.status_code == 200
        assert time.process_time() - began < 2
        assert Comment.objects.count() == 1

    def test_an_address_is_found_by_who_may_see_it_and_by_nobody_else(self, client: Client, post: Post) -> None:
        comment = waiting(post, name="Rosa", email="Rosa.Lim@example.org")
        waiting(post, name="Rosa")
        looker = make_staff("looker")
        looker.user_permissions.set(Permission.objects.filter(codename__in=["view_comment", "moderate_all"]))
        revealer = make_staff("revealer", "Moderators")
        for query in ("q=rosa.lim@EXAMPLE.org", "who=rosa.lim@example.org"):
            assert shown(browser(revealer), query) == [comment.pk]
            for part in (query, "q=rosa.lim", "q=example.org", "q=rosa.lim@example", "who=rosa.lim"):
                assert shown(browser(looker), part) == []
        page = browser(looker).get(f"{DESK}?face=all").content.decode()
        assert "rosa.lim" not in page.lower()
        assert "address" not in page.partition("Words in it")[2].partition("</form>")[0]

    def test_what_else_came_from_an_address_is_found_by_who_may_not_see_it(self, client: Client, post: Post) -> None:
        comment = waiting(post, name="Rosa", email="Rosa.Lim@example.org")
        same = waiting(post, name="R. L.", email="rosa.lim@example.org")
        waiting(post, name="Rosa")
        looker = make_staff("looker")
        looker.user_permissions.set(Permission.objects.filter(codename__in=["view_comment", "moderate_all"]))
        desk = browser(looker)
        link = desk.get(f"{DESK}{same.pk}/").context["row"].by_same_url
        assert "rosa" not in link.lower()
        assert shown(desk, link.partition("?")[2]) == [comment.pk, same.pk]
        page = desk.get(link).content.decode()
        assert "Only those from the address that R. L. gave." in page
        assert "rosa.lim" not in page.lower()

    def test_who_gave_no_address_is_not_one_person(self, anna: User, post: Post) -> None:
        comment = waiting(post, email="")
        waiting(post, email="")
        assert shown(browser(anna), f"by={comment.pk}") == []

    def test_a_commenter_is_found_by_the_whole_name(self, client: Client, anna: User, post: Post) -> None:
        rosa = waiting(post, name="Rosa Lim")
        waiting(post, name="Rosa Limbang")
        waiting(post, name="Rosa", body="I know Rosa Lim.")
        assert shown(client, "who=rosa lim") == [rosa.pk]

    def test_only_the_newest_of_many_are_looked_through(
        self, anna: User, post: Post, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(lookup, "MOST_FOUND", 3)
        made = [waiting(post, body=f"Ferry number {number}.").pk for number in range(5)]
        assert shown(browser(anna), "q=ferry") == made[2:]


class OwnPostsTests:
    """Who moderates their own posts sees, counts, finds and is led to only those."""

    def test_lists_counts_and_searches_show_only_theirs(self, post: Post, host: User, own: Post) -> None:
        statuses = [str(status) for status in Status.values if status != Status.WITHDRAWN]
        mine = {status: make_comment(own, status, body=f"Ferry {status}").pk for status in statuses}
        for status in statuses:
            make_comment(post, status, name="Somebody Else", body=f"Ferry {status} of another post")
        Comment.objects.filter(status=Status.APPROVED).update(reported_since=timezone.now())
        desk = browser(host)
        tabs = {status: status for status in statuses[1:]} | {"waiting": "pending", "reported": "approved"}
        for tab, status in tabs.items():
            for query in (f"tab={tab}", f"tab={tab}&q=ferry", f"tab={tab}&outlook=1"):
                assert shown(desk, query) == [mine[status]], query
            assert shown(desk, f"tab={tab}&post={post.pk}") == []
            assert lists.count(tab, host, timezone.now()) == "1"
        page = desk.get(DESK).content.decode()
        assert "Somebody Else" not in page
        assert "One comment waits" in desk.get("/admin/").content.decode()
        assert post.title not in desk.get(f"{DESK}?post={post.pk}").content.decode()

    def test_what_they_made_counts_as_theirs(self, host: User) -> None:
        made = make_post("Made by the host", by=host)
        comment = waiting(made)
        assert shown(browser(host)) == [comment.pk]

    def test_an_id_in_the_address_leads_nowhere_else(self, post: Post, host: User, own: Post) -> None:
        theirs, mine = waiting(post, email="rosa@example.org"), waiting(own, email="rosa@example.org")
        desk = browser(host)
        assert desk.get(f"{DESK}{theirs.pk}/").status_code == 404
        answer = desk.get(f"{DESK}{mine.pk}/")
        assert answer.status_code == 200
        assert answer.context["row"].around.by_same == 0
        assert shown(desk, f"by={theirs.pk}") == []
        assert theirs.name not in desk.get(f"{DESK}?by={theirs.pk}").content.decode().partition("Show all again")[2]
        refused = desk.post(f"{DESK}decide/", {"approve": f"{theirs.pk}:1"})
        assert refused.status_code == 422
        assert theirs.body not in refused.content.decode()
        assert desk.post(f"{DESK}decide/", {"approve": f"{mine.pk}:1"}).status_code == 303
        assert Comment.objects.get(pk=theirs.pk).status == Status.PENDING
        decide(theirs, Status.SPAM)
        assert 'id="done"' not in desk.get(f"{DESK}?done={theirs.pk}").content.decode()
        assert Comment.objects.get(pk=mine.pk).status == Status.APPROVED

    def test_they_choose_among_nobody_elses_authors(self, host: User, own: Post) -> None:
        make_author("Secret Author")
        page = browser(host).get(DESK).content.decode()
        assert "Secret Author" not in page
        assert 'name="region"' not in page


class SurroundingsTests:
    def test_a_comment_is_shown_with_what_stands_around_it(self, client: Client, anna: User, post: Post) -> None:
        first = make_comment(post, name="Mara", body="The strait is wide.")
        second = make_comment(post, name="Nils", body="And deep.", parent=first)
        comment = waiting(post, parent=second, email="rosa@example.org", name="Rosa")
        waiting(post)
        waiting(make_post("Another"), email="rosa@example.org", name="Rosa")
        make_comment(post, Status.SPAM, email="rosa@example.org", name="Rosa", now=timezone.now() - 24 * 400 * HOUR)
        row = client.get(f"{DESK}{comment.pk}/").context["row"]
        assert (row.around.beside, row.around.by_same, row.history.spam) == (1, 1, 1)
        page = client.get(f"{DESK}{comment.pk}/").content.decode()
        assert "Another one waits on this post" in page
        assert "Another one by this commenter waits" in page
        assert "which answers Mara" in page
        assert "1 spam." in page
        assert "The first came on" in page
        assert len(shown(client, row.by_same_url.partition("?")[2])) == 2
        assert len(shown(client, row.beside_url.partition("?")[2])) == 2

    def test_other_words_stand_beside_the_published_ones_with_the_difference_marked(
        self, client: Client, anna: User, post: Post
    ) -> None:
        comment = make_comment(post, body="The ferry is <slow> today.")
        Comment.objects.filter(pk=comment.pk).update(
            proposed_body="The ferry is <b>late</b> today.", proposed_html="<p>The ferry is late today.</p>",
            waiting_since=timezone.now(),
        )  # fmt: skip
        page = client.get(DESK).content.decode()
        assert "<del>&lt;slow&gt;</del><ins>&lt;b&gt;late&lt;/b&gt;</ins>" in page
        assert comment.body_html in page
        assert "<p>The ferry is late today.</p>" in page
