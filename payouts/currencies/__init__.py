"""Currencies: rates come in, money becomes another currency."""
