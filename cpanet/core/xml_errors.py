"""Why an XML file was refused, in sentences for the person who made it.

The parser's own texts are never shown: they name files of this machine and speak to programmers.
"""

from django.utils.translation import gettext as _
from lxml import etree

from cpanet.core.files import FileRefused


class XmlRefused(FileRefused):
    """The file is not sound XML."""

    code = "xml_refused"
    line = 0


class NotXml(XmlRefused):
    """The file is not XML."""

    code = "not_xml"


class ForbiddenDeclaration(XmlRefused):
    """The file declares entities or attributes of its own, which is not accepted."""

    code = "xml_forbidden_declaration"


class XmlTooLarge(XmlRefused):
    """One element of the file is too large or too deep."""

    code = "xml_too_large"


class NotWellFormed(XmlRefused):
    """The XML is not well-formed."""

    code = "xml_not_well_formed"


class XmlTruncated(NotWellFormed):
    """The file ends before its outermost element is closed."""

    code = "xml_truncated"


def refusal_of(code: int, line: int | None, message: str | None) -> XmlRefused:
    """Our refusal for what the parser calls `code` at `line`; its `message` only tells limits from faults."""
    beyond = code in _LIMIT_CODES or "XML_PARSE_HUGE" in (message or "")
    kind = XmlTooLarge if beyond else NotWellFormed
    sentence = _too_large if beyond else _SENTENCES.get(code, _malformed)
    refusal = kind(sentence() % {"line": line or 1})
    refusal.line = line or 1
    return refusal


_LIMIT_CODES = {
    etree.ErrorTypes.ERR_ENTITY_LOOP,
    getattr(etree.ErrorTypes, "ERR_RESOURCE_LIMIT", 114),
    etree.ErrorTypes.ERR_NAME_TOO_LONG,
}


def _too_large() -> str:
    return _("Line %(line)d: an element is nested too deep or a text is too long.")


def _malformed() -> str:
    return _("Line %(line)d: the XML is not well-formed. Check the file with an XML validator.")


def _wrong_tag() -> str:
    return _("Line %(line)d: an element is closed by a tag with another name, or is not closed.")


def _ampersand() -> str:
    return _("Line %(line)d: the sign & must be written as &amp; in XML.")


def _entity() -> str:
    return _("Line %(line)d: a name such as &nbsp; is not known in XML: write the character itself.")


def _character() -> str:
    return _("Line %(line)d: a character stands here that XML does not allow: remove control characters.")


def _less_than() -> str:
    return _("Line %(line)d: the sign < must be written as &lt; in a text or a value.")


def _after_end() -> str:
    return _("Line %(line)d: the file goes on after the end of the document.")


def _prefix() -> str:
    return _("Line %(line)d: a prefix is used in a name without being declared (xmlns).")


_SENTENCES = {
    etree.ErrorTypes.ERR_TAG_NAME_MISMATCH: _wrong_tag,
    etree.ErrorTypes.ERR_TAG_NOT_FINISHED: _wrong_tag,
    etree.ErrorTypes.ERR_NAME_REQUIRED: _ampersand,
    etree.ErrorTypes.ERR_ENTITYREF_SEMICOL_MISSING: _ampersand,
    etree.ErrorTypes.ERR_UNDECLARED_ENTITY: _entity,
    etree.ErrorTypes.WAR_UNDECLARED_ENTITY: _entity,
    etree.ErrorTypes.ERR_INVALID_CHAR: _character,
    etree.ErrorTypes.ERR_LT_IN_ATTRIBUTE: _less_than,
    etree.ErrorTypes.ERR_DOCUMENT_END: _after_end,
    etree.ErrorTypes.NS_ERR_UNDEFINED_NAMESPACE: _prefix,
}
