"""Addresses of the REST calls of tracking."""

from django.urls import path

from tracking.api.conversions import ConversionsView, ConversionView
from tracking.api.decisions import DecisionsView
from tracking.api.links import LinksView, LinkView
from tracking.api.statistics import StatisticsSchemaView, StatisticsView

calls = [
    path("links", LinksView.as_view()),
    path("links/<str:id>", LinkView.as_view()),
    path("conversions", ConversionsView.as_view()),
    path("conversions/decisions", DecisionsView.as_view()),
    path("conversions/<str:id>", ConversionView.as_view()),
    path("statistics", StatisticsView.as_view()),
    path("statistics/schema", StatisticsSchemaView.as_view()),
]
