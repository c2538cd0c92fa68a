"""How shops and advertisers call currencies, in files that are not ours."""

from cpanet.core.money import is_currency

NAMES = {
    "RUR": "RUB", "РУБ": "RUB", "РУБ.": "RUB", "Р": "RUB", "Р.": "RUB", "₽": "RUB",
    "TL": "TRY", "₺": "TRY", "YTL": "TRY",
    "ГРН": "UAH", "ГРН.": "UAH", "₴": "UAH",
    "EURO": "EUR", "€": "EUR", "ЕВРО": "EUR",
    "$": "USD", "US$": "USD", "USD$": "USD", "ДОЛЛ": "USD", "ДОЛЛ.": "USD",
    "ТГ": "KZT", "ТЕНГЕ": "KZT", "₸": "KZT",
    "BYR": "BYN", "£": "GBP", "₹": "INR", "ZŁ": "PLN",
}  # fmt: skip


def code_of(name: str) -> str:
    """ISO code for a name, sign or code ("руб." → "RUB"); "" for one that is not known."""
    plain = name.strip().upper()
    code = NAMES.get(plain, plain)
    return code if is_currency(code) else ""
