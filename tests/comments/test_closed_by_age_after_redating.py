"""Comments close by the post's age as its date is now, also where the thread was read before the date was changed."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from blog import pages, publishing, revisions
from blog.models import Post
from blog.publishing import Step
from comments import threads
from comments.models import Comment, Policy
from tests.make import make_editor

pytestmark = pytest.mark.django_db


def test_a_post_with_a_newer_date_takes_comments_at_once(client: Client, post: Post) -> None:
    policy = Policy.objects.current()
    policy.days_to_close = 14
    policy.save()
    pages.changed("policy")
    sent = {"name": "Rita", "email": "rita@example.org", "body": "The tide turns twice a day."}
    assert client.post(threads.base_address(post), sent).status_code == 403

    now = timezone.now()
    snapshot = revisions.of_post(post) | {"publish_at": (now - datetime.timedelta(days=1)).isoformat()}
    publishing.publish(post, snapshot, Step(1, make_editor(), now))

    assert client.post(threads.base_address(Post.objects.get()), sent).status_code == 303
    assert Comment.objects.get().thread.post == post
