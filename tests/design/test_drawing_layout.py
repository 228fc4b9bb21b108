"""The layout of drawings, on graphs of any shape: what it promises is checked in the numbers it gives."""

from itertools import combinations, pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from draws import draws
from service_flow.design.drawing.layout import Link, Node, arranged
from service_flow.design.drawing.layout.grid import laid_out
from service_flow.design.drawing.layout.ordering import orders
from service_flow.design.drawing.layout.placing import apart, placed
from service_flow.design.drawing.layout.ranking import Order, ranked
from service_flow.design.drawing.layout.wires import spread

_SIZES = st.sampled_from([(60.0, 30.0), (128.0, 48.0), (190.0, 90.0)])


@st.composite
def graphs(draw, most=10):
    """Nodes in nested groups and links between any two of them: in both directions, several at once, in shared nets."""
    nodes, groups = [], []

    def fill(group, count):
        while count:
            inside = draw(st.integers(0, min(count, 4))) if len(group) < 3 else 0
            if inside and draw(st.booleans()):
                groups.append((*group, f"g{len(groups)}"))
                fill(groups[-1], inside)
                count -= inside
            else:
                nodes.append(Node(f"n{len(nodes)}", *draw(_SIZES), group))
                count -= 1

    fill((), draw(st.integers(1, most)))
    ends = st.sampled_from([node.key for node in nodes])
    links = draw(
        st.lists(
            st.builds(Link, ends, ends, st.sampled_from(["a", "b", "c"]), st.integers(1, 2), st.booleans()).filter(
                lambda link: link.tail != link.head
            ),
            max_size=2 * most,
        )
    )
    return nodes, links, {group: (draw(st.sampled_from([20.0, 160.0])), 16.0) for group in groups}


def _touches(one, other):
    return one.x < other.right and other.x < one.right and one.y < other.bottom and other.y < one.bottom


def _holds(outer, inner):
    return outer.x < inner.x and inner.right < outer.right and outer.y < inner.y and inner.bottom < outer.bottom


@settings(max_examples=draws(80), deadline=None)
@given(graphs())
def test_no_two_nodes_overlap_and_every_one_is_placed(graph):
    nodes, links, heads = graph
    plan = arranged(nodes, links, heads)
    assert list(plan.nodes) and set(plan.nodes) == {node.key for node in nodes}
    for one, other in combinations(plan.nodes.values(), 2):
        assert not _touches(one, other)
    for node in nodes:
        box = plan.nodes[node.key]
        assert (box.width, box.height) == (node.width, node.height)
        assert box.x >= 0 and box.right <= plan.width + 0.01 and box.y >= 0 and box.bottom <= plan.height + 0.01


@settings(max_examples=draws(80), deadline=None)
@given(graphs())
def test_a_group_holds_its_own_nodes_and_inner_groups_and_nothing_else(graph):
    nodes, links, heads = graph
    plan = arranged(nodes, links, heads)
    assert set(plan.groups) == set(heads)
    for group, box in plan.groups.items():
        for node in nodes:
            member = node.group[: len(group)] == group
            assert _holds(box, plan.nodes[node.key]) if member else not _touches(box, plan.nodes[node.key])
        for other, inner in plan.groups.items():
            if other[: len(group)] == group and other != group:
                assert _holds(box, inner)
            elif group[: len(other)] != other:
                assert not _touches(box, inner)


@settings(max_examples=draws(80), deadline=None)
@given(graphs())
def test_a_line_runs_upright_or_level_from_its_tail_to_its_head_and_through_no_node(graph):
    nodes, links, heads = graph
    plan = arranged(nodes, links, heads)
    assert sorted(plan.lines) == list(range(len(links)))
    for number, link in enumerate(links):
        line = plan.lines[number]
        for end, key in ((line[0], link.tail), (line[-1], link.head)):
            box = plan.nodes[key]
            assert box.x <= end[0] <= box.right
            assert min(abs(end[1] - box.y), abs(end[1] - box.bottom)) < 0.01
        for (x1, y1), (x2, y2) in pairwise(line):
            assert min(abs(x1 - x2), abs(y1 - y2)) < 0.51
            for box in plan.nodes.values():
                beside = max(x1, x2) <= box.x + 0.51 or min(x1, x2) >= box.right - 0.51
                assert beside or max(y1, y2) <= box.y + 0.51 or min(y1, y2) >= box.bottom - 0.51


@settings(max_examples=draws(80), deadline=None)
@given(graphs())
def test_level_pieces_of_lines_that_do_not_belong_together_never_lie_on_each_other(graph):
    nodes, links, heads = graph
    plan = arranged(nodes, links, heads)
    level = [
        (y1, min(x1, x2), max(x1, x2), links[number].net)
        for number, line in plan.lines.items()
        for (x1, y1), (x2, y2) in pairwise(line)
        if abs(x1 - x2) > 0.51
    ]
    for (y, left, right, net), (other_y, other_left, other_right, other_net) in combinations(level, 2):
        assert net == other_net or abs(y - other_y) > 5 or right < other_left or other_right < left


@settings(max_examples=draws(80), deadline=None)
@given(graphs())
def test_the_sides_of_groups_are_upright_whatever_crosses_them(graph):
    grid = laid_out(*graph)
    for rows in orders(grid):
        grid.rows = rows
        x = placed(grid)
        for left, right in grid.sides.values():
            assert len({round(x[cell], 6) for cell in left}) == len({round(x[cell], 6) for cell in right}) == 1
        for row in grid.rows:
            for one, other in pairwise(row):
                assert x[other] - x[one] >= apart(grid.cells[one], grid.cells[other]) - 1e-6


def test_groups_side_by_side_keep_their_sides_in_all_rows_whatever_pulls_at_them():
    """Lines from above pull the upper halves of two groups past each other; the lower halves are pulled back."""
    nodes = [Node("l", 90, 30), Node("r", 90, 30)]
    nodes += [Node(f"{group}{at}", 90, 30, (group,)) for group in "ab" for at in range(4)]
    nodes += [Node("left", 90, 30), Node("right", 90, 30)]
    links = [Link(f"{group}{at}", f"{group}{at + 1}", f"{group}{at}") for group in "ab" for at in range(3)]
    links += [Link("l", "b0", "1"), Link("r", "a0", "2"), Link("a3", "left", "3"), Link("b3", "right", "4")]
    links += [Link("l", "left", "5"), Link("r", "right", "6")]
    plan = arranged(nodes, links, {("a",): (40, 16), ("b",): (40, 16)})
    assert not _touches(plan.groups["a",], plan.groups["b",])


@settings(max_examples=draws(30), deadline=None)
@given(graphs(most=6))
def test_the_same_graph_is_always_laid_out_the_same(graph):
    assert arranged(*graph) == arranged(*graph)


def test_a_chain_is_one_straight_line_from_top_to_bottom():
    nodes = [Node(f"n{at}", 100 + 10 * at, 40) for at in range(4)]
    plan = arranged(nodes, [Link(f"n{at}", f"n{at + 1}", str(at)) for at in range(3)], {})
    assert all(len(line) == 2 and line[0][0] == line[1][0] for line in plan.lines.values())
    tops = [plan.nodes[node.key].y for node in nodes]
    assert tops == sorted(set(tops))


def test_main_lines_are_straight_where_others_have_to_turn():
    nodes = [Node(key, 120, 40) for key in ("top", "left", "main", "right", "end")]
    links = [Link("top", side, side, main=side == "main") for side in ("left", "main", "right")]
    links += [Link(side, "end", side + "2", main=side == "main") for side in ("left", "main", "right")]
    plan = arranged(nodes, links, {})
    for number, link in enumerate(links):
        assert (len(plan.lines[number]) == 2) is link.main


def test_what_a_line_leads_to_stands_under_the_group_it_leaves():
    nodes = [Node("a1", 100, 40, ("a",)), Node("a2", 100, 40, ("a",)), Node("b1", 100, 40, ("b",))]
    plan = arranged(nodes, [Link("a1", "a2", "x"), Link("a1", "b1", "y")], {("a",): (40, 16), ("b",): (40, 16)})
    assert plan.groups["a",].bottom < plan.groups["b",].y


def test_parts_that_do_not_hang_together_use_the_room_beside_each_other():
    nodes = [Node(f"n{at}", 100, 40) for at in range(6)] + [Node("lone", 100, 40)]
    plan = arranged(nodes, [Link(f"n{at}", f"n{at + 1}", str(at)) for at in range(5)], {})
    assert plan.height == arranged(nodes[:6], [Link(f"n{at}", f"n{at + 1}", str(at)) for at in range(5)], {}).height


def test_nothing_is_laid_out_as_nothing():
    plan = arranged([], [], {})
    assert (plan.width, plan.height, dict(plan.nodes), dict(plan.lines)) == (0, 0, {}, {})


@settings(max_examples=draws(100), deadline=None)
@given(
    st.lists(
        st.builds(
            lambda ends, weight, least: Order(min(ends), max(ends), weight, least),
            st.lists(st.integers(0, 3), min_size=2, max_size=2, unique=True),
            st.integers(0, 3),
            st.integers(0, 2),
        ),
        max_size=7,
    )
)
def test_ranks_keep_every_order_and_no_others_are_cheaper(given_orders):
    def cost(ranks):
        return sum(order.weight * (ranks[order.below] - ranks[order.above]) for order in given_orders)

    def keeps(ranks):
        return all(ranks[order.below] - ranks[order.above] >= order.least for order in given_orders)

    ranks = ranked(4, given_orders)
    assert keeps(ranks) and min(ranks) == 0
    assert cost(ranks) == min(cost(other) for other in product(range(7), repeat=4) if keeps(other))


@given(st.lists(st.tuples(st.floats(-50, 150), st.sampled_from([1.0, 8.0])), min_size=1, max_size=6))
def test_ports_keep_the_order_of_their_wishes_and_their_distance(wishes):
    places = spread(wishes, 0.0, 100.0, 14.0)
    by_wish = [place for _, place in sorted(zip(wishes, places, strict=True), key=lambda pair: pair[0][0])]
    assert all(right - left >= 14 - 1e-6 for left, right in pairwise(by_wish))
    assert all(-1e-6 <= place <= 100 + 1e-6 for place in places)


@pytest.mark.parametrize("wish", [0.0, 37.5, 100.0])
def test_a_single_port_stands_where_it_wishes_to(wish):
    assert spread([(wish, 1.0)], 0.0, 100.0, 14.0) == [wish]
