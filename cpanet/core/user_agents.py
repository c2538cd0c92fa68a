"""What a user agent says of itself: bot or person, device, system, browser. Parsed once per distinct text."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

import ua_parser
from crawleruseragents import CRAWLER_USER_AGENTS_DATA

LONGEST = 600
DESKTOP_SYSTEMS = frozenset({
    "Windows", "Mac OS X", "Mac OS", "Linux", "Ubuntu", "Kubuntu", "Debian", "Fedora", "Red Hat", "CentOS", "SUSE",
    "Gentoo", "Mint", "Arch Linux", "Slackware", "PCLinuxOS", "Mageia", "Mandriva", "Chrome OS", "FreeBSD", "OpenBSD",
    "NetBSD", "Solaris", "OS/2", "BeOS", "Haiku",
})  # fmt: skip
# Patterns of the crawler list that also meet people: the browsers inside message apps, and a build number of Android.
_PEOPLE_TOO = {"Viber", "MetaIAB Facebook", r"AP3A\.240617\.008", "Sonic", "Fluid", r"Fetch\/", r"Code\/1\.", r"Trae\/"}
_BROWSER_START = re.compile(
    r"mozilla/|applewebkit/|safari/|untrusted/|opera[/ ]|\[fb|lynx|e?links|w3m|ncsa_mosaic|mosaic|dillo|"
    r"netsurf|ucweb|nokia|samsung-|sonyericsson|lg[-/]|blackberry|mot-|htc[-_ ]|amiga|ibrowse|voyager",
    re.IGNORECASE,
)
_BOT_HINT = re.compile(
    r"(?<!cu)bot(?!abb)(?:\b|[/_-])|crawl|spider|slurp|\bfetch(?:er)?\b|preview\b|scrap[ey]|monitor(?:ing)?\b|headless|"
    r"phantomjs|lighthouse|synthetics|observatory|transcoder|python|\bphp\b|burpcollaborator|validator|https?://|"
    r"mediapartners|gomezagent|"
    r"(?<!cam)scanner|inspector|grpc-|rest-client|rss\b|speed insights|search console|cfnetwork/|"
    r"compatible; [\w-]+/\d[\d.]*\)$",
    re.IGNORECASE,
)
_TV = re.compile(
    r"smart-?tv|hbbtv|appletv|apple tv|googletv|google tv|android tv|bravia|\broku|\bcrkey\b|\bweb0s\b|netcast|"
    r"\baft[a-z]{1,4}\b|nettv|viera|\btv safari|tizen.*\btv\b|dtv\b|opera tv|vidaa|\bmibox|shield android",
    re.IGNORECASE,
)
_TABLET = re.compile(
    r"ipad|tablet|playbook|kindle|\bsilk/|nexus (?:7|9|10)\b|\bsm-[tx]\d|\bgt-p\d|xoom|\bkf[a-z]{2,5}\b|touchpad|"
    r"mediapad|\blenovo tb|galaxy tab",
    re.IGNORECASE,
)
_MOBILE = re.compile(
    r"mobi|iphone|ipod|phone|opera mini|blackberry|\bbb10\b|symbian|series ?[46]0|\bj2me\b|midp|kaios|nokia|maemo|"
    r"up\.browser|ucweb|\bpalm|webos/|\[fban/fb4a|fban/fbios",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Agent:
    """`device` is desktop, mobile, tablet, tv, bot or other; for a bot `browser` is the bot's name."""

    is_bot: bool
    device: str
    system: str
    browser: str


NOBODY = Agent(False, "other", "", "")


@lru_cache(16384)
def read_agent(text: str) -> Agent:
    """The facts in a User-Agent header (only its first 600 characters are looked at). Never raises."""
    text = text[:LONGEST].encode("utf-8", "replace").decode().strip()  # lone surrogates would stop the parser
    if not text:
        return NOBODY
    found = ua_parser.parse(text)
    system = found.os.family if found.os else ""
    browser = found.user_agent.family if found.user_agent else ""
    if _is_bot(text, system):
        return Agent(True, "bot", system, browser or _first_word(text))
    return Agent(False, _device(text, system), system, browser)


def _is_bot(text: str, system: str) -> bool:
    if _BOT_HINT.search(text) or not (system or _BROWSER_START.match(text)):
        return True
    return any(chunk.search(text) for chunk in _crawlers())


@cache
def _crawlers() -> list[re.Pattern]:
    """The crawler list in chunks: one pattern of 1,500 alternatives is slower than sixty of 25."""
    patterns = [entry["pattern"] for entry in CRAWLER_USER_AGENTS_DATA if entry["pattern"] not in _PEOPLE_TOO]
    return [re.compile("|".join(patterns[start : start + 25])) for start in range(0, len(patterns), 25)]


def _device(text: str, system: str) -> str:
    if _TV.search(text):
        return "tv"
    if _TABLET.search(text):
        return "tablet"
    if _MOBILE.search(text):
        return "mobile"
    if system == "Android":  # Android without "Mobile" is a tablet by Google's own rule
        return "tablet"
    return "desktop" if system in DESKTOP_SYSTEMS else "other"


# What parsers call them, and the few kinds an offer asks for. The first hint that is found decides.
_SYSTEM_HINTS = (
    ("windows", "windows"), ("mac os", "macos"), ("android", "android"), ("harmony", "android"), ("ios", "ios"),
    ("chrome os", "linux"), ("linux", "linux"), ("ubuntu", "linux"), ("fedora", "linux"), ("debian", "linux"),
)  # fmt: skip
_BROWSER_HINTS = (
    ("edge", "edge"), ("opera", "opera"), ("samsung", "samsung"), ("yandex", "yandex"), ("firefox", "firefox"),
    ("chrome", "chrome"), ("chromium", "chrome"), ("safari", "safari"),
)  # fmt: skip


def system_kind(system: str) -> str:
    """windows, macos, android, ios, linux, or '' for any other system."""
    return _kind(system, _SYSTEM_HINTS)


def browser_kind(browser: str) -> str:
    """chrome, safari, firefox, edge, opera, samsung, yandex, or '' for any other browser."""
    return _kind(browser, _BROWSER_HINTS)


def _kind(name: str, hints) -> str:
    name = name.lower()
    return next((kind for hint, kind in hints if hint in name), "")


def _first_word(text: str) -> str:
    return re.split(r"[/\s;(]", text, maxsplit=1)[0][:60]
