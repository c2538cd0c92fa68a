"""Decisions, disputes and blocks as people type and read them."""
