"""Writing what nobody may write, to prove that it is found."""

from django.db import connections, transaction

TABLES = ("ledger_account", "ledger_journal", "ledger_entry", "tracking_conversion", "payouts_payout")
TABLES += ("payouts_invoice", "payouts_invoicerow", "payouts_adjustment", "payouts_bankpayment")
TABLES += ("payouts_currencyexchange",)


def forge(statements, network_id):
    """Write what nobody may write: as the tables' owner, their triggers off, in a transaction of his connection."""
    with connections["owner"].cursor() as cursor:
        enter(cursor, network_id)
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement, {"network": network_id})
            assert cursor.rowcount != 0, "the fault hit no row"


def forge_for_good(statement, network_id):
    with transaction.atomic("owner"), connections["owner"].cursor() as cursor:
        forge([statement], network_id)
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def enter(cursor, network_id):
    cursor.execute("SELECT set_config('app.network', %s, true)", [str(network_id)])
