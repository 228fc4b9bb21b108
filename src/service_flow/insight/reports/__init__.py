"""Reports: what a store knows, told to people who do not look into it themselves."""

from service_flow.insight.reports.names import Names
from service_flow.insight.reports.timeline import timeline_page

__all__ = ["Names", "timeline_page"]
