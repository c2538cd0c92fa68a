"""Macros that a sender's system has left as they are: the most common fault of a set-up. Pure."""

import re
from urllib.parse import unquote

_NAME = r"[\w.:()№ -]{1,80}"
# Styles that mean nothing else wherever they stand in a value.
_ANYWHERE = re.compile(
    rf"[$#]?\{{{{1,3}}{_NAME}\}}{{1,3}} | \[\[\[?{_NAME}\]\]\]? | \[={_NAME}=\] | \#\#{_NAME}\#\# | %%{_NAME}%%",
    re.VERBOSE,
)
# Styles that could be a value's own letters: they count when they are the whole of it.
_WHOLE = re.compile(
    rf"\[{_NAME}\] | <{_NAME}> | \#[\w.-]{{1,80}}\# | %[\w.-]{{2,80}}% | __\w{{1,80}}__ | [\[{{]?replace[\]}}]?",
    re.VERBOSE | re.IGNORECASE,
)


def is_macro(value: str) -> bool:
    """Whether `value` is, or holds, a macro that has not been replaced: `{click_id}`, `%7Bid%7D`, `[[[subid]]]`,
    `##ID##`, `#s2#`, `${x}`, `#{x.y}`, `{{x}}`, `%id%`, `<id>`, `[=x=]`, `{url(sid)}`."""
    text = value.strip()
    return any(_ANYWHERE.search(each) or _WHOLE.fullmatch(each) for each in {text, unquote(text)})
