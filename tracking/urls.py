"""Pages by audience; cpanet/urls.py gives them their places."""

from django.urls import re_path

from tracking.views import postback

webmaster_pages = []
advertiser_pages = []
manager_pages = []
public_pages = [re_path(r"^postback/(?P<public_id>[^/]{1,64})/?$", postback.postback, name="postback")]
api_pages = []
