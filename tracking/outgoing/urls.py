"""Pages of conversions out; tracking.urls gives them their places."""

from django.urls import path

from tracking.outgoing.views import log, manager, receivers

webmaster_pages = [
    path("postbacks/", receivers.postbacks, name="postbacks"),
    path("postbacks/new/", receivers.postback_new, name="postback_new"),
    path("postbacks/preview/<slug:kind>/", receivers.postback_preview, name="postback_preview"),
    path("postbacks/webhooks/", receivers.webhooks, name="webhooks"),
    path("postbacks/webhooks/new/", receivers.webhook_new, name="webhook_new"),
    path("postbacks/log/", log.postback_log, name="postback_log"),
    path("postbacks/log/resend/", log.postback_resend_many, name="postback_resend_many"),
    path("postbacks/log/<int:delivery_id>/", log.postback_delivery, name="postback_delivery"),
    path("postbacks/log/<int:delivery_id>/resend/", log.postback_resend, name="postback_resend"),
    path("postbacks/<int:receiver_id>/", receivers.postback, name="postback"),
    path("postbacks/<int:receiver_id>/edit/", receivers.postback_edit, name="postback_edit"),
    path("postbacks/<int:receiver_id>/test/", receivers.postback_test, name="postback_test"),
    path("postbacks/<int:receiver_id>/switch/", receivers.postback_switch, name="postback_switch"),
    path("postbacks/<int:receiver_id>/remove/", receivers.postback_remove, name="postback_remove"),
    path("postbacks/<int:receiver_id>/secret/", receivers.postback_secret, name="postback_secret"),
    path("postbacks/<int:receiver_id>/backfill/", receivers.postback_backfill, name="postback_backfill"),
]
manager_pages = [
    path("postbacks/", manager.postbacks, name="postbacks"),
    path("postbacks/<int:delivery_id>/", manager.postback_delivery, name="postback_delivery"),
    path("postbacks/<int:delivery_id>/resend/", manager.postback_resend, name="postback_resend"),
    path("postbacks/receivers/<int:receiver_id>/resume/", manager.postback_resume, name="postback_resume"),
]
