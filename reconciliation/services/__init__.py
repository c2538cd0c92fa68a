"""The life of a statement: uploads → mappings → comparing → review → applying → withdrawing."""
