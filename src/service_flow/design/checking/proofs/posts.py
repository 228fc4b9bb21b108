"""Proofs of the organisation: posts that nobody holds, duties that no flow carries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from service_flow.design.flow import Flow
from service_flow.design.language import BlueprintSource
from service_flow.errors import Finding


def prove_posts(source: BlueprintSource, flows: Mapping[str, Flow]) -> Iterator[Finding]:
    """SF309, SF310. People may come from the host's own directory: only where the blueprint lists people is it known
    who holds what."""
    organisation = source.organisation
    asked = {post for flow in flows.values() for post in _asked(flow)}
    held = {post for person in organisation.people.values() for post in person.posts}
    above = {post.supervisor for post in organisation.posts.values() if post.supervisor is not None}
    for name, post in organisation.posts.items():
        if organisation.people and name in asked and name not in held:
            message = f"nobody holds post '{name}', and flows wait for it"
            yield source.finding("SF309", message, "organisation", ("posts", name), key=True, severity="warning")
        if post.duties and name not in asked and name not in above:
            message = f"no flow carries the duties of '{name}': it owns no state, may do nothing and supervises nobody"
            yield source.finding(
                "SF310", message, "organisation", ("posts", name, "duties"), key=True, severity="warning"
            )


def _asked(flow: Flow) -> Iterator[str]:
    yield from (state.owner for state in flow.states.values() if state.owner is not None)
    for step in flow.transitions.values():
        yield from step.by
    for entry in (flow.entry, *flow.entries.values()):
        yield from entry.by
