"""Fills an empty database with the benchmark's content, by the functions that editors and moderators use."""

import django

django.setup()

# Only now, for these ask Django for its settings and its tables.
from django.db import connection, transaction  # noqa: E402

from blog import pictures  # noqa: E402
from comments.models import Comment  # noqa: E402
from tests.bench import content  # noqa: E402
from tests.make import make_author, make_page, make_post, make_publication, make_region  # noqa: E402
from tests.make_comments import make_comment  # noqa: E402


def main() -> None:
    with transaction.atomic():
        make_publication()
        make_page("About")
        make_page("Contact")
        authors = {name: make_author(name, role=content.ROLE, biography=content.BIOGRAPHY) for name in content.AUTHORS}
        regions = {name: make_region(name) for name in content.REGIONS}
        photo = pictures.keep(content.photo(), "lead.jpg", None)
        for post in reversed(content.posts()):
            made = make_post(
                post.title,
                published_at=post.published_at,
                slug=post.slug,
                summary=post.summary,
                body=post.body,
                authors=[authors[post.author]],
                regions=[regions[post.region]],
                lead_photo=photo.pk,
                lead_photo_alt=content.PHOTO_ALT,
                lead_photo_caption=content.PHOTO_CAPTION,
                lead_photo_credit=content.PHOTO_CREDIT,
            )
        said: list[Comment] = []
        for comment in content.comments():
            parent = None if comment.parent is None else said[comment.parent]
            said.append(
                make_comment(
                    made, parent=parent, name=comment.name, email=comment.email, body=comment.body, now=comment.at
                )
            )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


if __name__ == "__main__":
    main()
