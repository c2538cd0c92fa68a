"""`{% load ui %}`: every element of the pages. Written by topic in `cpanet.core.elements`; explained in docs/ui.md."""

from django.template import Library

from cpanet.core.elements import blocks, figures, forms, lists, parts

register = Library()
for _topic in (parts, figures, blocks, forms, lists):
    register.tags.update(_topic.register.tags)
    register.filters.update(_topic.register.filters)
