"""What the staff's site offers of the publication, one module a subject."""

from blog.admin import accounts, masthead, photos, posts

__all__ = ["accounts", "masthead", "photos", "posts"]
