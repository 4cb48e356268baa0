"""A post as the work that its citations cite."""

from blog import citations, links
from blog.models import Byline, Post, Publication


def work(post: Post, publication: Publication) -> citations.Work:
    """Those it is by stand as its authors; the one for whom a guest wrote it does not."""
    lines = [line for line in post.bylines.all() if line.role == Byline.Role.BY]
    return citations.Work(
        authors=tuple(line.author.citation_name for line in lines),
        title=post.title,
        citation_title=post.citation_title,
        container=publication.name,
        publisher=publication.publisher,
        date=post.published_date,
        url=links.absolute(post.get_absolute_url()),
    )


def citations_of(post: Post, publication: Publication) -> tuple[citations.Citation, ...]:
    return citations.all_styles(work(post, publication))
