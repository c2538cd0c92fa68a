"""YML (yml_catalog), with the dialects of Admitad, Rozetka, Epicentr, Maudau and others, into FeedItems."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Protocol

from django.utils.translation import gettext as _
from lxml import etree

from cpanet.core.xml import XmlDocument, iter_elements, local_name, text_of
from offers.feeds.rows import BadField, FeedFacts, FeedItem, RowError, hash_of
from offers.feeds.texts import description_of, one_line
from offers.feeds.values import (
    clean_url,
    parse_availability,
    parse_currency,
    parse_price,
    split_pictures,
    strip_escaped_cdata,
    unwrap_affiliate,
)
from offers.feeds.yml_shop import Shop, read_shop

MAX_ID, MAX_NAME, MAX_SHORT, MAX_PARAMS, MAX_PARAM_VALUE = 100, 500, 200, 200, 1000
_PARENTS = {"offers", "shop", "yml_catalog"}
_NAMES = ("name", "title", "name_ua", "name_uk", "name_ru")
_DESCRIPTIONS = ("description", "description_ua", "description_uk", "description_ru")
_OLD_PRICES = ("oldprice", "old_price", "price_old")

Fields = dict[str, list[etree._Element]]


class Options(Protocol):
    """The part of the intake's options that this parser uses."""

    default_currency: str


def yml_rows(document: XmlDocument, facts: FeedFacts, options: Options) -> Iterator[FeedItem | RowError]:
    """The products of `document` in their order; fills `facts` on the way."""
    shop, row = None, 0
    for offer in iter_elements(document, "offer"):
        if local_name(offer.getparent()) not in _PARENTS:
            continue
        shop = shop or read_shop(offer.getroottree().getroot(), facts, options.default_currency)
        row += 1
        yield _row(offer, row, shop)


def _row(offer: etree._Element, row: int, shop: Shop) -> FeedItem | RowError:
    offer_id = (offer.get("id") or "").strip()
    try:
        return _item(offer, row, offer_id, shop)
    except BadField as error:
        return RowError(row, offer_id[:MAX_ID], str(error))


def _item(offer: etree._Element, row: int, offer_id: str, shop: Shop) -> FeedItem:
    _check_id(offer_id)
    fields = _fields(offer)
    price, currency = _price(fields, shop)
    category_id, category_path = _category(fields, shop)
    item = FeedItem(
        row=row,
        offer_id=offer_id,
        name=_name(fields),
        url=_url(fields, shop),
        price=price,
        old_price=_old_price(fields, price, shop),
        currency=currency,
        available=_available(offer, fields, shop),
        category_id=category_id,
        category_path=category_path,
        pictures=split_pictures([text_of(e) for e in fields.get("picture", ())], shop.url),
        vendor=_short(fields, "vendor"),
        vendor_code=_short(fields, "vendorCode") or _short(fields, "article"),
        barcode=_short(fields, "barcode"),
        group_id=one_line(offer.get("group_id") or "", MAX_ID),
        description=_description(fields),
        params=_params(fields),
    )
    object.__setattr__(item, "content_hash", hash_of(item))
    return item


def _check_id(offer_id: str) -> None:
    if not offer_id:
        raise BadField(_("The product has no id: give every <offer> its own id."))
    if len(offer_id) > MAX_ID:
        raise BadField(_("The id is longer than %d characters.") % MAX_ID)


def _fields(offer: etree._Element) -> Fields:
    fields: Fields = {}
    for child in offer:
        tag = child.tag
        if isinstance(tag, str):
            fields.setdefault(tag.rpartition("}")[2], []).append(child)
    return fields


def _text(fields: Fields, *names: str) -> str:
    """The first text that is not empty among the elements called `names`."""
    for name in names:
        for element in fields.get(name, ()):
            text = strip_escaped_cdata(text_of(element))[0]
            if text:
                return text
    return ""


def _short(fields: Fields, name: str) -> str:
    return one_line(_text(fields, name), MAX_SHORT)


def _name(fields: Fields) -> str:
    name = _text(fields, *_NAMES)
    if not name:
        parts = (_text(fields, part) for part in ("typePrefix", "vendor", "model"))
        name = " ".join(part for part in parts if part)
    name = one_line(name, MAX_NAME)
    if not name:
        raise BadField(_("The product has no name."))
    return name


def _price(fields: Fields, shop: Shop) -> tuple[Decimal, str]:
    price, beside = parse_price(_text(fields, "price"))
    if price <= 0:
        raise BadField(_("The price must be above zero; it is %s.") % format(price, "f"))
    named = _text(fields, "currencyId")
    currency = parse_currency(named) if named else beside or shop.currency
    if beside and beside != currency:
        raise BadField(
            _("The price is in %(one)s but currencyId says %(two)s: make them agree.")
            % {"one": beside, "two": currency}
        )
    shop.note_currency(currency)
    return price, currency


def _old_price(fields: Fields, price: Decimal, shop: Shop) -> Decimal | None:
    text = _text(fields, *_OLD_PRICES)
    if not text:
        return None
    try:
        old_price = parse_price(text)[0]
    except BadField:
        shop.facts.warn(_("An old price could not be read: no discount is shown."))
        return None
    if 0 < old_price <= price:
        shop.facts.warn(_("An old price is not above the price: no discount is shown."))
    return old_price if old_price > price else None


def _url(fields: Fields, shop: Shop) -> str:
    text = _text(fields, "url")
    if not text:
        shop.facts.warn(_("A product has no address of its own: links to it lead to the landing of the offer."))
        return ""
    url = clean_url(text, shop.url)
    target = unwrap_affiliate(url)
    if target != url:
        shop.facts.warn(_("The address of a product was an affiliate link: the shop's own address is used."))
    return target


def _available(offer: etree._Element, fields: Fields, shop: Shop) -> bool:
    text = offer.get("available")
    known = parse_availability(_text(fields, "available") if text is None else text)
    if known is None:
        shop.facts.warn(_("“%s” in “available” is not known: write true or false.") % (text or "")[:20])
    return known is not False


def _category(fields: Fields, shop: Shop) -> tuple[str, tuple[str, ...]]:
    category_id = _short(fields, "categoryId")
    if category_id:
        return category_id, shop.category_path(category_id)
    for element in fields.get("category", ()):
        name = one_line(text_of(element), MAX_SHORT)
        return one_line(element.get("code") or element.get("id") or name, MAX_ID), (name,) if name else ()
    return "", ()


def _description(fields: Fields) -> str:
    for name in _DESCRIPTIONS:
        for element in fields.get(name, ()):
            text = description_of(element)
            if text:
                return text
    return ""


def _params(fields: Fields) -> tuple[tuple[str, str, str], ...]:
    """Every param with a name and a value; the same name twice stays twice."""
    found = (
        (
            one_line(element.get("name") or "", MAX_SHORT),
            one_line(text_of(element), MAX_PARAM_VALUE),
            one_line(element.get("unit") or "", 50),
        )
        for element in fields.get("param", ())[:MAX_PARAMS]
    )
    return tuple(param for param in found if param[0] and param[1])
