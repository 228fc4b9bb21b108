"""Links between cases, and what becomes of children where cases are merged."""

from __future__ import annotations

from request_desks import kinds, shop

from service_flow.errors import CommandReused, DataInvalid, NotAllowed, NotFromHere


def test_a_link_is_known_on_both_sides_and_taken_away_from_the_one_it_was_made_from(store_url: str) -> None:
    with shop(store_url) as opened:
        requests, other = opened.requests, opened.ordered()
        requests.link(other, opened.order, kind="same_fault", by="mei")
        (there,), (here,) = requests.links(other), requests.links(opened.order)
        assert (there.number, there.kind, there.outgoing) == ("R-1", "same_fault", True)
        assert (here.number, here.kind, here.outgoing) == ("R-2", "same_fault", False)
        opened.refuses(
            DataInvalid, "was linked from R-2",
            lambda: requests.unlink(opened.order, other, kind="same_fault", by="mei"),
        )  # fmt: skip
        requests.unlink(other, opened.order, kind="same_fault", by="mei")
        assert requests.links(other) == requests.links(opened.order) == ()
        assert kinds(opened.desk, opened.order)[-2:] == ["CaseLinked", "CaseUnlinked"]
        opened.holds()


def test_a_request_is_linked_to_a_complaint_too_and_not_to_itself_a_customer_or_twice() -> None:
    with shop() as opened:
        link = opened.requests.link
        complaint = opened.desk.complaints.receive(customer=opened.anna, text="It rattles", by="mei")
        link(opened.order, complaint, kind="about", by="mei")
        assert opened.requests.links(complaint)[0].number == "R-1"
        opened.refuses(DataInvalid, "already", lambda: link(opened.order, complaint, kind="about", by="mei"))
        for other in (opened.order, opened.anna):
            opened.refuses(
                DataInvalid, "another request or complaint",
                lambda other=other: link(opened.order, other, kind="about", by="mei"),  # type: ignore[misc]
            )  # fmt: skip
        opened.refuses(NotAllowed, "may not link", lambda: link(opened.order, complaint, kind="x", by="customer"))
        opened.refuses(
            DataInvalid, "no such link", lambda: opened.requests.unlink(opened.order, complaint, kind="x", by="mei")
        )


def test_a_link_is_made_once_under_one_command_id() -> None:
    with shop() as opened:
        other = opened.ordered()
        link = opened.requests.link
        first = link(other, opened.order, kind="follows", by="mei", command_id="l")
        assert link(other, opened.order, kind="follows", by="mei", command_id="l").events == first.events
        opened.refuses(
            CommandReused, "another command", lambda: link(other, opened.order, kind="x", by="mei", command_id="l")
        )


def test_the_children_of_a_request_that_is_merged_are_parts_of_the_one_it_goes_on_in() -> None:
    with shop() as opened:
        child, into = opened.child(), opened.ordered()
        opened.requests.merge(opened.order, into=into, reason="Ordered twice", by="tom")
        assert [one.number for one in opened.requests.children(into)] == [child.number]
        assert opened.requests.parent(child).number == into.number  # type: ignore[union-attr]
        opened.cancel(child)
        assert opened.requests.children(into)[0].outcome == "cancelled"
        opened.refuses(NotFromHere, "was merged into R-3", lambda: opened.child(opened.order))
        opened.holds()


def test_a_request_is_not_merged_into_its_own_parts_and_they_are_into_it() -> None:
    with shop() as opened:
        child = opened.child()
        grandchild = opened.child(child)
        for into in (child, grandchild):
            opened.refuses(
                DataInvalid, "is a part of R-1; merge it the other way round",
                lambda into=into: opened.requests.merge(opened.order, into=into, reason="x", by="tom"),  # type: ignore[misc]
            )  # fmt: skip
        opened.requests.merge(child, into=opened.order, reason="It was the order", by="tom")
        assert [(one.number, one.outcome) for one in opened.requests.children(opened.order)] == [
            (child.number, "merged"), (grandchild.number, None),
        ]  # fmt: skip
        opened.refuses(
            DataInvalid, "cannot be a part of itself",
            lambda: opened.requests.adopt(opened.order, parent=grandchild, by="tom"),
        )  # fmt: skip
        opened.holds()


def test_a_child_that_is_merged_has_ended_for_its_parent() -> None:
    with shop() as opened:
        child, other = opened.child(), opened.child(kind="exchange")
        opened.requests.merge(child, into=other, reason="One will do", by="tom")
        assert [one.outcome for one in opened.requests.children(opened.order)] == ["merged", None]
        opened.holds()


def test_nothing_is_linked_to_a_request_that_was_merged() -> None:
    with shop() as opened:
        other, third = opened.ordered(), opened.ordered()
        opened.requests.merge(other, into=opened.order, reason="Twice", by="tom")
        opened.refuses(
            NotFromHere, "R-2 was merged into R-1; go on there",
            lambda: opened.requests.link(third, other, kind="follows", by="mei"),
        )  # fmt: skip


def test_two_requests_do_not_point_at_each_other_by_the_same_word() -> None:
    with shop() as opened:
        other = opened.ordered()
        opened.requests.link(other, opened.order, kind="duplicate_of", by="mei")
        opened.refuses(
            DataInvalid, "like that already",
            lambda: opened.requests.link(opened.order, other, kind="duplicate_of", by="tom"),
        )  # fmt: skip
