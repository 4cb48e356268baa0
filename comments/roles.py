"""What the groups may do with comments."""

from collections.abc import Mapping, Sequence

from blog.roles import EDITORS, MODERATORS

# Authors who are asked to decide about the comments on their own posts, beside being authors.
HOSTS = "Authors who moderate their own posts"

RIGHTS: Mapping[str, Mapping[str, Sequence[str]]] = {
    MODERATORS: {
        "comment": ["view", "moderate_all", "edit_comment_text", "view_personal_data"],
        "decision": ["view", "view_figures"],
        "reason": ["view"],
        "wordlist": ["change", "view"],
        "policy": ["pause_comments"],
    },
    HOSTS: {
        "comment": ["view", "moderate_own_posts"],
        "reason": ["view"],
    },
    EDITORS: {
        "policy": ["change", "view", "pause_comments"],
        "thread": ["add", "change", "view"],
        "reason": ["add", "change", "view"],
        "wordlist": ["change", "view"],
        "decision": ["view_figures"],
    },
}
