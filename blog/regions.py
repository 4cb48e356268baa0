"""The tree of regions. It has tens of rows, so it is read whole and walked here."""

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from blog.models import Region

type Nested = list[tuple[Region, Nested]]


class Tree:
    """All regions, each knowing those directly within it; in the order they were given in."""

    def __init__(self, regions: Iterable["Region"]) -> None:
        self.known = {region.pk: region for region in regions}
        self.within: dict[int | None, list[Region]] = {}
        for region in self.known.values():
            self.within.setdefault(region.parent_id, []).append(region)

    @cached_property
    def slugs(self) -> dict[str, "Region"]:
        return {region.slug: region for region in self.known.values()}

    def by_slug(self, slug: str) -> "Region | None":
        """The region of a slug, also where a link wrote it in capitals."""
        return self.slugs.get(slug) or self.slugs.get(slug.lower())

    def below(self, region: "Region") -> list[int]:
        """The ids of a region and of all regions under it."""
        found, waiting = [], [region.pk]
        while waiting:
            pk = waiting.pop()
            found.append(pk)
            waiting.extend(one.pk for one in self.within.get(pk, []))
        return found

    def above(self, region: "Region") -> list["Region"]:
        """The regions it is part of, outermost first."""
        found: list[Region] = []
        one = self.known.get(region.parent_id or 0)
        while one and one not in found:
            found.insert(0, one)
            one = self.known.get(one.parent_id or 0)
        return found

    def nested(self, within: int | None = None) -> Nested:
        """The regions at the top, or within one, each with those within it in the same way, to any depth."""
        return [(region, self.nested(region.pk)) for region in self.within.get(within, [])]
