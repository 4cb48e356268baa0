"""What the groups may do with comments."""

from collections.abc import Mapping, Sequence

from blog.roles import EDITORS, MODERATORS

RIGHTS: Mapping[str, Mapping[str, Sequence[str]]] = {
    MODERATORS: {
        "comment": ["view", "moderate_all", "view_personal_data"],
        "decision": ["view"],
        "reason": ["view"],
    },
    EDITORS: {
        "policy": ["change", "view"],
        "thread": ["add", "change", "view"],
        "reason": ["add", "change", "view"],
    },
}
