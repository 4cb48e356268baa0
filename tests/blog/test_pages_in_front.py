"""The files that a web server in front sends without asking: which pages are there, and that none outlives a change."""

import datetime
import errno
import os
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from asiaunbound import nginx
from blog import counters, following, front_files, keysets, pages, releases, room, tidying
from blog.models import Post
from tests import stored
from tests.blog.test_following import another_machine
from tests.make import make_author, make_page, make_post, make_publication, make_region, publish_again
from tests.make_comments import decide, make_comment

pytestmark = pytest.mark.django_db

POST = "/2017/03/15/first/"
LISTS = {"/", "/2017/", "/2017/03/", "/regions/", "/regions/asia/", "/authors/ada-tan/"}
SHEETS = {POST, f"{POST}print/", f"{POST}cite/"}
REST = {"/about/", "/comment-guidelines/", "/2017/03/15/second/"}
ALL = LISTS | SHEETS | REST


@pytest.fixture(autouse=True)
def used(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.FRONT_SERVER = "nginx"
    # A power cut cannot be had here, and waiting for the disk takes long.
    monkeypatch.setattr(os, "fsync", lambda _file: None)


@pytest.fixture
def post() -> Post:
    make_publication()
    make_page("About")
    make_post("Second")
    return make_post("First", authors=[make_author("Ada Tan")], regions=[make_region("Asia")])


def read(*addresses: str) -> None:
    """Each by two readers: the first has it drawn, the second has it put in front."""
    for _reader in range(2):
        for address in addresses:
            assert Client().get(address).status_code == 200, address


def in_front() -> set[str]:
    return set(stored.in_front())


def front() -> front_files.FrontFiles:
    return pages.store().front


def own_counters() -> counters.Counters:
    found = pages.store().counters
    assert found is not None
    return found


def done_before(step: int, act: Callable[[], object]) -> bool:
    """Do something, and be killed before this one of its steps on the disk. Whether it was done by then."""

    class Killed(BaseException):
        pass

    left = [step]

    def counted(original: Callable[..., object]) -> Callable[..., object]:
        def stepping(*words: Any, **named: Any) -> object:
            if left[0] == 0:
                raise Killed
            left[0] -= 1
            return original(*words, **named)

        return stepping

    with pytest.MonkeyPatch.context() as patch:
        for name in ("mkdir", "link", "replace", "unlink", "rmdir", "rename", "utime"):
            patch.setattr(os, name, counted(getattr(os, name)))
        try:
            act()
        except Killed:
            return False
    return True


@pytest.fixture
def no_unlinking(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """A disk that takes nothing away any more."""

    def refuse(self: Path, *words: Any, **named: Any) -> None:
        raise OSError(errno.EROFS, "no")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refuse)
        patch.setattr(Path, "rename", refuse)
        yield patch


class PutTests:
    def test_what_is_asked_for_again_is_there_whole_and_compressed(self, post: Post) -> None:
        read(*ALL)
        assert in_front() == ALL
        drawn = Client().get(POST).content
        assert stored.in_front()[POST] == [drawn, drawn]

    def test_what_one_reader_wanted_is_not(self, client: Client, post: Post) -> None:
        client.get(POST)
        assert in_front() == set()

    @pytest.mark.parametrize(
        "address", ["/feed/", "/sitemap.xml", "/robots.txt", "/healthz", "/admin/login/", "/2017/03/15/nowhere/"]
    )
    def test_nor_is_anything_but_pages(self, client: Client, post: Post, address: str) -> None:
        for _reader in range(2):
            client.get(address)
        assert in_front() == set()

    def test_nor_is_a_page_that_ends(self, post: Post) -> None:
        make_post("Third", status="scheduled")
        read("/", POST)
        assert in_front() == {POST}

    def test_nor_is_a_further_page_of_a_list(self, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(keysets.page, "__defaults__", (1,))
        read(f"/?before={keysets.key(post)}")
        assert stored.keys() == {f"/?before={keysets.key(post)}"}
        assert in_front() == set()

    def test_nor_is_a_page_that_says_something_else_than_the_others(
        self, post: Post, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        said = nginx.headers()
        monkeypatch.setattr(nginx, "headers", lambda: [*said, ("X-Robots-Tag", "noindex")])
        read(*ALL)
        assert in_front() == set()

    def test_nor_is_anything_where_no_such_server_is_named(self, post: Post, settings: Any) -> None:
        settings.FRONT_SERVER = ""
        read(*ALL)
        assert in_front() == set()
        assert not Path(settings.WWW_ROOT).exists()

    def test_an_address_too_long_for_the_index_is_left_to_the_program(self) -> None:
        assert front_files.place_of("5f2a", "a" * 250) is not None
        assert front_files.place_of("5f2a", "a" * 251) is None

    def test_its_date_tells_its_text(self, post: Post) -> None:
        """Two versions of one length, drawn in the same second, are two; the same text drawn again is the same."""
        read(POST)
        (path,) = front().pages.glob(f"*{POST}index.html")
        first = path.stat()
        publish_again(post, title="Fisrt")
        read(POST)
        assert path.stat().st_size == first.st_size
        assert path.stat().st_mtime != first.st_mtime
        publish_again(post, title="First")
        stored.forget()
        read(POST)
        packed = path.with_name("index.html.gz").stat()
        assert (path.stat().st_size, path.stat().st_mtime) == (first.st_size, first.st_mtime)
        assert packed.st_mtime != first.st_mtime
        assert {path.stat().st_mtime % 1, packed.st_mtime % 1} == {0}

    def test_a_hundred_readers_leave_one_file_of_each_kind_and_nothing_else(self, post: Post) -> None:
        for _reader in range(50):
            read(POST)
        assert sorted(path.name for path in front().pages.rglob("*") if path.is_file()) == [
            "index.html",
            "index.html.gz",
        ]
        assert list(front().folder.glob("draft-*")) == []
        # However many things it shows, its lines in the index are one file.
        lines = [path for path in front().index.rglob("*") if path.is_file()]
        assert len(lines) > 5
        assert len({path.stat().st_ino for path in lines}) == 1


class TakenAwayTests:
    def test_a_change_takes_away_what_shows_it_and_nothing_else(self, post: Post) -> None:
        read(*ALL)
        publish_again(post, title="Another title")
        # The list of regions names no post.
        assert in_front() == REST | {"/regions/"}
        read(*ALL)
        assert in_front() == ALL

    @pytest.mark.parametrize(("to", "gone"), [("approved", {POST} | LISTS - {"/regions/"}), ("rejected", set())])
    def test_a_decision_takes_away_what_readers_see_of_it(self, post: Post, to: str, gone: set[str]) -> None:
        comment = make_comment(post, "pending")
        read(*ALL)
        decide(comment, to)
        assert ALL - in_front() == gone

    def test_what_was_planned_takes_away_the_page_that_will_change(self, post: Post) -> None:
        """Such a page has an end from then on, which no web server knows of."""
        read(*ALL)
        make_post("Third", status="scheduled")
        assert "/" not in in_front()
        read("/")
        assert "/" not in in_front()

    def test_more_than_can_be_taken_away_one_by_one_go_all_at_once(
        self, post: Post, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(front_files, "MOST_ONE_BY_ONE", 5)
        read(*ALL)
        decide(make_comment(post, "pending"), "approved")
        assert in_front() < ALL - {POST}
        pages.changed("publication")
        assert in_front() == set()
        read(*ALL)
        assert in_front() == ALL
        front().sweep()
        assert [path.name for path in front().folder.iterdir()] == ["now"]

    def test_it_is_away_for_good_before_the_change_is_answered(
        self, post: Post, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        read(POST, f"{POST}print/", "/about/")
        written: list[str] = []
        monkeypatch.setattr(os, "fsync", lambda file: written.append(os.readlink(f"/proc/self/fd/{file}")))
        pages.changed(f"post:{post.pk}")
        assert {Path(path).name for path in written} == {"first", "print"}
        pages.changed("publication")
        monkeypatch.setattr(front_files, "MOST_ONE_BY_ONE", 0)
        read(POST)
        written.clear()
        pages.changed("publication")
        assert written == [str(front().folder)]

    def test_a_change_that_nobody_here_carried_out_is_followed(
        self, post: Post, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
    ) -> None:
        """Another machine's, or that of processes which were all killed between the commit and the cleaning up."""
        with another_machine(settings, tmp_path / "b"):
            read(*ALL)
            following.follow()
            assert in_front() == set()  # a first look knows nothing
            read(*ALL)
        publish_again(post, title="Another title")
        with another_machine(settings, tmp_path / "b"):
            assert in_front() == ALL
            stored.another_process()
            following.follow()
            assert in_front() == REST | {"/regions/"}

    def test_changes_that_are_missing_take_away_everything(self, post: Post) -> None:
        following.follow()
        read(*ALL)
        counts = own_counters()
        counts.follow((7, 7), [], (9, 9))
        assert in_front() == set()

    def test_counters_made_anew_or_from_before_a_power_cut_take_away_everything(
        self, post: Post, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        read(*ALL)
        shutil.rmtree(settings.RUN_ROOT)
        stored.another_process()
        own_counters()
        assert in_front() == set()
        read(*ALL)
        assert in_front() == ALL
        monkeypatch.setattr(counters, "machine_start", lambda: 42)
        stored.another_process()
        own_counters()
        assert in_front() == set()

    def test_who_cannot_have_counters_leaves_nothing_in_front(
        self, post: Post, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        read(*ALL)
        stored.another_process()
        monkeypatch.setattr(counters.Counters, "__init__", lambda *_: (_ for _ in ()).throw(OSError(errno.ENOSPC, "")))
        publish_again(post, title="Another title")
        assert in_front() == set()


class RaceTests:
    """What happens between the moment a page is found good and the moment it lies there."""

    @pytest.mark.parametrize("moment", ["drafts", "locked"])
    def test_a_change_meanwhile_keeps_it_out(self, post: Post, monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
        Client().get(POST)
        owner: Any = front_files.FrontFiles if moment == "drafts" else counters.Counters
        original = getattr(owner, moment)

        def first_a_change(self: Any, *words: Any) -> Any:
            with monkeypatch.context() as patch:
                patch.setattr(owner, moment, original)
                pages.changed(f"post:{post.pk}")
            return original(self, *words)

        with monkeypatch.context() as patch:
            patch.setattr(owner, moment, first_a_change)
            Client().get(POST)
        assert in_front() == set()
        read(POST)
        assert in_front() == {POST}

    def test_a_page_drawn_before_a_change_is_not_put_after_it(self, post: Post) -> None:
        read(POST)
        page = pages.store().look(POST)
        assert page is not None
        place = nginx.place(page)
        assert place is not None
        pages.changed(f"post:{post.pk}")
        pages.store().put_in_front(page, place)
        assert in_front() == set()

    def test_a_process_whose_counters_were_deleted_puts_nothing(self, post: Post) -> None:
        Client().get(POST)
        shutil.rmtree(settings.RUN_ROOT)
        Client().get(POST)
        assert in_front() == set()

    @pytest.mark.parametrize("act", ["put", "take_away"])
    def test_who_is_killed_at_any_step_leaves_nothing_that_outlives_a_change(self, tmp_path: Path, act: str) -> None:
        files, step, is_done = front_files.FrontFiles(tmp_path), 0, False
        while not is_done:
            with files.drafts({"": b"page", "gzip": b"packed"}) as drafts:
                if act == "put":
                    is_done = done_before(step, partial(files.put, "5f2a/about/", [1, 2, 3], drafts))
                else:
                    files.put("5f2a/about/", [1, 2, 3], drafts)
                    is_done = done_before(step, partial(files.take_away, [2]))
            files.take_away([2])
            assert list(files.pages.rglob("index.html*")) == [], step
            step += 1
        assert step > 4

    def test_a_line_too_many_in_the_index_does_no_harm(self, post: Post) -> None:
        read(POST, "/about/")
        (line,) = (front().index / str(counters.slot(f"post:{post.pk}"))).iterdir()
        (line.parent / "5f2a,never,was,there,").hardlink_to(line)
        pages.changed(f"post:{post.pk}")
        assert in_front() == {"/about/"}
        assert not line.parent.exists()


class ReleaseTests:
    def test_what_another_release_has_put_goes_when_a_worker_starts(
        self, post: Post, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        nginx.begin()
        read(*ALL)
        nginx.begin()
        assert in_front() == ALL

        former = pages.store()
        monkeypatch.setattr(releases, "current", lambda: "0123456789abcdef")
        stored.another_process()
        nginx.begin()

        assert in_front() == set()
        read(POST)
        assert in_front() == {POST}
        # A worker of the former release that still lives.
        page = former.look("/about/")
        assert page is not None
        former.put_in_front(page, nginx.place(page) or "")
        assert in_front() == {POST}
        publish_again(post, title="Another title")
        assert in_front() == set()

    def test_what_was_put_goes_when_no_such_server_is_named_any_more(self, post: Post, settings: Any) -> None:
        nginx.begin()
        read(*ALL)
        settings.FRONT_SERVER = ""
        nginx.begin()
        assert in_front() == set()

    def test_a_page_for_when_the_program_is_away_is_kept_beside(self, post: Post, settings: Any) -> None:
        nginx.begin()
        assert "Please try again in a moment" in (settings.WWW_ROOT / "503.html").read_text()
        assert list(settings.WWW_ROOT.glob("draft-*")) == []


class TroubleTests:
    def test_what_cannot_be_taken_away_is_said_and_done_as_soon_as_it_can_be(
        self, post: Post, no_unlinking: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        read(*ALL)
        publish_again(post, title="Another title")
        publish_again(post, title="Yet another title")
        assert in_front() == ALL
        assert caplog.text.count("stop the web server") == 1
        assert str(settings.WWW_ROOT) in caplog.text
        # The program itself shows nothing old, and puts nothing more there.
        assert "Yet another title" in Client().get(POST).text

        no_unlinking.undo()
        stored.another_process()
        following.follow()

        assert in_front() == set()
        read(*ALL)
        assert in_front() == ALL

    def test_where_one_file_resists_all_are_taken_away(self, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
        read(*ALL)
        with monkeypatch.context() as patch:
            patch.setattr(Path, "unlink", lambda *_, **__: (_ for _ in ()).throw(PermissionError(errno.EACCES, "no")))
            pages.changed(f"post:{post.pk}")
        assert in_front() == set()

    def test_a_deleted_folder_fills_again(self, post: Post) -> None:
        read(*ALL)
        shutil.rmtree(settings.WWW_ROOT)
        publish_again(post, title="Another title")
        read(*ALL)
        assert in_front() == ALL

    def test_a_disk_without_room_keeps_no_page_and_serves_all_the_same(
        self, post: Post, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        monkeypatch.setattr(room, "LEAST_FREE", 10**18)
        monkeypatch.setattr(shutil, "disk_usage", lambda _folder: shutil._ntuple_diskusage(100, 91, 9))
        read(*ALL)
        assert in_front() == set()
        assert pages.store().files() == []
        assert caplog.text.count("A page could not be stored") == 1

    def test_tidying_makes_room_with_the_oldest(self, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
        read(POST, "/about/", "/regions/")
        for number, address in enumerate((POST, "/about/", "/regions/")):
            os.utime(pages.store().path(address), (number, number))
        free = iter((9, 10))
        monkeypatch.setattr(room, "LEAST_FREE", 10**18)
        monkeypatch.setattr(
            shutil,
            "disk_usage",
            lambda _folder: shutil._ntuple_diskusage(100, 90, next(free)),
        )
        tidying.tidy(timezone.now())
        stored.another_process()
        assert stored.keys() == {"/about/", "/regions/"}

    def test_tidying_empties_the_front_while_a_worker_can_fill_it_again(self, post: Post) -> None:
        read(*ALL)
        silent = (timezone.now() - datetime.timedelta(hours=1)).timestamp()
        os.utime(pages.store().folder, (silent, silent))
        tidying.tidy(timezone.now())
        assert in_front() == ALL
        following.follow()
        read(*ALL)
        tidying.tidy(timezone.now())
        assert in_front() == set()
        assert list(front().folder.iterdir()) == []
        Client().get(POST)
        assert in_front() == {POST}

    def test_what_was_being_written_when_a_process_was_killed_is_deleted(
        self, post: Post, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        read(POST)
        left = front().folder / "draft-1-index.html"
        left.write_text("half")
        front().sweep()
        assert left.exists()
        monkeypatch.setattr(front_files, "SECONDS_A_DRAFT_MAY_TAKE", -1)
        front().sweep()
        assert not left.exists()
        assert in_front() == {POST}
