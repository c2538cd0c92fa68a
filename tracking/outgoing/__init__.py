"""Conversions out: everything that tells webmasters' own systems what became of their leads."""
