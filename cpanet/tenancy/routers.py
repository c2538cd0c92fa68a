class OneDatabase:
    """`default`, `owner` and `shipper` are three roles of the same database: relations between them are fine."""

    def allow_relation(self, obj1, obj2, **hints):
        return True
