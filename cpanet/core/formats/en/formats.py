"""Dates as `cpanet.core.ui` writes them, for Django's `date` filter: Nov 22, 2026."""

DATE_FORMAT = SHORT_DATE_FORMAT = "M j, Y"
DATETIME_FORMAT = SHORT_DATETIME_FORMAT = "M j, Y, g:i:s A"
