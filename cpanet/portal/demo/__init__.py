"""Demo data, made by really driving the product: the same services, with time passed in."""
