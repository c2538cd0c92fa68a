"""Plain documents as PDF: an invoice, a receipt. Pure and deterministic: the same words give the same bytes.

Every text given here is text: markup in it is shown as it was typed, control characters become spaces. The font has
Latin, Turkish, Cyrillic, Greek and the signs of currencies.
"""

import io
from collections.abc import Sequence
from html import escape
from pathlib import Path

from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import KeepTogether, LongTable, Paragraph, SimpleDocTemplate, Spacer, Table

FONTS = Path(__file__).parent / "fonts"
REGULAR, BOLD = "cpanet", "cpanet-bold"
FILES = {REGULAR: "DejaVuSansCondensed.ttf", BOLD: "DejaVuSansCondensed-Bold.ttf"}
MARGIN = 18 * mm
WIDTH = A4[0] - 2 * MARGIN
LONGEST = 1_000  # characters in one piece of text: a cell must fit on a page
INK, PALE, LINE, TINT = (colors.HexColor(code) for code in ("#1b1f24", "#5b6470", "#d5dae1", "#f3f5f8"))

Pairs = Sequence[tuple[str, str]]


def _style(name, **changes):
    return ParagraphStyle(name, **{"fontName": REGULAR, "fontSize": 9, "leading": 12, "textColor": INK, **changes})


TEXT = _style("text")
SMALL = _style("small", fontSize=7.5, leading=10, textColor=PALE)
STRONG = _style("strong", fontName=BOLD)
TITLE = _style("title", fontName=BOLD, fontSize=17, leading=22)
SECTION = _style("section", fontName=BOLD, fontSize=11, leading=15, spaceBefore=8, spaceAfter=3)
NUMBER = _style("number", alignment=TA_RIGHT)
STRONG_NUMBER = _style("strong-number", fontName=BOLD, alignment=TA_RIGHT)
GRID = [
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
    ("TOPPADDING", (0, 0), (-1, -1), 3),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
]
BARE = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0), *GRID[2:]]


class Document:
    """One A4 document, filled from the top down; `content()` gives its bytes.

    `title` names it (heading and properties); `footer` stands at the foot of every page beside its number.
    """

    def __init__(self, title: str, *, subtitle: str = "", author: str = "", footer: str = ""):
        _register_fonts()
        self.title, self.author, self.footer = _plain(title), _plain(author), _plain(footer)
        self._parts = [_text(title, TITLE)]
        if subtitle:
            self._parts.append(_text(subtitle, _style("subtitle", textColor=PALE)))
        self._space()

    def heading(self, text: str) -> None:
        """The title of a section."""
        self._parts.append(_text(text, SECTION))

    def paragraph(self, text: str, *, small: bool = False) -> None:
        """Running text; its line breaks are kept."""
        self._parts += [_text(text, SMALL if small else TEXT), Spacer(1, 2 * mm)]

    def facts(self, pairs: Pairs) -> None:
        """Key–value lines; pairs without a value are left out."""
        if rows := _fact_rows(pairs):
            self._parts.append(Table(rows, colWidths=[45 * mm, WIDTH - 45 * mm], style=BARE, hAlign="LEFT"))
            self._space()

    def columns(self, *blocks: tuple[str, Pairs]) -> None:
        """Two or three blocks of key–value lines side by side, such as seller and buyer: (heading, pairs) each."""
        width = WIDTH / len(blocks)
        cells = [[_text(heading, STRONG), *_fact_lines(pairs)] for heading, pairs in blocks]
        self._parts.append(Table([cells], colWidths=[width] * len(blocks), style=BARE, hAlign="LEFT"))
        self._space()

    def table(
        self, head: Sequence[str], rows: Sequence[Sequence[str]], *, numeric: Sequence[int] = (),
        widths: Sequence[float] | None = None,
    ) -> None:  # fmt: skip
        """A table whose head is repeated on every page. `numeric`: columns aligned to the right; `widths`: in relation
        to each other."""
        parts = widths or [1] * len(head)
        lines = [_cells(head, numeric, STRONG, STRONG_NUMBER), *(_cells(row, numeric, TEXT, NUMBER) for row in rows)]
        style = [*GRID, ("BACKGROUND", (0, 0), (-1, 0), TINT)]
        sizes = [WIDTH * part / sum(parts) for part in parts]
        self._parts.append(LongTable(lines, colWidths=sizes, repeatRows=1, style=style))
        self._space()

    def totals(self, pairs: Pairs) -> None:
        """Sums at the right under a table; the last is the one that counts."""
        *before, last = pairs
        rows = [[_text(key, NUMBER), _text(value, NUMBER)] for key, value in before]
        rows.append([_text(last[0], STRONG_NUMBER), _text(last[1], STRONG_NUMBER)])
        style = [*GRID[2:], ("LINEABOVE", (0, -1), (-1, -1), 0.8, INK)]
        self._parts.append(KeepTogether(Table(rows, colWidths=[55 * mm, 40 * mm], hAlign="RIGHT", style=style)))
        self._space()

    def content(self) -> bytes:
        """The PDF. May be asked for once."""
        out = io.BytesIO()
        template = SimpleDocTemplate(
            out, pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=MARGIN, bottomMargin=MARGIN,
            title=self.title, author=self.author, creator="cpanet", invariant=1,
        )  # fmt: skip
        template.build(self._parts, onFirstPage=self._foot, onLaterPages=self._foot)
        return out.getvalue()

    def _foot(self, canvas, template):
        canvas.setFont(REGULAR, 7.5)
        canvas.setFillColor(PALE)
        canvas.drawString(MARGIN, 10 * mm, self.footer[:120])
        canvas.drawRightString(A4[0] - MARGIN, 10 * mm, str(template.page))

    def _space(self):
        self._parts.append(Spacer(1, 4 * mm))


def _register_fonts():
    for name, file in FILES.items():
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, FONTS / file))


def _plain(text):
    return "".join(letter if letter.isprintable() else " " for letter in str(text))


def _text(text, style):
    lines = (escape(_plain(line)) for line in str(text)[:LONGEST].splitlines())
    return Paragraph("<br/>".join(lines), style)


def _cells(row, numeric, words, numbers):
    return [_text(cell, numbers if place in numeric else words) for place, cell in enumerate(row)]


def _fact_rows(pairs):
    pale = _style("label", textColor=PALE)
    return [[_text(key, pale), _text(value, TEXT)] for key, value in pairs if value]


def _fact_lines(pairs):
    lines = []
    for key, value in pairs:
        if value:
            lines += [*([_text(key, SMALL)] if key else []), _text(value, TEXT)]
    return lines
