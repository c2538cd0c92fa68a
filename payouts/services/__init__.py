"""What changes payouts, by topic. Every function here may run twice with one effect."""
