"""Pages by audience; cpanet/urls.py gives them their places."""

webmaster_pages = []
advertiser_pages = []
manager_pages = []
public_pages = []
api_pages = []
