"""Addresses of the REST calls of tracking."""

from django.urls import path

from tracking.api.batches import BatchesView, BatchView
from tracking.api.conversions import ConversionsView, ConversionView
from tracking.api.costs import CostsView
from tracking.api.coupons import CouponsView
from tracking.api.decisions import DecisionsView
from tracking.api.disputes import DisputeAnswerView, DisputesView
from tracking.api.leads import LeadsView
from tracking.api.links import LinksView, LinkView
from tracking.api.statistics import StatisticsSchemaView, StatisticsView
from tracking.api.why import ClickWhyView, ConversionWhyView
from tracking.outgoing.api.deliveries import DeliveriesResendView, DeliveriesView, DeliveryView
from tracking.outgoing.api.receivers import ReceiverSecretView, ReceiversView, ReceiverTestView, ReceiverView

calls = [
    path("coupons", CouponsView.as_view()),
    path("leads", LeadsView.as_view()),
    path("links", LinksView.as_view()),
    path("links/<str:id>", LinkView.as_view()),
    path("conversions", ConversionsView.as_view()),
    path("conversions/decisions", DecisionsView.as_view()),
    path("conversions/batch", BatchesView.as_view()),
    path("conversions/batch/<str:id>", BatchView.as_view()),
    path("conversions/<str:id>", ConversionView.as_view()),
    path("conversions/<str:id>/why", ConversionWhyView.as_view()),
    path("disputes", DisputesView.as_view()),
    path("disputes/<str:id>/answer", DisputeAnswerView.as_view()),
    path("clicks/<str:id>/why", ClickWhyView.as_view()),
    path("costs", CostsView.as_view()),
    path("postbacks", ReceiversView.as_view()),
    path("postbacks/<str:id>", ReceiverView.as_view()),
    path("postbacks/<str:id>/test", ReceiverTestView.as_view()),
    path("postbacks/<str:id>/secret", ReceiverSecretView.as_view()),
    path("postback-deliveries", DeliveriesView.as_view()),
    path("postback-deliveries/resend", DeliveriesResendView.as_view()),
    path("postback-deliveries/<str:id>", DeliveryView.as_view()),
    path("statistics", StatisticsView.as_view()),
    path("statistics/schema", StatisticsSchemaView.as_view()),
]
