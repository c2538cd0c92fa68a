"""The head of a YML feed: the shop, its currencies and its categories."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from lxml import etree

from cpanet.core.xml import local_name, text_of
from offers.feeds.categories import paths_of
from offers.feeds.rows import BadField, FeedFacts, FeedRefused
from offers.feeds.texts import one_line
from offers.feeds.values import clean_url, parse_currency, parse_date


@dataclass(slots=True)
class Shop:
    """What the products of a feed lean on. `currency` is that of products that name none, "" if nobody says."""

    facts: FeedFacts
    url: str = ""
    currency: str = ""
    _noted: set[str] = field(default_factory=set)

    def note_currency(self, code: str) -> None:
        """Warn once about products in a currency that the shop does not declare, or in none at all."""
        if code in self._noted:
            return
        self._noted.add(code)
        if not code:
            self.facts.warn(_("The feed names no currency: the prices are taken in the currency of the offer."))
        elif self.facts.currencies and code not in self.facts.currencies:
            self.facts.warn(_("Products are priced in %s, which the shop does not declare.") % code)

    def category_path(self, category_id: str) -> tuple[str, ...]:
        """Names from the root; () with a warning for a category that the feed does not define."""
        path = self.facts.categories.get(category_id)
        if path is None:
            self.facts.warn(_("Products are in a category that the feed does not define."))
        return path or ()


def read_shop(root: etree._Element, facts: FeedFacts, default_currency: str) -> Shop:
    """Read what stands before the first product into `facts`. Raises FeedRefused when the currencies are garbled."""
    parts = _children(_child(root, "shop", root))
    facts.date = one_line(root.get("date") or "", 40)
    facts.generated_at = parse_date(facts.date)
    facts.shop_name = one_line(text_of(parts.get("name")) or text_of(parts.get("company")), 200)
    facts.shop_url = _shop_url(parts)
    facts.categories = paths_of(_categories(parts.get("categories")))
    main = _currencies(parts.get("currencies"), facts)
    return Shop(facts, facts.shop_url, main or default_currency)


def _child(parent: etree._Element, name: str, default: etree._Element) -> etree._Element:
    return next((child for child in parent if local_name(child) == name), default)


def _children(shop: etree._Element) -> dict[str, etree._Element]:
    parts: dict[str, etree._Element] = {}
    for child in shop:
        parts.setdefault(local_name(child), child)
    return parts


def _shop_url(parts: dict[str, etree._Element]) -> str:
    try:
        return clean_url(text_of(parts.get("url")))
    except BadField:
        return ""


def _categories(block: etree._Element | None) -> dict[str, tuple[str, str]]:
    nodes: dict[str, tuple[str, str]] = {}
    for element in block if block is not None else ():
        key = one_line(element.get("id") or "", 100)
        if local_name(element) == "category" and key:
            parent = (element.get("parentId") or "").strip()
            nodes.setdefault(key, (one_line(text_of(element), 200) or key, "" if parent == "0" else parent))
    return nodes


def _currencies(block: etree._Element | None, facts: FeedFacts) -> str:
    """Fill `facts.currencies`; the answer is the one in which prices are when a product does not say ("" if none)."""
    declared: dict[str, str] = {}
    for element in block if block is not None else ():
        name = local_name(element)
        if name and name != "currency":
            raise FeedRefused(
                _(
                    "The list of currencies holds <%s> where <currency> must stand: the template of the feed has mixed "
                    'up its fields. Write <currency id="RUB" rate="1"/> with your currency. Nothing was changed.'
                )
                % name[:40]
            )
        if name:
            _declare(element, declared, facts)
    facts.currencies = tuple(declared)
    return next((code for code, rate in declared.items() if rate in ("1", "1.0")), next(iter(declared), ""))


def _declare(element: etree._Element, declared: dict[str, str], facts: FeedFacts) -> None:
    try:
        code = parse_currency(element.get("id") or "")
    except BadField as error:
        facts.warn(str(error))
    else:
        declared.setdefault(code, (element.get("rate") or "").strip())
