"""Fills an empty database with the benchmark's content."""

import django

django.setup()

# Only now, for these ask Django for its settings and its tables.
from django.contrib.contenttypes.models import ContentType  # noqa: E402
from django.core.files.base import File  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils.text import slugify  # noqa: E402
from django_comments.models import Comment  # noqa: E402

from tests.bench import content  # noqa: E402
from tests.bench.plain_django.models import Author, Post, Region  # noqa: E402


def main():
    authors = {
        name: Author.objects.create(name=name, slug=slugify(name), role=content.ROLE, biography=content.BIOGRAPHY)
        for name in content.AUTHORS
    }
    regions = {name: Region.objects.create(name=name, slug=slugify(name)) for name in content.REGIONS}
    photo = File(content.photo(), "lead.jpg")
    for post in content.posts():
        made = Post.objects.create(
            title=post.title,
            slug=post.slug,
            author=authors[post.author],
            region=regions[post.region],
            summary=post.summary,
            body=post.body,
            photo=photo,
            photo_alt=content.PHOTO_ALT,
            photo_caption=content.PHOTO_CAPTION,
            photo_credit=content.PHOTO_CREDIT,
            published_at=post.published_at,
        )
        # The others show the file that the first has stored.
        photo = made.photo.name
    newest = Post.objects.get(slug="post-0")
    for comment in content.comments():
        Comment.objects.create(
            content_type=ContentType.objects.get_for_model(Post),
            object_pk=str(newest.pk),
            site_id=1,
            user_name=comment.name,
            user_email=comment.email,
            comment=comment.body,
            submit_date=comment.at,
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


if __name__ == "__main__":
    main()
