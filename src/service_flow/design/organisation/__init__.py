"""Who and when: departments, posts, people, calendars."""

from service_flow.design.organisation.people import Actor, FindPerson, People, Person

__all__ = ["Actor", "FindPerson", "People", "Person"]
