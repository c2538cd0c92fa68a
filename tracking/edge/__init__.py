"""The click server. Nothing in here but `build` and `shipper` knows Django, and `app` imports neither."""
