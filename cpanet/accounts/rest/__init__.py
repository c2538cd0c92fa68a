"""What all calls of the REST API share: parameters, pages, money, limits, repeats, and how they are described."""
