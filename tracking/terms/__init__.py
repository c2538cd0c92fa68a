"""Agreements about money beside the rates, as people read and write them."""
