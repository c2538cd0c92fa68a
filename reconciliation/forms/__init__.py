"""Forms about statements."""
