"""Roles are groups; each app's migrations give them the rights over its own rows."""

from collections.abc import Mapping, Sequence
from typing import Any

AUTHORS, EDITORS, MODERATORS = "Authors", "Editors", "Moderators"

# The roles that an editor may give; an app that has more of them adds these when it is ready.
INVITABLE = [AUTHORS, EDITORS, MODERATORS]

# For each group, for each model, the rights: Django's add, change, delete and view, or one of the model's own by name.
RIGHTS: Mapping[str, Mapping[str, Sequence[str]]] = {
    AUTHORS: {
        "post": ["add", "change", "delete", "view"],
        "author": ["view"],
        "region": ["view"],
    },
    EDITORS: {
        "post": ["add", "change", "delete", "view", "publish_post"],
        "author": ["add", "change", "delete", "view"],
        "region": ["add", "change", "delete", "view"],
        "page": ["add", "change", "delete", "view"],
        "publication": ["change", "view"],
        "photo": ["delete", "view"],
    },
}
# Of Django's own accounts: what an editor may do with whose account, `blog.admin.accounts` narrows further.
ACCOUNT_RIGHTS: Mapping[str, Mapping[str, Sequence[str]]] = {EDITORS: {"user": ["add", "change", "view"]}}


def grant(apps: Any, app_label: str, rights: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
    """Make the groups where they are missing and give them these rights over an app's models.

    `apps` is a migration's registry or `django.apps.apps`. Rights a group has already stay.
    """
    group_model = apps.get_model("auth", "Group")
    permission_model = apps.get_model("auth", "Permission")
    type_model = apps.get_model("contenttypes", "ContentType")
    for group_name, models in rights.items():
        group, _created = group_model.objects.get_or_create(name=group_name)
        for model_name, verbs in models.items():
            kind, _created = type_model.objects.get_or_create(app_label=app_label, model=model_name)
            options = apps.get_model(app_label, model_name)._meta
            own = dict(options.permissions)
            for verb in verbs:
                codename = verb if verb in own else f"{verb}_{model_name}"
                name = str(own.get(codename, f"Can {verb} {options.verbose_name}"))
                permission, _created = permission_model.objects.get_or_create(
                    content_type=kind, codename=codename, defaults={"name": name}
                )
                group.permissions.add(permission)
