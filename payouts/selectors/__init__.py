"""Questions about payouts, by topic."""
