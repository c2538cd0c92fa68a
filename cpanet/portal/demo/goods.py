"""The product feed of the demo's shop: a YML file as shops write them."""

from itertools import product
from xml.sax.saxutils import escape, quoteattr

_CATEGORIES = {
    1: ("Face", None),
    2: ("Serums", 1),
    3: ("Creams", 1),
    4: ("Body", None),
    5: ("Oils", 4),
    6: ("Sets", None),
}
_NAMES = {
    2: ("Vitamin C serum", "Hyaluronic serum", "Night repair serum"),
    3: ("Day cream with squalane", "Rich night cream", "Barrier balm"),
    5: ("Argan body oil", "Almond massage oil", "Dry oil with shimmer"),
    6: ("Starter set", "Travel set"),
}
_SIZES = (("30 ml", 0), ("50 ml", 9), ("100 ml", 21), ("200 ml", 34))


def yml_feed(site: str, moment: str) -> bytes:
    """44 goods of `site` (an address) as a YML document; `moment` is its date."""
    categories = "".join(
        f'<category id="{number}"' + (f' parentId="{parent}"' if parent else "") + f">{name}</category>"
        for number, (name, parent) in _CATEGORIES.items()
    )
    goods = "".join(_offer(site, number, *what) for number, what in enumerate(_goods(), start=1001))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE yml_catalog SYSTEM "shops.dtd">\n'
        f'<yml_catalog date="{moment}"><shop><name>Lumière</name><company>Lumière Cosmetics</company>'
        f'<url>{site}</url><currencies><currency id="USD" rate="1"/></currencies>'
        f"<categories>{categories}</categories><offers>{goods}</offers></shop></yml_catalog>\n"
    ).encode()


def _goods():
    for category, names in _NAMES.items():
        for (place, name), (size, extra) in product(enumerate(names), _SIZES):
            yield category, f"{name}, {size}", 14 + 5 * place + extra + category


def _offer(site, number, category, name, price):
    old = f"<oldprice>{price * 1.2:.2f}</oldprice>" if number % 4 == 0 else ""
    url = quoteattr(f"{site}/goods/{number}?from=feed&v=1")[1:-1]
    return (
        f'<offer id="LC-{number}" available="{"false" if number % 11 == 0 else "true"}"><name>{escape(name)}</name>'
        f"<url>{url}</url><price>{price:.2f}</price>{old}<currencyId>USD</currencyId><categoryId>{category}</categoryId>"
        f"<picture>{site}/pictures/{number}.jpg</picture><vendor>Lumière</vendor>"
        f"<description>{escape(name)} – plant oils, no perfume.</description></offer>"
    )
