"""The catalogue: what the service consists of, who serves it, and what customers are entitled to."""

from service_flow.engine.feature import Feature
from service_flow.features.catalogue.catalogue import AsyncCatalogue, Catalogue, Served
from service_flow.features.catalogue.checks import check_catalogue
from service_flow.features.catalogue.coverage import Coverage
from service_flow.features.catalogue.events import PLACES
from service_flow.features.catalogue.held import Concern, HeldPlan, OwnedItem, Part
from service_flow.features.catalogue.holding import GUARDS_KNOW
from service_flow.features.catalogue.words import SECTION

FEATURE = Feature(
    "catalogue",
    Catalogue,
    sections=(SECTION,),
    checks=(check_catalogue,),
    offer_async=AsyncCatalogue,
    known=GUARDS_KNOW,
    places=lambda _: PLACES,
)

__all__ = ["FEATURE", "AsyncCatalogue", "Catalogue", "Concern", "Coverage", "HeldPlan", "OwnedItem", "Part", "Served"]
