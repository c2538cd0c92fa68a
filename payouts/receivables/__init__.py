"""Forms, filters and tables of the advertiser's side: bank payments, terms, invoices, adjustments."""
