"""Pages by audience; cpanet/urls.py gives them their places."""

from django.urls import path

from cpanet.portal.views import home, work

webmaster_pages = [path("", home.webmaster, name="home")]
advertiser_pages = [path("", home.advertiser, name="home")]
manager_pages = [
    path("", home.manager, name="home"),
    path("jobs/", work.jobs, name="jobs"),
    path("search/", work.search, name="search"),
]
public_pages = [path("jobs/<int:pk>/", work.job, name="job")]
