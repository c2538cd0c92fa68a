from tracking.models.clicks import Click, DirtyHour, SpoolOffset
from tracking.models.conversions import Conversion, ConversionRevision, InboundPostback, PostbackKey
from tracking.models.costs import CostEntry
from tracking.models.fraud import BlockEntry, ConversionFlag, FraudRule, LeadTrace
from tracking.models.intake import LeadContact, PostbackSettings
from tracking.models.links import TrackingLink
from tracking.models.outgoing import PostbackAttempt, PostbackDelivery, PostbackReceiver
from tracking.models.retention import AddressesCut, PutAwayDay
from tracking.models.rollups import DailyStats, HourlyLinkStats, HourlyStats, KeptZone, LeadOrigin

__all__ = [
    "AddressesCut",
    "BlockEntry",
    "Click",
    "Conversion",
    "ConversionFlag",
    "ConversionRevision",
    "CostEntry",
    "DailyStats",
    "DirtyHour",
    "FraudRule",
    "HourlyLinkStats",
    "HourlyStats",
    "InboundPostback",
    "KeptZone",
    "LeadContact",
    "LeadTrace",
    "LeadOrigin",
    "PostbackAttempt",
    "PostbackDelivery",
    "PostbackKey",
    "PostbackReceiver",
    "PostbackSettings",
    "PutAwayDay",
    "SpoolOffset",
    "TrackingLink",
]
