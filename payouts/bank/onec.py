"""The text file that Russian banks exchange with 1C (1CClientBankExchange). Pure."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from payouts.bank.lines import BadStatement, Line, Statement, at_line, cut, parse_amount

FORMAT = "1c"
HEAD = "1CClientBankExchange"
# The three digits in the middle of an account's number name its currency.
CURRENCIES = {
    "810": "RUB", "643": "RUB", "840": "USD", "978": "EUR", "156": "CNY", "398": "KZT", "933": "BYN", "949": "TRY",
    "784": "AED", "826": "GBP", "756": "CHF", "051": "AMD", "417": "KGS", "860": "UZS", "944": "AZN", "981": "GEL",
}  # fmt: skip
Fields = dict[str, tuple[int, str]]


def looks_like(text: str) -> bool:
    """Whether the first word is the one every such file begins with."""
    return text.lstrip("\ufeff \r\n").startswith(HEAD)


def parse(text: str) -> Statement:
    """Every document of the file that is a movement of one of its accounts. Raises BadStatement."""
    found, accounts, income = Statement(FORMAT), set(), Decimal(0)
    sections = list(_sections(text))
    for kind, _number, fields in sections:
        if kind != "СекцияДокумент" and fields.get("РасчСчет"):
            accounts.add(fields["РасчСчет"][1])
        if kind == "СекцияРасчСчет" and fields.get("ВсегоПоступило"):
            income += parse_amount(fields["ВсегоПоступило"][1], fields["ВсегоПоступило"][0])
    if not accounts:
        raise BadStatement(_("The file does not say whose account it is of (РасчСчет)."))
    for kind, number, fields in sections:
        if kind == "СекцияДокумент" and (line := _line(number, fields, accounts)):
            found.lines.append(line)
    _compare(found, income)
    return found


def _sections(text: str) -> Iterator[tuple[str, int, Fields]]:
    """("" for the head | СекцияРасчСчет | СекцияДокумент, its line, its fields with their lines)."""
    kind, start, fields, ended = "", 1, {}, False
    for number, line in enumerate(text.splitlines(), start=1):
        key, _equals, value = line.partition("=")
        key = key.strip()
        if key in ("СекцияРасчСчет", "СекцияДокумент"):
            if kind:
                raise at_line(number, _("the part that begins in line %d has no end.") % start)
            yield kind, start, fields
            kind, start, fields = key, number, {}
        elif key in ("КонецРасчСчет", "КонецДокумента"):
            yield kind, start, fields
            kind, start, fields = "", number, {}
        elif key == "КонецФайла":
            ended = True
        elif key and value.strip():
            fields[key] = (number, value.strip())
    if kind or not ended:
        raise BadStatement(_("The file breaks off: its last line (КонецФайла) is missing. Download it again."))
    yield kind, start, fields


def _line(number: int, fields: Fields, accounts: set[str]) -> Line | None:
    """None for a document between others."""

    def value(*names):
        return next((fields[name][1] for name in names if name in fields), "")

    payer, receiver = value("ПлательщикСчет", "ПлательщикРасчСчет"), value("ПолучательСчет", "ПолучательРасчСчет")
    comes_in = receiver in accounts or (payer not in accounts and "ДатаПоступило" in fields)
    if not comes_in and payer not in accounts:
        return None
    if "Сумма" not in fields:
        raise at_line(number, _("the document has no sum (Сумма)."))
    amount = parse_amount(value("Сумма"), fields["Сумма"][0])
    own = receiver if comes_in else payer
    return Line(
        number=number,
        on=_day(number, value("ДатаПоступило" if comes_in else "ДатаСписано", "Дата")),
        amount=amount if comes_in else -amount,
        currency=CURRENCIES.get(own[5:8], "RUB"),
        account=own,
        payer=cut("payer", value("Плательщик1", "Плательщик")),
        payer_tax_id=cut("payer_tax_id", value("ПлательщикИНН")),
        payer_account=cut("payer_account", payer),
        purpose=cut("purpose", value("НазначениеПлатежа", "НазначениеПлатежа1")),
        reference=cut("reference", f"{value('Номер')}/{payer}" if value("Номер") else ""),
    )


def _day(number: int, text: str) -> date:
    try:
        return datetime.strptime(text, "%d.%m.%Y").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise at_line(number, _("“%s” is not a date.") % text[:20]) from None


def _compare(found: Statement, income: Decimal) -> None:
    came = sum(line.amount for line in found.lines if line.amount > 0)
    if income and came != income:
        words = _("The incoming documents sum to %(came)s, the bank says %(income)s.")
        found.warnings.append(words % {"came": came, "income": income})
