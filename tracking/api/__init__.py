"""REST calls about links, conversions and statistics."""
