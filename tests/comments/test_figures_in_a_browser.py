"""The figures as they are seen: on a phone and at a desk, in light and dark, and without seeing them."""

import datetime
import re
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from comments import moderation
from comments.models import Comment
from tests.comments.at_the_desk import looked_at
from tests.comments.test_pause_in_a_browser import sign_in
from tests.make import make_moderator, make_post, make_publication, make_region
from tests.make_comments import make_comment, set_policy

FIGURES = "/admin/comments/decision/figures/"
Status = Comment.Status

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def month(transactional_db: Any) -> None:
    """Some comments on each of thirty days; of the last ones some wait."""
    make_publication()
    set_policy(figures_for="moderators")
    post, now = make_post(regions=[make_region("Southeast Asia")]), timezone.now()
    for number in range(60):
        at = now - datetime.timedelta(hours=11 * number + 1)
        comment = make_comment(post, Status.PENDING, now=at - datetime.timedelta(hours=number % 7 * 5))
        to = (Status.APPROVED, Status.APPROVED, Status.REJECTED, Status.SPAM)[number % 4]
        if number > 2:
            moderation.decide(comment.pk, 1, to, make_moderator(), at)


class FiguresTests:
    def test_nothing_runs_off_the_page_and_axe_finds_nothing(self, page: Page, month: None) -> None:
        make_moderator()
        sign_in(page)
        for width in looked_at(page, FIGURES, is_opened=True):
            sizes = page.evaluate("[...document.querySelectorAll('.chart text')].map(t => t.getBoundingClientRect())")
            assert sizes
            assert all(size["height"] >= 12 and size["left"] >= 0 and size["right"] <= width for size in sizes)

    def test_nor_does_the_record_with_all_its_filters(self, page: Page, month: None) -> None:
        make_moderator()
        sign_in(page)
        for _width in looked_at(page, "/admin/comments/decision/?via=desk"):
            expect(page.get_by_label("Region")).to_be_visible()

    def test_a_screen_reader_hears_what_the_pictures_show(self, page: Page, month: None) -> None:
        make_moderator()
        sign_in(page)
        page.get_by_role("link", name="Figures").click()
        pictures = page.get_by_role("img", name="Comments sent, approved, rejected and marked as spam on each day")
        expect(pictures).to_have_count(1)
        expect(pictures).to_have_accessible_description(re.compile(r"^In all 60 were sent, \d+ approved"))
