"""The editor of offers, for advertisers and staff alike (see offers.views.desk)."""
