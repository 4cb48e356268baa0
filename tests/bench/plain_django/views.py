from django.contrib.contenttypes.models import ContentType
from django.db.models import Count
from django.shortcuts import get_object_or_404, render
from django_comments.models import Comment

from tests.bench.content import POSTS_ON_THE_FRONT_PAGE
from tests.bench.plain_django.models import Post, Region


def home(request):
    posts = list(Post.objects.select_related("author").defer("body")[:POSTS_ON_THE_FRONT_PAGE])
    # One query for all of them, where the tag of django-contrib-comments would make one for each.
    said = Comment.objects.filter(
        content_type=ContentType.objects.get_for_model(Post),
        object_pk__in=[str(post.pk) for post in posts],
        is_public=True,
        is_removed=False,
    )
    counts = dict(said.values_list("object_pk").annotate(Count("pk")))
    for post in posts:
        post.comment_count = counts.get(str(post.pk), 0)
    return render(request, "plain_django/home.html", {"posts": posts, "regions": Region.objects.all()})


def post(request, slug):
    found = get_object_or_404(Post.objects.select_related("author", "region"), slug=slug)
    return render(request, "plain_django/post.html", {"post": found, "regions": Region.objects.all()})
