"""XML from strangers, read as a stream.

Nothing is fetched, no entity is expanded, nothing is repaired; memory stays bounded by the largest single element.
The encoding is settled and verified before the parser sees a byte, and the parser gets UTF-8 only.
"""

import html.entities
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from django.utils.translation import gettext as _
from lxml import etree

from cpanet.core import charsets
from cpanet.core.files import MIB, head_of, megabytes
from cpanet.core.xml_errors import ForbiddenDeclaration, NotXml, XmlTooLarge, XmlTruncated, refusal_of
from cpanet.core.xml_prolog import Prolog, read_prolog

HEAD_BYTES = 64 * 1024
_CHUNK = 64 * 1024
_DECLARATION = re.compile(r"\s*<\?xml\s[^>]*?\?>")
_DECLARED = re.compile(r"""\s*<\?xml\s[^>]*?encoding\s*=\s*["']([^"'>]*)["']""")
_HTML_ENTITIES = html.entities.html5


@dataclass(slots=True)
class XmlDocument:
    """A file whose beginning was found sound. `root` and `namespace` name its outermost element."""

    source: BinaryIO
    encoding: str
    root: str
    namespace: str = ""
    warnings: list[str] = field(default_factory=list)


def open_xml(source: BinaryIO, *, http_charset: str = "", fallback_encoding: str = "") -> XmlDocument:
    """Settle the encoding over the whole of `source` (seekable, unpacked) and check what stands before the first
    element. Raises NotXml, ForbiddenDeclaration, XmlTooLarge and the errors of `charsets`."""
    head = head_of(source, HEAD_BYTES)
    declared = declared_encoding(head)
    names = charsets.choose(head, declared=declared, http=http_charset, fallback=fallback_encoding)
    encoding = charsets.first_fitting(source, names)
    prolog = checked_prolog(next(charsets.decoded(source, encoding, HEAD_BYTES), ""))
    document = XmlDocument(source, encoding, prolog.root, prolog.namespace)
    if declared and not _same_family(declared, encoding):
        document.warnings.append(
            _("The file declares %(declared)s but is written in %(real)s.")
            % {"declared": declared[:40], "real": charsets.display(encoding)}
        )
    return document


def declared_encoding(head: bytes) -> str:
    """What the XML declaration says, in whatever width it is written; "" when it says nothing."""
    marked, length = charsets.mark_of(head)
    width = marked or charsets.wide_without_mark(head) or "latin-1"
    text = head[length:1024].decode(width, errors="ignore")
    found = _DECLARED.match(text)
    return found[1].strip() if found else ""


def checked_prolog(head: str) -> Prolog:
    """What stands before the first element, or XmlRefused when it is not acceptable."""
    prolog = read_prolog(head)
    if prolog.forbidden:
        raise ForbiddenDeclaration(
            _("The file declares %s in its DOCTYPE, which is not accepted: leave the declarations out.")
            % prolog.forbidden
        )
    if not prolog.root:
        if prolog.unfinished:
            raise XmlTooLarge(_("What stands before the first element of the file is too long or is not closed."))
        raise NotXml(_("The file is not XML: it must begin with “<?xml” or with an element."))
    return prolog


def iter_elements(document: XmlDocument, *tags: str, max_element_bytes: int = 8 * MIB) -> Iterator[etree._Element]:
    """Each element named in `tags` (in any namespace) when it is complete. Whatever stands before it in the same
    parent is freed on the next step, so use it at once. Raises NotWellFormed with the line, XmlTooLarge when
    `max_element_bytes` pass without such an element, XmlTruncated after the last complete one."""
    parser = _parser(tags)
    waiting, first = 0, True
    for text in _body(document):
        data = text.encode()
        waiting += len(data)
        _feed(parser, data)
        for _event, element in parser.read_events():
            if first:
                _refuse_declarations(element)
            first, waiting = False, 0
            yield element
            _release(element)
        if waiting > max_element_bytes:
            raise XmlTooLarge(_("One element of the file is larger than %s.") % megabytes(max_element_bytes))
    _close(parser, document)


def text_of(element: etree._Element | None) -> str:
    """All text inside `element`, HTML entities such as &nbsp; (left alone by the parser) turned into characters."""
    if element is None:
        return ""
    if len(element) == 0:
        return element.text or ""
    parts = []
    for node in element.iter():
        if node.tag is etree.Entity:
            parts.append(_HTML_ENTITIES.get(f"{node.name};", ""))
        elif node.text:
            parts.append(node.text)
        if node is not element and node.tail:
            parts.append(node.tail)
    return "".join(parts)


def local_name(element: etree._Element) -> str:
    """The name without its namespace."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _parser(tags: tuple[str, ...]) -> etree.XMLPullParser:
    return etree.XMLPullParser(
        events=("end",),
        tag=[f"{{*}}{tag}" for tag in tags],
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )


def _body(document: XmlDocument) -> Iterator[str]:
    """The text without its declaration: the encoding it names no longer matters. Lines keep their numbers."""
    first = True
    for text in charsets.decoded(document.source, document.encoding, _CHUNK):
        if first:
            text, first = _DECLARATION.sub(lambda found: "\n" * found[0].count("\n"), text, count=1), False
        yield text


def _feed(parser: etree.XMLPullParser, data: bytes) -> None:
    try:
        parser.feed(data)
    except etree.XMLSyntaxError as error:
        raise refusal_of(error.code, error.lineno, error.msg) from None
    for entry in parser.feed_error_log:  # lxml keeps silent about an undeclared entity and would start anew
        if entry.level >= etree.ErrorLevels.ERROR:
            raise refusal_of(entry.type, entry.line, entry.message)


def _close(parser: etree.XMLPullParser, document: XmlDocument) -> None:
    try:
        parser.close()
    except etree.XMLSyntaxError as error:
        refusal = refusal_of(error.code, error.lineno, error.msg)
        if isinstance(refusal, XmlTooLarge) or _root_is_closed(document):
            raise refusal from None
        raise XmlTruncated(_("The file ends in the middle: its last line is not the end of the document.")) from None


def _root_is_closed(document: XmlDocument) -> bool:
    """Whether the end tag of the outermost element stands at the end: if so the fault lies elsewhere."""
    tail = ""
    for text in charsets.decoded(document.source, document.encoding):
        tail = (tail + text)[-1024:]
    tail = re.sub(r"<!--.*?-->", "", tail, flags=re.DOTALL).rstrip()
    root = rf"([\w.-]+:)?{re.escape(document.root)}"
    return bool(re.search(rf"(</{root}\s*|<{root}(\s[^<]*)?/)>$", tail))


def _refuse_declarations(element: etree._Element) -> None:
    """The second wall behind `read_prolog`: ask the parser itself what was declared."""
    dtd = element.getroottree().docinfo.internalDTD
    if dtd is not None and (any(dtd.iterentities()) or any(any(e.iterattributes()) for e in dtd.iterelements())):
        raise ForbiddenDeclaration()


def _release(element: etree._Element) -> None:
    element.clear(keep_tail=False)
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _same_family(declared: str, encoding: str) -> bool:
    """UTF-16 declared and UTF-16LE found is the same; so is a declared alias."""
    return encoding.startswith(charsets.canonical(declared) or "?")
