"""Speed and memory of the YML intake against bare lxml iterparse, over the same file in the same run.

    python bench/feed.py [--offers 100000]

Each reader runs in a process of its own, so that its peak memory is its own; seconds are seconds of the processor, so
that neighbours do not count. Prints one JSON object last.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

OFFER = """<offer id="{n}" available="{available}"><url>https://shop.example/p/{n}?from=feed&amp;n={n}</url>
<price>{price}</price><oldprice>{old}</oldprice><currencyId>RUB</currencyId><categoryId>{category}</categoryId>
<picture>https://shop.example/i/{n}-1.jpg</picture><picture>https://shop.example/i/{n}-2.jpg</picture>
<name>Товар номер {n}, синий</name><vendor>Завод {category}</vendor><vendorCode>A-{n}</vendorCode>
<description><![CDATA[<p>Описание товара <b>{n}</b>: прочный и лёгкий.</p><ul><li>раз</li></ul>]]></description>
<param name="Цвет">синий</param><param name="Вес" unit="кг">{weight}</param></offer>
"""


def write_feed(path: Path, offers: int) -> None:
    with path.open("w", encoding="utf-8") as out:
        out.write('<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE yml_catalog SYSTEM "shops.dtd">\n')
        out.write('<yml_catalog date="2026-11-01 10:00"><shop><name>Bench</name><url>https://shop.example</url>')
        out.write('<currencies><currency id="RUB" rate="1"/></currencies><categories>')
        out.writelines(f'<category id="{n}">Раздел {n}</category>' for n in range(1, 201))
        out.write("</categories><offers>\n")
        for n in range(1, offers + 1):
            values = {"n": n, "price": n % 9000 + 10, "old": n % 9000 + 50, "category": n % 200 + 1, "weight": n % 70}
            out.write(OFFER.format(available="true" if n % 9 else "false", **values))
        out.write("</offers></shop></yml_catalog>\n")


def read_bare(path: Path) -> int:
    from lxml import etree

    rows = 0
    for _event, element in etree.iterparse(str(path), tag="offer"):
        rows += 1
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
    return rows


def read_ours(path: Path) -> int:
    from django.conf import settings

    settings.configure(USE_I18N=False)
    from offers.feeds.intake import read_feed

    with path.open("rb") as source, read_feed(source) as feed:
        return sum(1 for row in feed if row.content_hash)


READERS = {"bare": read_bare, "ours": read_ours}


def measure(name: str, path: Path) -> dict:
    done = subprocess.run(
        [sys.executable, __file__, "--reader", name, "--file", str(path)], check=True, capture_output=True, text=True
    )
    return json.loads(done.stdout)


def run_reader(name: str, path: Path) -> None:
    start = time.process_time()
    rows = READERS[name](path)
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"rows": rows, "rows_per_second": round(rows / seconds), "peak_mb": round(peak, 1)}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--offers", type=int, default=100_000)
    parser.add_argument("--reader", choices=sorted(READERS))
    parser.add_argument("--file", type=Path)
    options = parser.parse_args()
    if options.reader:
        return run_reader(options.reader, options.file)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "feed.yml"
        write_feed(path, options.offers)
        found = {name: measure(name, path) for name in READERS}
        found["file_mb"] = round(os.path.getsize(path) / 1024 / 1024, 1)
    found["time_ratio"] = round(found["bare"]["rows_per_second"] / found["ours"]["rows_per_second"], 2)
    found["memory_ratio"] = round(found["ours"]["peak_mb"] / found["bare"]["peak_mb"], 2)
    print(json.dumps(found))
    return None


if __name__ == "__main__":
    main()
