"""The rules against fraud. Pure: plain facts in, findings with figures out; nothing is decided or held here."""
