"""What an advertiser must know to call us: addresses to copy, and what each parameter means. Pure."""

from django.utils.translation import gettext_lazy as _

PLACEHOLDER = "YOUR_KEY"

# (name, whether it is needed, what it is)
PARAMETERS = [
    (
        "token",
        _("unless signed"),
        _("Your key; or send it in the header X-Postback-Token. Never show it in a page of your shop."),
    ),
    ("click_id", _("yes"), _("The click id that your landing page got in its address. Keep it with the order.")),
    ("promo_code", _("no"), _("A promo code you gave to a webmaster; it stands for a click.")),
    ("goal", _("if there are several"), _("Code of the goal that was reached.")),
    ("order_id", _("better"), _("Your number of the order. The same number is never counted twice.")),
    ("amount", _("for percent goals"), _("The order's amount, such as 1234.50.")),
    (
        "items",
        _("for rates by category"),
        _("Lines of the order as JSON: id, category, name, price, quantity."),
    ),
    ("currency", _("no"), _("Three letters, such as USD; it must be the offer's currency.")),
    (
        "status",
        _("no"),
        _("pending, approved or declined, and the usual words for them. Without it the lead is pending."),
    ),
    ("reason", _("no"), _("Why it was declined; the webmaster reads it.")),
    ("test", _("no"), _("1 marks a test: it is shown and never paid.")),
]


def template_of(address: str, secret: str = "") -> str:
    """The address with our names and the shop's values still to be put in."""
    return f"{address}?token={secret or PLACEHOLDER}&click_id={{click_id}}&order_id={{order_id}}&amount={{amount}}"


def curl_example(address: str, secret: str = "") -> str:
    """The same call from a command line, with the key in a header."""
    return (
        f"curl -X POST '{address}' \\\n"
        f"  -H 'X-Postback-Token: {secret or PLACEHOLDER}' \\\n"
        "  -d click_id=CLICK_ID -d order_id=1001 -d amount=49.90 -d status=pending -d test=1"
    )
