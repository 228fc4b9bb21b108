"""Which row everything stands in: the ranks that keep the weighted links shortest, by network simplex.

The method is that of Gansner, Koutsofios, North and Vo, "A technique for drawing directed graphs" (1993), section 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Order:
    """`below` has to stand at least `least` rows under `above`; each row more costs `weight`."""

    above: int
    below: int
    weight: int
    least: int = 1


_WORK = 6_000_000
"""Steps after which the ranks are taken as they are: always valid, only a little longer than they could be."""


def ranked(count: int, orders: Sequence[Order]) -> list[int]:
    """The rank of each of `count` nodes, from 0. The orders must not run in a circle."""
    root = count  # stands above all, so that everything hangs together
    all_orders = [*orders, *(Order(root, node, 0, 0) for node in range(count))]
    tree = _Tree(count + 1, root, all_orders)
    for _ in range(_WORK // (count + len(all_orders) + 1)):
        if not tree.exchange():
            break
    lowest = min(tree.rank[:count], default=0)
    return [rank - lowest for rank in tree.rank[:count]]


class _Tree:
    """A spanning tree of orders without slack: the ranks of its nodes follow from each other."""

    def __init__(self, count: int, root: int, orders: Sequence[Order]) -> None:
        self.count, self.root, self.orders = count, root, orders
        self.rank = _longest_paths(count, orders)
        self.touching: list[list[int]] = [[] for _ in range(count)]
        self.pull = [0] * count
        for number, order in enumerate(orders):
            self.touching[order.above].append(number)
            self.touching[order.below].append(number)
            self.pull[order.above] += order.weight
            self.pull[order.below] -= order.weight
        self.kept: set[int] = set()
        self._span()

    def slack(self, number: int) -> int:
        order = self.orders[number]
        return self.rank[order.below] - self.rank[order.above] - order.least

    def exchange(self) -> bool:
        """Trade the tree order that costs most for a better one. False when the ranks are the best there are."""
        parent, preorder, last = self._walk()
        pulls = list(self.pull)
        worst, leaving, under = 0, -1, -1
        for node in reversed(preorder):
            number = parent[node]
            if number < 0:
                continue
            order = self.orders[number]
            other = order.below if order.above == node else order.above
            pulls[other] += pulls[node]
            cut = pulls[node] if order.above == node else -pulls[node]
            if cut < worst or (cut == worst and cut < 0 and number < leaving):
                worst, leaving, under = cut, number, node
        if leaving < 0:
            return False
        place = {node: at for at, node in enumerate(preorder)}
        branch = preorder[place[under] : last[under] + 1]
        inside = set(branch)
        rises = self.orders[leaving].above in inside
        entering, least = -1, 0
        for node in branch:
            for number in self.touching[node]:
                order = self.orders[number]
                if (order.below in inside) is rises and (order.above in inside) is not rises:
                    slack = self.slack(number)
                    if entering < 0 or slack < least:
                        entering, least = number, slack
        if entering < 0:
            return False
        for node in branch:
            self.rank[node] += -least if rises else least
        self.kept.discard(leaving)
        self.kept.add(entering)
        return True

    def _walk(self) -> tuple[list[int], list[int], dict[int, int]]:
        """The tree from its root: the order that leads to each node, the nodes in preorder, where each branch ends."""
        parent = [-1] * self.count
        preorder: list[int] = []
        last: dict[int, int] = {}
        stack = [(self.root, False)]
        while stack:
            node, left = stack.pop()
            if left:
                last[node] = len(preorder) - 1
                continue
            preorder.append(node)
            stack.append((node, True))
            for number in self.touching[node]:
                if number in self.kept and number != parent[node]:
                    order = self.orders[number]
                    other = order.below if order.above == node else order.above
                    parent[other] = number
                    stack.append((other, False))
        return parent, preorder, last

    def _span(self) -> None:
        """Grow the first tree, moving what is in it towards what is nearest."""
        inside = {self.root}
        fresh = [self.root]
        while True:
            while fresh:
                node = fresh.pop()
                for number in self.touching[node]:
                    order = self.orders[number]
                    other = order.below if order.above == node else order.above
                    if other not in inside and self.slack(number) == 0:
                        inside.add(other)
                        self.kept.add(number)
                        fresh.append(other)
            if len(inside) == self.count:
                return
            nearest = min(
                (
                    number
                    for number, order in enumerate(self.orders)
                    if (order.above in inside) != (order.below in inside)
                ),
                key=self.slack,
            )
            step = self.slack(nearest) if self.orders[nearest].above in inside else -self.slack(nearest)
            for node in inside:
                self.rank[node] += step
            fresh = sorted(inside)


def _longest_paths(count: int, orders: Sequence[Order]) -> list[int]:
    waiting = [0] * count
    leaving: list[list[Order]] = [[] for _ in range(count)]
    for order in orders:
        waiting[order.below] += 1
        leaving[order.above].append(order)
    ready = [node for node in range(count) if not waiting[node]]
    rank = [0] * count
    while ready:
        node = ready.pop()
        for order in leaving[node]:
            rank[order.below] = max(rank[order.below], rank[node] + order.least)
            waiting[order.below] -= 1
            if not waiting[order.below]:
                ready.append(order.below)
    return rank
