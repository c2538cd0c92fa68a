import codecs
import gzip
import io
import socket
import zipfile

import pytest

from cpanet.core import charsets
from cpanet.core.charsets import EncodingMismatch, UnknownEncoding
from cpanet.core.files import DamagedArchive, FileLimits, FileRefused, FileTooLarge, unpacked
from cpanet.core.xml import (
    ForbiddenDeclaration,
    NotXml,
    XmlTooLarge,
    XmlTruncated,
    iter_elements,
    open_xml,
    text_of,
)
from cpanet.core.xml_errors import NotWellFormed, XmlRefused
from tests.shared_data import shared_file


def texts(data, tag="t", **options):
    document = open_xml(io.BytesIO(data), **options)
    return [text_of(element) for element in iter_elements(document, tag)]


def test_elements_come_one_by_one_in_any_namespace():
    assert texts(b'<r xmlns="urn:x"><t>a</t><b><t>c</t></b></r>') == ["a", "c"]


def test_what_was_read_is_freed():
    """The tree never holds more than one piece of the file, however long the file is."""
    data = io.BytesIO(b"<r>" + b"<t a='1'>text <b>bold</b></t><u/>" * 40_000 + b"</r>")
    held = [len(element.getparent()) for element in iter_elements(open_xml(data), "t")]
    assert len(held) == 40_000
    assert max(held) < 10_000


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE r [<!ENTITY a "x">]>',
        '<!DOCTYPE r [<!ENTITY % p SYSTEM "http://127.0.0.1/x"> %p;]>',
        '<!DOCTYPE r SYSTEM "r.dtd" [<!ELEMENT r ANY><!ATTLIST r a CDATA "x">]>',
        '<!DOCTYPE r [<!-- ] --> <!ENTITY a "x">]>',
        '<!DOCTYPE r [<?pi ]?><!ENTITY a "x">]>',
        '<!doctype r [ <! ENTITY a "x">]>',
        '<!DOCTYPE r [<!NOTATION n SYSTEM "]"> <!ENTITY a "x">]>',
        "<!DOCTYPE r [%remote;]>",
    ],
)
def test_declarations_of_entities_and_attributes_are_refused(doctype):
    for encoding in ("utf-8", "utf-16"):
        with pytest.raises(XmlRefused) as caught:
            texts(f"{doctype}<r><t>x</t></r>".encode(encoding))
        assert isinstance(caught.value, ForbiddenDeclaration)


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE r SYSTEM "shops.dtd">',
        '<!DOCTYPE r PUBLIC "-//X//Y" "http://site.invalid/x.dtd" >',
        "<!DOCTYPE r [<!ELEMENT r (t)*><!-- <!ENTITY a 'x'> -->]>",
        "<!-- <!DOCTYPE r [<!ENTITY a 'x'>]> --><!DOCTYPE r>",
    ],
)
def test_a_harmless_doctype_is_accepted(doctype):
    assert texts(f'<?xml version="1.0"?>\n{doctype}\n<r><t>x</t></r>'.encode()) == ["x"]


def test_nothing_is_fetched_over_the_net_or_from_the_disk(tmp_path):
    secret = tmp_path / "secret.dtd"
    secret.write_text('<!ENTITY nbsp "SECRET">')
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]
        for address in (f"http://127.0.0.1:{port}/x.dtd", secret.as_uri(), str(secret)):
            found = texts(f'<!DOCTYPE r SYSTEM "{address}"><r><t>a&nbsp;b</t></r>'.encode())
            assert found == ["a\xa0b"]
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.mark.parametrize(
    ("data", "error", "says"),
    [
        (b"<r>\n<t>a & b</t></r>", NotWellFormed, "Line 2: the sign & must"),
        (b"<r>\n\n<t>a&nbsp;b</t></r>", NotWellFormed, "Line 3: a name such as"),
        (b"<r><t>a</t></b></r>", NotWellFormed, "closed by a tag with another name"),
        (b"<r>\x01</r>", NotWellFormed, "character"),
        (b"<r/><r/>", NotWellFormed, "goes on after the end"),
        (b"<r a='<'/>", NotWellFormed, "the sign <"),
        (b"<r><x:t/></r>", NotWellFormed, "prefix"),
        (b"<r>" * 300 + b"</r>" * 300, XmlTooLarge, "too deep"),
        (b"<r a='" + b"x" * 11_000_000 + b"'/>", XmlTooLarge, ""),
        (b"<r>" + b"<u>x</u>" * 1_500_000 + b"</r>", XmlTooLarge, "larger than 8 MB"),
        (b"<!--" + b" " * 70_000 + b"--><r/>", XmlTooLarge, "before the first element"),
        (b"plain words", NotXml, "not XML"),
        (b"", NotXml, "not XML"),
        (b"<", NotXml, ""),
        (b"\xff\xfe", NotXml, ""),
        (b"<!DOCTYPE", XmlRefused, ""),
    ],
)
def test_faults_are_named_with_their_line_and_without_texts_of_the_library(data, error, says):
    with pytest.raises(error) as caught:
        texts(data)
    sentence = str(caught.value)
    assert says in sentence and sentence.endswith(".")
    assert not any(word in sentence for word in ("libxml", "XML_PARSE", "lxml", "BytesIO", "/tmp", "column"))


@pytest.mark.parametrize("cut", [b"<r><t>a</t><t>b</", b"<r><t>a</t><t><![CDATA[x", b"<r><t>a</t>", b"<r><t>a</t><u/>"])
def test_a_cut_file_gives_its_complete_elements_and_then_says_so(cut):
    found = []
    with pytest.raises(XmlTruncated):
        for element in iter_elements(open_xml(io.BytesIO(cut)), "t"):
            found.append(text_of(element))
    assert found == ["a"]


def test_a_large_cut_file_is_cut_and_not_malformed():
    whole = b"<r>" + b"".join(b"<t>%d</t>" % n for n in range(30_000)) + b"</r>"
    found = 0
    with pytest.raises(XmlTruncated):
        for _element in iter_elements(open_xml(io.BytesIO(whole[:200_003])), "t"):
            found += 1
    assert found == whole[:200_003].count(b"</t>")


# -- encodings ---------------------------------------------------------------------------------------------------------

RUSSIAN = "<r><t>Привет, мир</t></r>"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (RUSSIAN.encode(), "utf-8"),
        (codecs.BOM_UTF8 + RUSSIAN.encode(), "utf-8"),
        (b'<?xml version="1.0" encoding="windows-1251"?>' + RUSSIAN.encode("cp1251"), "cp1251"),
        (b"<?xml version='1.0' encoding='KOI8-R' ?>" + RUSSIAN.encode("koi8-r"), "koi8-r"),
        (f'<?xml version="1.0" encoding="UTF-16"?>{RUSSIAN}'.encode("utf-16"), "utf-16-le"),
        (RUSSIAN.encode("utf-16-be"), "utf-16-be"),
        (RUSSIAN.encode("utf-32"), "utf-32-le"),
    ],
)
def test_encodings_are_recognised(data, encoding):
    document = open_xml(io.BytesIO(data))
    assert document.encoding == encoding
    assert [text_of(element) for element in iter_elements(document, "t")] == ["Привет, мир"]


def test_the_declaration_outranks_http_which_outranks_the_guess():
    declared = b'<?xml version="1.0" encoding="windows-1251"?>' + RUSSIAN.encode("cp1251")
    assert texts(declared, http_charset="utf-8") == ["Привет, мир"]
    assert texts(RUSSIAN.encode("koi8-r"), http_charset="koi8-r") == ["Привет, мир"]
    assert texts(RUSSIAN.encode(), http_charset="us-ascii") == ["Привет, мир"]
    assert texts(RUSSIAN.encode("cp1251"), fallback_encoding="windows-1251") == ["Привет, мир"]
    with pytest.raises(EncodingMismatch):
        texts(RUSSIAN.encode("cp1251"))


def test_a_file_that_lies_about_its_encoding_is_refused_both_ways():
    with pytest.raises(EncodingMismatch, match="should be written in UTF-8"):
        texts(b'<?xml version="1.0" encoding="UTF-8"?>' + RUSSIAN.encode("cp1251"))
    with pytest.raises(EncodingMismatch, match="windows-1251, but its bytes are UTF-8"):
        texts(b'<?xml version="1.0" encoding="windows-1251"?>' + RUSSIAN.encode())
    late = b'<?xml version="1.0" encoding="UTF-8"?><r><t>x</t>' + b" " * 600_000 + b"\xcf\xf0</r>"
    with pytest.raises(EncodingMismatch):
        open_xml(io.BytesIO(late))


def test_the_mark_wins_over_the_declaration_with_a_warning():
    data = codecs.BOM_UTF8 + b'<?xml version="1.0" encoding="windows-1251"?>' + RUSSIAN.encode()
    assert open_xml(io.BytesIO(data)).warnings == ["The file declares windows-1251 but is written in utf-8."]


@pytest.mark.parametrize("name", ["zip", "rot13", "base64", "unicode_escape", "idna", "utf-7", "punycode", "x" * 500])
def test_what_is_no_character_set_is_unknown(name):
    assert charsets.canonical(name) == ""
    with pytest.raises(UnknownEncoding):
        texts(f'<?xml version="1.0" encoding="{name}"?><r/>'.encode())


# -- packed files ------------------------------------------------------------------------------------------------


def zipped(*files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return out.getvalue()


def plain(data, limits=None):
    with unpacked(io.BytesIO(data), limits or FileLimits()) as file:
        return file.read()


def test_gzip_and_a_zip_of_one_file_are_unpacked():
    assert plain(b"<r/>") == b"<r/>"
    assert plain(gzip.compress(b"<r/>")) == b"<r/>"
    assert plain(zipped(("__MACOSX/._a", b"x"), ("dir/", b""), ("a.xml", b"<r/>"))) == b"<r/>"


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (zipped(("a.xml", b"1"), ("b.xml", b"2")), DamagedArchive),
        (zipped(), DamagedArchive),
        (zipped(("a.xml", b"1"))[:-10], DamagedArchive),
        (zipped(("a.xml", b"1" * 500))[:40], DamagedArchive),
        (gzip.compress(b"x" * 5000)[:-12], DamagedArchive),
        (gzip.compress(b"x" * 500)[:15] + b"\xff" * 30, DamagedArchive),
        (gzip.compress(gzip.compress(b"x")), DamagedArchive),
        (gzip.compress(b"\0" * 30_000_000), DamagedArchive),
        (zipped(("a.xml", b"\0" * 30_000_000)), DamagedArchive),
        (zipped(*((f"{n}", b"") for n in range(3000))), DamagedArchive),
    ],
)
def test_archives_that_are_not_sound_are_refused(data, error):
    with pytest.raises(error) as caught:
        plain(data)
    assert str(caught.value).endswith(".")


def test_sizes_are_capped_before_and_after_unpacking():
    with pytest.raises(FileTooLarge):
        plain(b"x" * 2000, FileLimits(max_bytes=1000))
    with pytest.raises(FileTooLarge):
        plain(gzip.compress(b"x" * 5000), FileLimits(max_unpacked=4000))


# -- other people's files ----------------------------------------------------------------------------------------


def outcome(data):
    try:
        with unpacked(io.BytesIO(data)) as file:
            return texts(file.read(), "title")
    except FileRefused as refusal:
        return refusal


@pytest.mark.parametrize(
    ("name", "refused"),
    [
        ("cyclic", True), ("dtd", False), ("dtd_element", False), ("external", True), ("external_file", True),
        ("quadratic", True), ("simple-ns", False), ("simple", False), ("xmlbomb", True), ("xmlbomb2", True),
    ],
)  # fmt: skip
def test_known_attacks(name, refused):
    found = outcome(shared_file(f"xml-attacks/defusedxml/{name}.xml").read_bytes())
    assert isinstance(found, ForbiddenDeclaration) if refused else found == []


def test_payload_lists_never_get_an_entity_through():
    folder = shared_file("xml-attacks/payload-lists")
    payloads = [path.read_bytes() for path in folder.glob("*.xml")]
    payloads += (folder / "XXE_Fuzzing.txt").read_bytes().splitlines()
    for payload in payloads:
        found = outcome(payload)
        if b"<!ENTITY" in payload:
            assert isinstance(found, FileRefused)
        assert "root:" not in str(found)


def test_every_encoding_sample_is_read_or_refused_with_a_sentence():
    paths = sorted(shared_file("xml-encoding/feedparser").rglob("*.xml"))
    found = {path.name: outcome(path.read_bytes()) for path in paths}
    for name, answer in found.items():
        assert isinstance(answer, list) or str(answer).endswith("."), name
    assert found["x80_windows-1251.xml"] == ["Ђ"]
    assert found["x80_koi8-r.xml"] == ["─"]
    assert sum(isinstance(answer, list) for answer in found.values()) >= 130
    assert isinstance(found["bozo_bogus_encoding.xml"], UnknownEncoding)
    assert isinstance(found["bozo_encoding_mismatch_crash.xml"], EncodingMismatch)
