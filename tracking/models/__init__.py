from tracking.models.clicks import Click, DirtyHour, SpoolOffset
from tracking.models.conversions import BulkDecision, Conversion, ConversionRevision, InboundPostback, PostbackKey
from tracking.models.costs import CostEntry
from tracking.models.disputes import Dispute
from tracking.models.fraud import BlockEntry, ConversionFlag, FraudRule, LeadTrace
from tracking.models.intake import LeadContact, PostbackSettings
from tracking.models.links import TrackingLink
from tracking.models.outgoing import PostbackAttempt, PostbackDelivery, PostbackReceiver
from tracking.models.retention import AddressesCut, PutAwayDay
from tracking.models.rollups import (
    DailyStats,
    DailyVisits,
    HourlyLinkStats,
    HourlyStats,
    HourlyTotals,
    KeptZone,
    LeadOrigin,
    SplitDay,
)
from tracking.models.terms import HoldTerm, ReferralTerms

__all__ = [
    "AddressesCut",
    "BlockEntry",
    "BulkDecision",
    "Click",
    "Conversion",
    "ConversionFlag",
    "ConversionRevision",
    "CostEntry",
    "DailyStats",
    "DailyVisits",
    "DirtyHour",
    "Dispute",
    "FraudRule",
    "HoldTerm",
    "HourlyLinkStats",
    "HourlyStats",
    "HourlyTotals",
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
    "ReferralTerms",
    "SplitDay",
    "SpoolOffset",
    "TrackingLink",
]
