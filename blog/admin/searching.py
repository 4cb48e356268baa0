from typing import Any

from django.http import HttpRequest

LONGEST = 200


class ShortSearch:
    """Each word of a search is a condition more, and a database takes only so many."""

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        found: tuple[Any, bool] = super().get_search_results(request, queryset, search_term[:LONGEST])  # type: ignore[misc]
        return found
