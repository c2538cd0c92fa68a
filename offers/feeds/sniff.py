"""What a file is, told by its content and never by its name."""

import json
import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cpanet.core.xml_prolog import Prolog

GOOGLE = "http://base.google.com/ns/1.0"
_HTML = re.compile(r"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]*>\s*([^<]{1,100}?)\s*</title>", re.IGNORECASE)
_XML_ROOTS = {
    "yml_catalog": "yml",
    "price": "hotline",
    "КоммерческаяИнформация": "commerceml",
    "products": "products",
    "urunler": "urun",
    "Urunler": "ticimax",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: the slug that is stored, the name that people see."""

    slug: str
    label: str


def label_of(slug: str) -> str:
    """How people call the kind `slug`."""
    return {
        "yml": "YML (yml_catalog)",
        "google_rss": "Google Merchant (RSS)",
        "google_atom": "Google Merchant (Atom)",
        "rss": _("an RSS news feed"),
        "hotline": "hotline.ua price (XML)",
        "commerceml": "CommerceML (1C)",
        "products": _("an XML list of products (products/product)"),
        "urun": _("an XML list of products (root/urun)"),
        "ticimax": "Ticimax",
        "csv": "CSV",
        "json": "JSON",
        "xlsx": "Excel (.xlsx)",
        "xls": "Excel (.xls)",
        "pdf": "PDF",
        "xml": _("XML of an unknown kind"),
        "text": _("plain text"),
        "binary": _("a binary file"),
    }[slug]


def kind_of_xml(prolog: Prolog, head: str) -> str:
    """The slug for an XML document by its outermost element; `head` is its beginning."""
    if prolog.root == "rss" or prolog.root == "feed":
        google = GOOGLE in head
        return ("google_rss" if prolog.root == "rss" else "google_atom") if google else "rss"
    if prolog.root.lower() == "root":
        return "ticimax" if re.search(r"<Urunler[\s>/]", head) else "urun" if re.search(r"<urun[\s>/]", head) else "xml"
    return _XML_ROOTS.get(prolog.root, "xml")


def kind_of_bytes(head: bytes) -> str:
    """The slug for a file that is told by its first bytes; "" for a text."""
    if head.startswith(b"PK\x03\x04"):
        return "xlsx"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "xls"
    if head.startswith(b"%PDF"):
        return "pdf"
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"<\x00" in head[:8] or b"\x00<" in head[:8]
    return "binary" if b"\x00" in head and not wide else ""


def kind_of_text(head: str) -> str:
    """The slug for a text that is not XML."""
    text = head.strip()
    if text[:1] in "{[":
        return "json" if _begins_like_json(text) else "text"
    lines = [line for line in text.splitlines()[:20] if line.strip()]
    if len(lines) > 1 and max(lines[0].count(mark) for mark in ",;\t|") >= 1:
        return "csv"
    return "text"


def html_page(head: str) -> str | None:
    """None unless `head` begins a web page; else its title ("" without one)."""
    if not _HTML.search(head[:2000]):
        return None
    title = _TITLE.search(head)
    return title[1] if title else ""


def _begins_like_json(text: str) -> bool:
    try:
        json.JSONDecoder().raw_decode(text)
    except ValueError:
        return bool(re.match(r'[{\[]\s*["{\[\]}]', text))
    return True
