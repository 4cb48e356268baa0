"""The tables of what editors make, one module a subject."""

from blog.models.change import Change, ChangeCount
from blog.models.post import Byline, Placing, Post, PostQuerySet
from blog.models.publication import Author, Page, Photo, Publication, Region
from blog.models.revision import OldPath, Revision

__all__ = [
    "Author",
    "Byline",
    "Change",
    "ChangeCount",
    "OldPath",
    "Page",
    "Photo",
    "Placing",
    "Post",
    "PostQuerySet",
    "Publication",
    "Region",
    "Revision",
]
