"""What is said under the demo posts holds together before anything of it reaches a database."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from blog.demo import outline
from comments.demo import policy
from comments.demo.threads import REASONS, Comment, threads

THREADS = {thread.post: thread for thread in threads()}
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def published_at(slug: str) -> datetime:
    when = next(post.published_at for post in outline.POSTS if post.slug == slug)
    assert when is not None
    return when


def count(thread: str, state: str) -> int:
    return sum(comment.state == state for comment in THREADS[thread].comments)


def depth(comment: Comment, comments: tuple[Comment, ...]) -> int:
    return 1 if comment.reply_to is None else 1 + depth(comments[comment.reply_to - 1], comments)


class DemoThreadTests:
    def test_every_thread_belongs_to_a_published_post_and_one_post_has_none(self) -> None:
        published = {post.slug for post in outline.POSTS if post.state == "published"}
        assert published - set(THREADS) == {"how-we-drew-the-river-calendar"}
        assert set(THREADS) <= published

    def test_one_thread_is_closed_and_one_paused_with_a_sentence(self) -> None:
        assert [t.post for t in THREADS.values() if t.opening == "closed"] == ["the-quiet-arithmetic-of-a-strait"]
        paused = [thread for thread in THREADS.values() if thread.paused_for]
        assert [thread.post for thread in paused] == ["cables-under-a-crowded-sea"]
        assert all(thread.pause_sentence for thread in paused)

    def test_one_post_has_exactly_sixty_approved_comments_up_to_six_levels_deep(self) -> None:
        delta = THREADS["a-delta-learns-to-live-with-salt"]
        assert count(delta.post, "approved") == 60
        assert max(depth(comment, delta.comments) for comment in delta.comments) == 6

    def test_every_state_and_every_reason_occurs(self) -> None:
        everything = [comment for thread in THREADS.values() for comment in thread.comments]
        states = Counter(comment.state for comment in everything)
        assert set(states) == {"pending", "approved", "rejected", "spam", "withdrawn"}
        assert states["pending"] == 9
        assert {comment.reason for comment in everything if comment.state == "rejected"} == set(REASONS)
        assert not any(comment.reason for comment in everything if comment.state != "rejected")

    def test_a_reply_stands_after_its_parent_in_order_and_in_time(self) -> None:
        for thread in THREADS.values():
            start = published_at(thread.post)
            for position, comment in enumerate(thread.comments, start=1):
                assert comment.number == position
                written_at = comment.written_at(start, NOW)
                assert start < written_at < NOW
                if comment.reply_to is not None:
                    assert comment.reply_to < position
                    assert thread.comments[comment.reply_to - 1].written_at(start, NOW) < written_at

    def test_what_waits_answers_only_what_is_public(self) -> None:
        waiting = [(t, c) for t in THREADS.values() for c in t.comments if c.state == "pending"]
        assert len({comment.before_loading for _, comment in waiting}) == len(waiting)
        answered = [t.comments[c.reply_to - 1] for t, c in waiting if c.reply_to]
        assert answered
        assert all(parent.state == "approved" for parent in answered)

    def test_a_rejected_comment_with_approved_replies_leaves_a_gap_to_show(self) -> None:
        gaps = {
            thread.post
            for thread in THREADS.values()
            for comment in thread.comments
            if comment.state == "approved"
            and comment.reply_to
            and thread.comments[comment.reply_to - 1].state == "rejected"
        }
        assert "a-delta-learns-to-live-with-salt" in gaps

    def test_every_comment_would_have_been_taken_from_the_form(self) -> None:
        for thread in THREADS.values():
            for comment in thread.comments:
                assert 1 <= len(comment.name) <= 100
                assert comment.email.endswith("@example.org")
                assert 2 <= len(comment.text) <= 5000
            said = [(c.email, c.reply_to, " ".join(c.text.split())) for c in thread.comments]
            assert len(set(said)) == len(said)

    def test_the_queue_has_a_very_long_one_and_one_with_two_links(self) -> None:
        waiting = [c.text for t in THREADS.values() for c in t.comments if c.state == "pending"]
        assert max(map(len, waiting)) > 2500
        assert any(text.count("https://") == 2 for text in waiting)

    def test_loaded_on_the_day_of_its_post_a_comment_is_not_older_than_the_post(self) -> None:
        start = published_at("a-delta-learns-to-live-with-salt")
        late = [c for c in THREADS["a-delta-learns-to-live-with-salt"].comments if c.before_loading]
        assert late
        assert all(c.written_at(start, start + timedelta(hours=1)) > start for c in late)

    def test_the_statement_is_one_to_three_sentences(self) -> None:
        assert 1 <= policy.STATEMENT.count(". ") + 1 <= 3
        assert "<h2>What We Decline, and Why</h2>" in policy.GUIDELINES
