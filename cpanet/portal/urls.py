"""Pages by audience; cpanet/urls.py gives them their places."""

from django.urls import path

from cpanet.portal.views import home

webmaster_pages = [path("", home.webmaster, name="home")]
advertiser_pages = [path("", home.advertiser, name="home")]
manager_pages = [path("", home.manager, name="home")]
public_pages = []
api_pages = []
