"""What invoices are made of: periods, and the paper itself. Pure."""
