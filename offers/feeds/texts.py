"""Texts of a shop made safe and bounded."""

import re

import nh3
from lxml import etree

from cpanet.core.xml import text_of
from offers.feeds.values import strip_escaped_cdata

MAX_DESCRIPTION = 20_000
_TAGS = {"p", "br", "ul", "ol", "li", "b", "strong", "i", "em", "h3", "h4", "table", "tbody", "tr", "td", "th"}
_CLEANER = nh3.Cleaner(tags=_TAGS, attributes={}, clean_content_tags={"script", "style"})
_MARKUP = re.compile(r"[<>&]")


def one_line(text: str, limit: int) -> str:
    """Text without line breaks and double spaces, cut at `limit` characters."""
    return " ".join(text.split())[:limit]


def safe_html(text: str) -> str:
    """Plain text or HTML of a shop as HTML with a few harmless elements: no links, no attributes, no scripts."""
    text = strip_escaped_cdata(text)[0][:MAX_DESCRIPTION]
    if not _MARKUP.search(text):
        return text
    return _CLEANER.clean(text).strip()


def description_of(element: etree._Element | None) -> str:
    """The description as safe HTML, whether it came as CDATA, escaped, or as real child elements."""
    if element is None:
        return ""
    if any(isinstance(child.tag, str) for child in element):
        inner = "".join(etree.tostring(child, encoding="unicode") for child in element)
        return safe_html((element.text or "") + inner)
    return safe_html(text_of(element))
