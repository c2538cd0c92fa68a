"""What a bank says: statement files become plain lines. Pure."""
