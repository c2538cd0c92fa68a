"""Pages by audience; cpanet/urls.py gives them their places."""

from django.urls import path

from reconciliation.views import mapping, review, statements

# Each view has one form for advertisers and one for the staff (reconciliation.views.desk).
DESK = [
    ("statements/", statements.statements, "statements"),
    ("statements/new/", statements.statement_new, "statement_new"),
    ("statements/<int:pk>/", review.statement, "statement"),
    ("statements/<int:pk>/file/", statements.statement_file, "statement_file"),
    ("statements/<int:pk>/mapping/", mapping.statement_mapping, "statement_mapping"),
    ("statements/<int:pk>/match/", review.statement_match, "statement_match"),
    ("statements/<int:pk>/rows/", review.statement_rows, "statement_rows"),
    ("statements/<int:pk>/apply/", review.statement_apply, "statement_apply"),
    ("statements/<int:pk>/withdraw/", review.statement_withdraw, "statement_withdraw"),
    ("statements/<int:pk>/discard/", review.statement_discard, "statement_discard"),
]

webmaster_pages = []
advertiser_pages = [path(route, view.for_advertiser, name=name) for route, view, name in DESK]
manager_pages = [path(route, view.for_manager, name=name) for route, view, name in DESK]
public_pages = []
