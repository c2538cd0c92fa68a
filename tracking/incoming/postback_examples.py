"""Examples an advertiser can copy: signed calls, tags of the pixel. Pure."""

from tracking.incoming.postback_help import PLACEHOLDER

_CURL = """KEY={key}
SECRET='{secret}'
TIME=$(date +%s)
BODY='click_id=CLICK_ID&order_id=1001&amount=49.90'
HASH=$(printf %s "$BODY" | openssl dgst -sha256 -r | cut -d' ' -f1)
TEXT=$(printf 'v1\\n%s\\n%s\\nPOST\\n{path}\\n\\n%s' "$KEY" "$TIME" "$HASH")
SIGNATURE=$(printf %s "$TEXT" | openssl dgst -sha256 -hmac "$SECRET" -r | cut -d' ' -f1)
curl -X POST '{address}' -d "$BODY" \\
  -H "X-Postback-Key: $KEY" -H "X-Postback-Time: $TIME" -H "X-Postback-Signature: $SIGNATURE\""""

_PYTHON = """import hashlib, hmac, time, urllib.parse, urllib.request

KEY, SECRET = "{key}", "{secret}"
body = urllib.parse.urlencode({{"click_id": "CLICK_ID", "order_id": "1001", "amount": "49.90"}}).encode()
now = str(int(time.time()))
text = "\\n".join(["v1", KEY, now, "POST", "{path}", "", hashlib.sha256(body).hexdigest()])
signature = hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()
headers = {{"X-Postback-Key": KEY, "X-Postback-Time": now, "X-Postback-Signature": signature}}
request = urllib.request.Request("{address}", body, headers)
print(urllib.request.urlopen(request).read().decode())"""

_ON_EVERY_PAGE = '<script async src="{script}" data-pixel="{pixel}"></script>'
_ON_THANKS = """<script async src="{script}" data-pixel="{pixel}"
  data-goal="sale" data-order-id="ORDER" data-amount="49.90"></script>"""
_IMAGE = """<img src="{image}?click_id=CLICK_ID&amp;order_id=ORDER&amp;amount=49.90"
  width="1" height="1" alt="" referrerpolicy="origin">"""


def signed_examples(address: str, path: str, key_id: int | None, secret: str = "") -> dict[str, str]:
    """{"curl": …, "python": …}: the same signed call from a shell and from Python."""
    values = {"address": address, "path": path, "key": key_id or "NUMBER", "secret": secret or PLACEHOLDER}
    return {"curl": _CURL.format(**values), "python": _PYTHON.format(**values)}


def pixel_tags(script: str, image: str, pixel: str) -> dict[str, str]:
    """{"every", "thanks", "image"}: what a shop puts into its pages."""
    values = {"script": script, "image": image, "pixel": pixel}
    tags = {"every": _ON_EVERY_PAGE, "thanks": _ON_THANKS, "image": _IMAGE}
    return {name: text.format(**values) for name, text in tags.items()}
