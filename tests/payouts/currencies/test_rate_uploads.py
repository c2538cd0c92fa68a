"""What the page says about a file of rates that cannot be read: what, where, and how to mend it."""

from io import BytesIO

import pytest

from payouts.models import CurrencyRate, HeldRates
from tests.factories import NOW

HEAD = "date,base,currency,base_amount,currency_amount"
DAY = NOW.date()


def table(*lines, head=HEAD):
    return "\n".join([head, f"{DAY},USD,EUR,1.0854,1", *lines, ""]).encode()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The submitted file is empty."),
        (
            b"PK\x03\x04\x14\x00\xff\xfe\x00\x80",
            "This is neither XML nor CSV in UTF-8: upload the file of the European Central Bank or the Bank of Russia "
            "as it is, or save your table as “CSV UTF-8”.",
        ),
        (b"\x00\x01\x02\x03", "with commas between: " + HEAD),
        (b"dear all\nhere are the rates", f"Line 1 is “dear all”. The first line must be, with commas between: {HEAD}"),
        (
            HEAD.replace(",", ";").encode(),
            f"Line 1 is “{HEAD.replace(',', ';')}”. The first line must be, with commas between: {HEAD}",
        ),
        (
            table(head="date,base,currency,rate"),
            f"Line 1: there is no column “base_amount”, “currency_amount”. The first line must be: {HEAD}",
        ),
        (
            table(f"{DAY},USD,GBP,1.3"),
            f"Line 3 has 4 columns instead of 5: write {HEAD}, with commas between.",
        ),
        (
            table(f"{DAY},USD,GBP,0,1"),
            "Line 3: “0” is no number above zero. Write it like 1.0854, with 12 digits at most.",
        ),
        (table(f"{DAY},USD,GBP,1.3,-1"), "Line 3: “-1” is no number above zero. Write it like 1.0854"),
        (table(f"{DAY},USD,GBP,0.000,1"), "Line 3: “0.000” is no number above zero."),
        (
            table(f"{NOW:%d.%m.%Y},USD,GBP,1.3,1"),
            f"Line 3: “{NOW:%d.%m.%Y}” is not the day of a table of rates: write it like 2026-11-20.",
        ),
    ],
    ids=range(11),
)  # fmt: skip
def test_the_page_says_what_where_and_how_to_mend_it(people, in_network, content, sentence):
    answer = people.owner.client.post("/manager/rates/upload/", {"file": BytesIO(content)})
    assert answer.status_code == 422 and sentence in answer.text
    assert not CurrencyRate.objects.exists() and not HeldRates.objects.exists()
