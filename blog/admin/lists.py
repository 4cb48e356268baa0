"""Lists in the staff's site that cost the same however many rows there are."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db import models
from django.db.models.deletion import get_candidate_relations_to_delete
from django.http import HttpRequest
from django.utils.functional import cached_property

LONGEST_SEARCH = 200


class FirstThousand(Paginator):
    """Lists a thousand rows and counts no further; the list then says so (templates/admin/change_list.html)."""

    MOST = 1_000

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return len(rows.values_list("pk", flat=True)[: self.MOST])

    @property
    def is_cut(self) -> bool:
        return self.count == self.MOST


class ShortList:
    """What every list of the staff's site is, put before Django's class of it."""

    paginator: Any = FirstThousand
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    actions: Sequence[Any] | None = None
    MOST_NAMED = 10

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Each word of a search is a condition more, and a database takes only so many."""
        term = search_term[:LONGEST_SEARCH]
        found: tuple[Any, bool] = super().get_search_results(request, queryset, term)  # type: ignore[misc]
        return found

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[str]]:
        """What goes with a row and what stands against that, some of each; Django would read and name them all."""
        row, goes, against = objs[0], list[str](), list[str]()
        relations: Any = get_candidate_relations_to_delete(row._meta)
        for relation in relations:
            found = relation.related_model._base_manager.filter(**{relation.field.name: row}).order_by()
            if relation.on_delete in (models.CASCADE, models.PROTECT):
                named = goes if relation.on_delete is models.CASCADE else against
                named += map(str, found[: self.MOST_NAMED])
        return [str(row), goes], {str(row._meta.verbose_name): 1}, set(), against
