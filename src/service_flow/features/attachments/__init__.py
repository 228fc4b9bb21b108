"""Attachments: files that belong to a case, by reference; never their bytes."""

from service_flow.engine.feature import Feature
from service_flow.features.attachments.attached import Attachment
from service_flow.features.attachments.attachments import AsyncAttachments, Attachments
from service_flow.features.attachments.events import PLACES, FileAttached, FileDetached

FEATURE = Feature("attachments", Attachments, offer_async=AsyncAttachments, places=lambda _: PLACES)

__all__ = ["FEATURE", "AsyncAttachments", "Attachment", "Attachments", "FileAttached", "FileDetached"]
