from tracking.models.clicks import Click, DirtyHour, HourlyLinkStats, HourlyStats, SpoolOffset
from tracking.models.conversions import Conversion, ConversionRevision, InboundPostback, PostbackKey
from tracking.models.links import TrackingLink

__all__ = [
    "Click",
    "Conversion",
    "ConversionRevision",
    "DirtyHour",
    "HourlyLinkStats",
    "HourlyStats",
    "InboundPostback",
    "PostbackKey",
    "SpoolOffset",
    "TrackingLink",
]
