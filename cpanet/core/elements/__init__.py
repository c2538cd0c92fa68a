"""The elements of the pages, by topic; templates load them all with `{% load ui %}`. See docs/ui.md."""
