from tracking.models.clicks import Click, DirtyHour, HourlyLinkStats, HourlyStats, SpoolOffset
from tracking.models.conversions import Conversion, ConversionRevision, InboundPostback, PostbackKey
from tracking.models.fraud import BlockEntry, ConversionFlag, FraudRule, LeadTrace
from tracking.models.intake import LeadContact, PostbackSettings
from tracking.models.links import TrackingLink
from tracking.models.outgoing import PostbackAttempt, PostbackDelivery, PostbackReceiver

__all__ = [
    "BlockEntry",
    "Click",
    "Conversion",
    "ConversionFlag",
    "ConversionRevision",
    "DirtyHour",
    "FraudRule",
    "HourlyLinkStats",
    "HourlyStats",
    "InboundPostback",
    "LeadContact",
    "LeadTrace",
    "PostbackAttempt",
    "PostbackDelivery",
    "PostbackKey",
    "PostbackReceiver",
    "PostbackSettings",
    "SpoolOffset",
    "TrackingLink",
]
