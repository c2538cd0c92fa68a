"""What may stand before the first element of an XML document, read by hand before any parser sees it."""

import re
from dataclasses import dataclass

_SPACE = re.compile(r"[\s\ufeff]*")
_ROOT = re.compile(r"<(?:([^\s:/>\"'=<&!?]+):)?([^\s:/>\"'=<&!?]+)")
_XMLNS = re.compile(r"""\sxmlns(?::([\w.-]+))?\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_DOCTYPE_PART = re.compile(r"""[^"'\[>]+|"[^"]*"|'[^']*'""")
_SUBSET_PART = re.compile(r"""<!--.*?-->|<\?.*?\?>|"[^"]*"|'[^']*'|<!\s*(ENTITY|ATTLIST)|(%)[\w:]|(\])|.""", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Prolog:
    """`root` is "" when no element was found; `forbidden` names a declaration that is not accepted."""

    root: str = ""
    namespace: str = ""
    doctype: bool = False
    forbidden: str = ""
    unfinished: bool = False


def read_prolog(text: str) -> Prolog:
    """Walk over declaration, comments, instructions and DOCTYPE to the first element of `text`."""
    at, doctype = _SPACE.match(text).end(), False
    while at < len(text):
        if text.startswith("<?", at):
            at = _after(text, "?>", at)
        elif text.startswith("<!--", at):
            at = _after(text, "-->", at)
        elif text[at : at + 9].upper() == "<!DOCTYPE":
            at, forbidden = _after_doctype(text, at + 9)
            doctype = True
            if forbidden:
                return Prolog(doctype=True, forbidden=forbidden)
        else:
            return _root(text, at, doctype)
        if at < 0:
            return Prolog(doctype=doctype, unfinished=True)
        at = _SPACE.match(text, at).end()
    return Prolog(doctype=doctype)


def _after(text: str, mark: str, at: int) -> int:
    found = text.find(mark, at)
    return found + len(mark) if found >= 0 else -1


def _after_doctype(text: str, at: int) -> tuple[int, str]:
    while at < len(text):
        if text[at] == ">":
            return at + 1, ""
        if text[at] == "[":
            at, forbidden = _after_subset(text, at + 1)
            if forbidden or at < 0:
                return at, forbidden
            continue
        part = _DOCTYPE_PART.match(text, at)
        if not part:
            return -1, ""
        at = part.end()
    return -1, ""


def _after_subset(text: str, at: int) -> tuple[int, str]:
    for part in _SUBSET_PART.finditer(text, at):
        declaration, parameter, end = part.groups()
        if declaration:
            return part.end(), f"<!{declaration}"
        if parameter:
            return part.end(), "<!ENTITY"
        if end:
            return part.end(), ""
    return -1, ""


def _root(text: str, at: int, doctype: bool) -> Prolog:
    found = _ROOT.match(text, at)
    if not found:
        return Prolog(doctype=doctype)
    prefix, name = found.groups()
    tag = text[at : text.find(">", at) if ">" in text[at:] else len(text)]
    spaces = {key: double or single for key, double, single in _XMLNS.findall(tag)}
    return Prolog(name, spaces.get(prefix or "", ""), doctype)
