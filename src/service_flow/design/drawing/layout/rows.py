"""Which row every node stands in, and which rows every group reaches over."""

from __future__ import annotations

from collections.abc import Sequence

from service_flow.design.drawing.layout.parts import Group, Link, Node
from service_flow.design.drawing.layout.ranking import Order, ranked


class Rows:
    """The rows of nodes that come in reading order: a link between two of them runs down in that order.

    A group begins with a row for its title. What a line leads to stands under the whole group that the line leaves.
    """

    def __init__(self, nodes: Sequence[Node], links: Sequence[Link]) -> None:
        self._nodes = nodes
        self.place = {node.key: number for number, node in enumerate(nodes)}
        self.members: dict[Group, list[int]] = {}
        for number, node in enumerate(nodes):
            for depth in range(1, len(node.group) + 1):
                self.members.setdefault(node.group[:depth], []).append(number)
        self._heads = {group: len(nodes) + number for number, group in enumerate(self.members)}
        rank = ranked(len(nodes) + len(self._heads), list(dict.fromkeys(self._orders(links))))
        for group in sorted(self.members, key=len, reverse=True):
            inner = [head for other, head in self._heads.items() if other[:-1] == group]
            rank[self._heads[group]] = min(rank[number] for number in (*self.members[group], *inner)) - 1
        used = {old: new for new, old in enumerate(sorted(set(rank)))}
        self.count = len(used)
        self.of = [used[old] for old in rank[: len(nodes)]]
        self.span = {
            group: range(used[rank[self._heads[group]]], max(self.of[number] for number in numbers) + 1)
            for group, numbers in self.members.items()
        }

    def ends(self, link: Link) -> tuple[int, int]:
        """The numbers of the upper and the lower node of a link."""
        one, other = self.place[link.tail], self.place[link.head]
        return min(one, other), max(one, other)

    def around(self, row: int, link: Link) -> Group:
        """The innermost group of either end that reaches over this row: a line leaves its groups by bottom or top."""
        ends = [self._nodes[number].group for number in self.ends(link)]
        groups = [end[:depth] for end in ends for depth in range(1, len(end) + 1)]
        return max((group for group in groups if row in self.span[group]), key=len, default=())

    def _orders(self, links: Sequence[Link]) -> list[Order]:
        orders = []
        for group, numbers in self.members.items():
            orders += [Order(self._heads[group], number, 0) for number in numbers]
            if len(group) > 1:
                orders.append(Order(self._heads[group[:-1]], self._heads[group], 0))
        for link in links:
            above, below = self.ends(link)
            orders.append(Order(above, below, link.weight))
            leaves, enters = _borders(self._nodes[above].group, self._nodes[below].group)
            lower = self._heads[enters] if enters else below
            orders += [Order(upper, lower, 0) for upper in (self.members[leaves] if leaves else [above])]
        return orders


def _borders(above: Group, below: Group) -> tuple[Group, Group]:
    """The outermost groups that a line between nodes of these two leaves and enters; () for none."""
    common = 0
    while common < min(len(above), len(below)) and above[common] == below[common]:
        common += 1
    return above[: common + 1] if len(above) > common else (), below[: common + 1] if len(below) > common else ()
