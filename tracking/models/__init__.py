from tracking.models.clicks import Click, DirtyHour, HourlyLinkStats, HourlyStats, SpoolOffset
from tracking.models.conversions import Conversion, ConversionRevision, InboundPostback, PostbackKey
from tracking.models.intake import LeadContact, PostbackSettings
from tracking.models.links import TrackingLink
from tracking.models.outgoing import PostbackAttempt, PostbackDelivery, PostbackReceiver

__all__ = [
    "Click",
    "Conversion",
    "ConversionRevision",
    "DirtyHour",
    "HourlyLinkStats",
    "HourlyStats",
    "InboundPostback",
    "LeadContact",
    "PostbackAttempt",
    "PostbackDelivery",
    "PostbackKey",
    "PostbackReceiver",
    "PostbackSettings",
    "SpoolOffset",
    "TrackingLink",
]
