"""The tables of what editors make, one module a subject."""

from blog.models.change import Change, ChangeCount
from blog.models.post import Byline, Placing, Post, PostQuerySet
from blog.models.publication import Author, Page, Photo, Publication, Region
from blog.models.revision import OldPath, Revision
from blog.models.sign_in import PasswordRequest, SignInAttempt

__all__ = [
    "Author",
    "Byline",
    "Change",
    "ChangeCount",
    "OldPath",
    "Page",
    "PasswordRequest",
    "Photo",
    "Placing",
    "Post",
    "PostQuerySet",
    "Publication",
    "Region",
    "Revision",
    "SignInAttempt",
]
