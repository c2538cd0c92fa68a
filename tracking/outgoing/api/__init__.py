"""REST calls about conversions out."""
