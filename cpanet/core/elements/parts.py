"""Named parts inside a block element: `{% card %}{% part "actions" %}…{% endpart %}…{% endcard %}`.

A part marks its content with a character that no stored text can hold (PostgreSQL refuses NUL); the element around it
takes the marked pieces out. So parts need no state and nest: an inner element has taken its own before the outer looks.
All of it is rendered, hence already escaped, when it comes here.
"""

import re

from django.template import Library
from django.utils.safestring import SafeString, mark_safe

register = Library()
_PART = re.compile("\x00([a-z_]+)\x00(.*?)\x00/\\1\x00", re.DOTALL)


@register.simple_block_tag
def part(content, name):
    """Content for a named place of the element around it."""
    return mark_safe(f"\x00{name}\x00{content}\x00/{name}\x00")  # noqa: S308


def split_parts(content: str) -> tuple[SafeString, dict[str, SafeString]]:
    """Rendered content of an element → (its body, its named parts)."""
    parts = {name: mark_safe(inner.strip()) for name, inner in _PART.findall(content)}  # noqa: S308
    return mark_safe(_PART.sub("", content).strip()), parts  # noqa: S308
