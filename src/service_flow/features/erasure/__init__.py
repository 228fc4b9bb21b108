"""Erasure: a person's data goes with the key it is sealed under; what remains still replays."""

from service_flow.engine.feature import Feature
from service_flow.features.erasure.checks import check_retention
from service_flow.features.erasure.erasure import AsyncErasure, Erasure
from service_flow.features.erasure.exporting import PersonExport
from service_flow.features.erasure.words import SECTION

FEATURE = Feature(
    "erasure", Erasure, sections=(SECTION,), checks=(check_retention,), offer_async=AsyncErasure
)  # fmt: skip

__all__ = ["FEATURE", "AsyncErasure", "Erasure", "PersonExport"]
