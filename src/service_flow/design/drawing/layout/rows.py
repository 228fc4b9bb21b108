"""Which row every node stands in, and which rows every group reaches over."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from service_flow.design.drawing.layout.parts import Group, Link, Node
from service_flow.design.drawing.layout.ranking import Order, ranked


class Rows:
    """The rows of nodes that come in reading order: a link between two of them runs down in that order.

    A group begins with a row for its title. What a line leads to stands under the whole group that the line leaves.
    The groups right inside one of the `columns` reach over the same rows, so that they can stand side by side.
    """

    def __init__(self, nodes: Sequence[Node], links: Sequence[Link], columns: Collection[Group] = ()) -> None:
        self._nodes, self._columns = nodes, columns
        self.place = {node.key: number for number, node in enumerate(nodes)}
        self.members: dict[Group, list[int]] = {}
        for number, node in enumerate(nodes):
            for depth in range(1, len(node.group) + 1):
                self.members.setdefault(node.group[:depth], []).append(number)
        self._inner: dict[Group, list[Group]] = {}
        for group in self.members:
            self._inner.setdefault(group[:-1], []).append(group)
        self._heads = {group: len(nodes) + number for number, group in enumerate(self.members)}
        rank = ranked(len(nodes) + len(self._heads), list(dict.fromkeys(self._orders(links))))
        last = self._spans(rank)
        for number, node in enumerate(nodes):
            if node.edge:
                rank[number] = rank[self._heads[node.group]] if node.end == "top" else last[node.group]
        used = {old: new for new, old in enumerate(sorted(set(rank)))}
        self.count = len(used)
        self.of = [used[old] for old in rank[: len(nodes)]]
        self.span = {group: range(used[rank[self._heads[group]]], used[last[group]] + 1) for group in self.members}

    def ends(self, link: Link) -> tuple[int, int]:
        """The numbers of the upper and the lower node of a link."""
        one, other = self.place[link.tail], self.place[link.head]
        return min(one, other), max(one, other)

    def around(self, row: int, link: Link) -> Group:
        """The innermost group of either end that reaches over this row: a line leaves its groups by bottom or top."""
        ends = [self._nodes[number].group for number in self.ends(link)]
        groups = [end[:depth] for end in ends for depth in range(1, len(end) + 1)]
        return max((group for group in groups if row in self.span[group]), key=len, default=())

    def _spans(self, rank: list[int]) -> dict[Group, int]:
        """Set the rank of each group's head to just above what is in it; the last rank of each group."""
        last: dict[Group, int] = {}
        for group in sorted(self.members, key=len, reverse=True):
            inner = self._inner.get(group, ())
            if group in self._columns and inner:
                highest, lowest = min(rank[self._heads[one]] for one in inner), max(last[one] for one in inner)
                for one in inner:
                    rank[self._heads[one]], last[one] = highest, lowest
            inside = [number for number in self.members[group] if not self._is_head(number, group)]
            tops = [*(rank[number] for number in inside), *(rank[self._heads[one]] for one in inner)]
            rank[self._heads[group]] = min(tops, default=rank[self._heads[group]] + 1) - 1
            last[group] = max((rank[number] for number in self.members[group]), default=0)
        return last

    def _is_head(self, number: int, group: Group) -> bool:
        """Whether the node stands beside the title of a group, on its upper side."""
        node = self._nodes[number]
        return node.edge and node.end == "top" and node.group[: len(group)] == group

    def _orders(self, links: Sequence[Link]) -> Iterator[Order]:
        for group, numbers in self.members.items():
            yield from (Order(self._heads[group], number, 0) for number in numbers)
            if len(group) > 1:
                yield Order(self._heads[group[:-1]], self._heads[group], 0)
        yield from self._ends()
        for link in links:
            above, below = self.ends(link)
            yield Order(above, below, link.weight)
            leaves, enters = self._borders(self._nodes[above].group, self._nodes[below].group)
            lower = self._heads[enters] if enters else below
            yield from (Order(upper, lower, 0) for upper in (self.members[leaves] if leaves else [above]))

    def _ends(self) -> Iterator[Order]:
        """What stands at an end of its group stands above or below all else in it, in reading order."""
        before: dict[tuple[Group, str], int] = {}
        for number, node in enumerate(self._nodes):
            if node.end is not None and not node.edge:
                if (node.group, node.end) in before:
                    yield Order(before[node.group, node.end], number, 0)
                before[node.group, node.end] = number
        for number, node in enumerate(self._nodes):
            others = [other for other in self.members.get(node.group, ()) if self._nodes[other].group != node.group]
            others += [other for other in self.members.get(node.group, ()) if self._is_between(other, node)]
            if node.end == "top":
                yield from (Order(number, other, 0) for other in others)
                yield from (Order(number, self._heads[inner], 0) for inner in self._inner.get(node.group, ()))
            elif node.end == "bottom":
                yield from (Order(other, number, 0) for other in others)

    def _is_between(self, number: int, end: Node) -> bool:
        return self._nodes[number].group == end.group and self._nodes[number].end != end.end

    def _borders(self, above: Group, below: Group) -> tuple[Group, Group]:
        """The outermost groups that a line between nodes of these two leaves and enters; () for none, and between
        columns, which begin and end together."""
        common = 0
        while common < min(len(above), len(below)) and above[common] == below[common]:
            common += 1
        if above[:common] in self._columns and common < min(len(above), len(below)):
            return (), ()
        return above[: common + 1] if len(above) > common else (), below[: common + 1] if len(below) > common else ()
