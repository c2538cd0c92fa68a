"""Every balance down to its entries, at any moment; the trial balance; the profit. Pages and files."""
