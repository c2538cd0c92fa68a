"""Pages by audience; cpanet/urls.py gives them their places."""

from django.urls import path

from cpanet.ledger import views

manager_pages = [path("journal/", views.journal, name="journal")]
