"""PDF documents: every letter survives, nothing in a text is markup, long documents break into pages."""

import io

from pypdf import PdfReader

from cpanet.core.pdf import Document


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def document(**changes):
    made = Document(**{"title": "Счёт № 7", "subtitle": "İğdır – ₽ ₺ ₴ €", "footer": "Alpha"} | changes)
    made.columns(("Продавец", [("", "ООО «Сеть»"), ("Tax id", "7701234567")]), ("Alıcı", [("", "Şeker & <b>Co</b>")]))
    made.facts([("Period", "1–30 Nov"), ("Nothing", "")])
    made.table(["Offer", "Amount"], [["Пылесос", "100,00 ₽"]], numeric=[1], widths=[3, 1])
    made.totals([("Sum", "100,00 ₽"), ("К оплате", "100,00 ₽")])
    made.paragraph("first\nsecond")
    return made


def test_letters_of_all_our_languages_can_be_read_back():
    text = text_of(document().content())
    for words in ("Счёт № 7", "İğdır – ₽ ₺ ₴ €", "ООО «Сеть»", "7701234567", "Пылесос", "100,00 ₽", "К оплате"):
        assert words in text
    assert "Nothing" not in text


def test_markup_and_control_characters_are_words():
    text = text_of(document(title="<para>& </b>\x00\x1b\ud800<img src='x'/>").content())
    assert "Şeker & <b>Co</b>" in text
    assert "<para>& </b>" in text
    assert "<img src='x'/>" in text


def test_same_words_give_the_same_bytes():
    assert document().content() == document().content()


def test_long_table_repeats_its_head_and_a_huge_cell_does_not_break_it():
    made = Document("Rows")
    made.table(["Number of the row", "Words"], [[str(n), "x" * 20_000 if n == 50 else "word"] for n in range(200)])
    pages = PdfReader(io.BytesIO(made.content())).pages
    assert len(pages) > 3
    assert all("Number of the row" in page.extract_text() for page in pages)
