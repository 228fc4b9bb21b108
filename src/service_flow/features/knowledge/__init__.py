"""Knowledge: articles that help agents and customers, and what became of them."""

from service_flow.engine.feature import Feature
from service_flow.features.knowledge.checks import check_knowledge
from service_flow.features.knowledge.events import PLACES
from service_flow.features.knowledge.knowledge import ArticleFigures, AsyncKnowledge, Knowledge
from service_flow.features.knowledge.ranking import Offer
from service_flow.features.knowledge.reading import GUARDS_KNOW, Reading
from service_flow.features.knowledge.words import SECTION

FEATURE = Feature(
    "knowledge",
    Knowledge,
    sections=(SECTION,),
    checks=(check_knowledge,),
    offer_async=AsyncKnowledge,
    known=GUARDS_KNOW,
    places=lambda _: PLACES,
)

__all__ = ["FEATURE", "ArticleFigures", "AsyncKnowledge", "Knowledge", "Offer", "Reading"]
