"""Time on a case: the clocks of its promises, its timers, and what falls due. Pure: events in, events out."""

from service_flow.engine.timing.following import follow_time
from service_flow.engine.timing.keeper import NO_TIME, Timekeeper
from service_flow.engine.timing.settling import settle

__all__ = ["NO_TIME", "Timekeeper", "follow_time", "settle"]
