"""The many ways in which feeds write prices, currencies, yes and no, dates and addresses. Text in, values out."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from urllib.parse import SplitResult, parse_qs, quote, urljoin, urlsplit, urlunsplit

from django.utils.translation import gettext as _

from cpanet.core.currencies import code_of
from offers.feeds.rows import BadField

MAX_PRICE = Decimal(10) ** 12
MAX_URL = 2000
_YES = {"true", "1", "yes", "y", "да", "так", "evet", "+", "in stock", "in_stock", "instock", "available", "есть",
        "в наличии", "в наявності", "preorder", "backorder", "var", "stokta"}  # fmt: skip
_NO = {"false", "0", "no", "n", "нет", "ні", "hayır", "hayir", "-", "out of stock", "out_of_stock", "outofstock",
       "нет в наличии", "немає в наявності", "немає", "yok", "tükendi", "discontinued"}  # fmt: skip
_SPACES = re.compile(r"[\s\u00a0\u2009\u202f\ufeff]+")
_AMOUNT = re.compile(r"([^\d\s.,+-]*)([+-]?\d(?:[\d.,']*\d)?)([^\d]*)", re.ASCII)
_DATE_FORMS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y", "%Y-%m-%d")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SAFE_IN_URL = "!$%&'()*+,/:;=?@[]~"
_CLEAN_URL = re.compile(r"https?://[A-Za-z0-9._-]+(?:[/?#][A-Za-z0-9!$%&'()*+,./:;=?@\[\]~_#-]*)?")
_HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+", re.IGNORECASE)
_PICTURE_BREAK = re.compile(r"[,;|]\s*(?=https?://)|\s+(?=https?://)", re.IGNORECASE)


def strip_escaped_cdata(text: str) -> tuple[str, bool]:
    """The inside of a CDATA section that somebody escaped, and whether there was one."""
    text = text.strip()
    if text.startswith("<![CDATA[") and text.endswith("]]>"):
        return text[9:-3].strip(), True
    return text, False


def parse_currency(text: str) -> str:
    """ISO code of a currency's name: "RUR" and "руб." → "RUB". Raises BadField for an unknown one."""
    code = code_of(text)
    if not code:
        raise BadField(_("The currency “%s” is not known: use a code such as RUB, UAH, USD or EUR.") % text[:20])
    return code


def parse_price(text: str) -> tuple[Decimal, str]:
    """Amount and the currency written beside it ("" if none): "82.88 TRY", "1 234,50 ₽", "$1,234.50", "366.080".

    Raises BadField when it is no number, when it may be read two ways ("1,234"), or is beyond any price."""
    shown = text.strip()[:40]
    found = _AMOUNT.fullmatch(_SPACES.sub("", text))
    if not found:
        raise BadField(_("The price “%s” is not a number.") % shown if shown else _("There is no price."))
    amount = Decimal(_plain_number(found[2].replace("'", ""), shown))
    if abs(amount) > MAX_PRICE:
        raise BadField(_("The price “%s” is too large.") % shown)
    return amount, _currency_beside(found[1] or found[3], shown)


def _currency_beside(name: str, shown: str) -> str:
    try:
        return parse_currency(name) if name else ""
    except BadField:
        raise BadField(_("The price “%s” is not a number.") % shown) from None


def _plain_number(digits: str, shown: str) -> str:
    """Digits with at most one point. The last separator is the decimal one unless it repeats."""
    marks = [char for char in digits if char in ".,"]
    if not marks:
        return digits
    decimal_mark = marks[-1]
    if len(set(marks)) == 1 and len(marks) > 1:
        decimal_mark = ""
    whole, _mark, fraction = digits.rpartition(decimal_mark) if decimal_mark else (digits, "", "")
    groups = re.split(r"[.,]", whole.lstrip("+-"))
    if len(groups) > 1 and any(len(group) != 3 for group in groups[1:]):
        raise BadField(_("The price “%s” is not a number.") % shown)
    if len(marks) == 1 and decimal_mark == "," and len(fraction) == 3:
        raise BadField(_("The price “%s” can be read in two ways: write it with a point, without groups.") % shown)
    sign = "-" if digits.startswith("-") else ""
    return f"{sign}{''.join(groups)}.{fraction or '0'}"


def parse_availability(text: str | None) -> bool | None:
    """True, False, or None for a word we do not know. Missing and empty mean available."""
    word = (text or "").strip().casefold()
    if not word or word in _YES:
        return True
    if word in _NO:
        return False
    return int(word) > 0 if word.isdecimal() and len(word) < 10 else None


def parse_date(text: str) -> datetime | None:
    """The date of a feed: ISO 8601, "2019-01-31 13:29", "12.07.2026 18:29", Unix seconds; None if it is none of them.
    Naive when no zone is written."""
    text = text.strip()
    if re.fullmatch(r"\d{9,11}", text):
        return datetime.fromtimestamp(int(text), UTC)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    for form in _DATE_FORMS:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - naive on purpose
        except ValueError:
            continue
    return None


def clean_url(text: str, base: str = "") -> str:
    """An absolute http(s) address, made absolute on `base` where it is relative, spaces and non-ASCII encoded.
    Raises BadField."""
    text = text.strip()
    if len(text) <= MAX_URL and _CLEAN_URL.fullmatch(text):  # nearly always, and 20 times faster
        return text
    text = _CONTROL.sub("", text).replace("\\", "/")
    try:
        parts = urlsplit(_absolute(text, base))
        location = _location(parts)
    except ValueError:
        location = ""
    if not location:
        raise BadField(_("The address “%s” is not a web address: it must begin with http:// or https://.") % text[:100])
    path, query, fragment = (quote(part, safe=_SAFE_IN_URL) for part in (parts.path, parts.query, parts.fragment))
    url = urlunsplit((parts.scheme.lower(), location, path, query, fragment))
    if len(url) > MAX_URL:
        raise BadField(_("The address of the product is longer than %d characters.") % MAX_URL)
    return url


def _absolute(text: str, base: str) -> str:
    if text.startswith("//"):
        return f"https:{text}"
    return urljoin(base, text) if base and text and "://" not in text[:8] else text


def _location(parts: SplitResult) -> str:
    """Host and port as they go into an address; "" when it is no address of the web or carries a password."""
    host = parts.hostname or ""
    if parts.scheme.lower() not in ("http", "https") or not host or parts.username is not None:
        return ""
    if not host.isascii():
        host = host.encode("idna").decode()
    if not _HOST.fullmatch(host):
        return ""
    host = f"[{host}]" if ":" in host else host
    return f"{host}:{parts.port}" if parts.port else host


def unwrap_affiliate(url: str) -> str:
    """The shop's own address out of an affiliate link of a network (parameter `ulp`); other addresses as they are."""
    for _depth in range(3):
        if "ulp=" not in url:
            break
        targets = parse_qs(urlsplit(url).query).get("ulp", [])
        if not targets or not targets[0].lower().startswith(("http://", "https://")):
            break
        url = clean_url(targets[0])
    return url


def split_pictures(texts: list[str], base: str = "", limit: int = 30) -> tuple[str, ...]:
    """Addresses of pictures, several to an element too, in order, each once; unusable ones are left out."""
    found = {}
    for text in texts:
        text = text.strip()
        for part in _PICTURE_BREAK.split(text) if "://" in text[8:] else (text,):
            try:
                found[clean_url(part, base)] = None
            except BadField:
                continue
    return tuple(found)[:limit]
