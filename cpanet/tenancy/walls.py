"""The second wall: roles, grants, row-level security and network-carrying foreign keys in PostgreSQL.

`build(connection)` runs after every `migrate` and is idempotent: it reads the catalogue, so that a new tenant table is
walled without a line of its own. `cracks(connection)` lists what is missing; a test keeps it empty.
"""

from django.conf import settings
from django.db import connections
from psycopg2 import sql

# Tables of third parties that belong to a user: visible where the user is visible.
TABLES_OF_USERS = {"account_emailaddress": "user_id", "mfa_authenticator": "user_id"}
# Tables that are no tenant's: the list of tenants, Django's own books, sessions (keys of 160 random bits).
GLOBAL_TABLES = {
    "tenancy_network",
    "tenancy_domain",
    "django_migrations",
    "django_content_type",
    "django_session",
    "django_admin_log",
    "auth_group",
    "auth_permission",
    "auth_group_permissions",
    "account_emailconfirmation",
    "tracking_putawayday",
}
# Read and written by the shipper's role only; no tenant's page ever looks there.
SHIPPER_TABLES = {"tracking_spooloffset"}
# Facts that nobody corrects: the application may add and read.
APPEND_ONLY_TABLES = [
    "ledger_journal",
    "ledger_entry",
    "tracking_conversionrevision",
    "accounts_auditentry",
    "payouts_payoutattempt",
]

_SETTING = "(SELECT nullif(current_setting('app.network', true), '')::bigint)"
_POLICIES = {
    "default": f"network_id = {_SETTING}",
    # Operators are users of no network: they exist where no network is in scope.
    "accounts_user": f"network_id IS NOT DISTINCT FROM {_SETTING}",
}


def build(connection) -> None:
    """Roles, grants, policies and composite foreign keys for everything that is in the database now."""
    with connection.cursor() as cursor:
        _roles_and_grants(cursor)
        for table in _tenant_tables(cursor):
            _secure_rows(cursor, table, _POLICIES.get(table, _POLICIES["default"]))
        for table, column in TABLES_OF_USERS.items():
            if _exists(cursor, table):
                visible = f"EXISTS (SELECT 1 FROM accounts_user u WHERE u.id = {table}.{column})"  # noqa: S608 - our names
                _secure_rows(cursor, table, visible)
        for key in _plain_foreign_keys(cursor):
            _carry_network(cursor, key)


def application_role() -> str:
    """The name of the role the application connects as."""
    return settings.DATABASES["default"]["USER"]


def shipper_role() -> str | None:
    """The name of the role that ships clicks of all networks."""
    return settings.DATABASES.get("shipper", {}).get("USER")


def _roles_and_grants(cursor):
    app, shipper = application_role(), shipper_role()
    _create_role(cursor, app, settings.DATABASES["default"]["PASSWORD"], "")
    for statement in (
        "GRANT USAGE ON SCHEMA public TO {}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}",
    ):
        cursor.execute(sql.SQL(statement).format(sql.Identifier(app)))
    for table in _tables(cursor):  # not their partitions: policies stand on the parent alone
        grant = "GRANT SELECT, INSERT, UPDATE, DELETE ON {} TO {}"
        cursor.execute(sql.SQL(grant).format(sql.Identifier(table), sql.Identifier(app)))
    for table in APPEND_ONLY_TABLES:
        if _exists(cursor, table):
            cursor.execute(
                sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {} FROM {}").format(
                    sql.Identifier(table), sql.Identifier(app)
                )
            )
    if shipper:
        _create_role(cursor, shipper, settings.DATABASES["shipper"]["PASSWORD"], "BYPASSRLS")
        _grant_shipper(cursor, shipper)


def _grant_shipper(cursor, shipper):
    cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(sql.Identifier(shipper)))
    for table in ["tracking_click", "tracking_dirtyhour", *SHIPPER_TABLES]:
        if _exists(cursor, table):
            grant = "GRANT SELECT, INSERT, UPDATE, DELETE ON {} TO {}"
            cursor.execute(sql.SQL(grant).format(sql.Identifier(table), sql.Identifier(shipper)))


def _create_role(cursor, role, password, attributes):
    cursor.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = %s", [role])
    found = cursor.fetchone()
    if found is None:
        login = sql.SQL("CREATE ROLE {} LOGIN " + attributes).format(sql.Identifier(role))
        cursor.execute(login + (sql.SQL(" PASSWORD {}").format(sql.Literal(password)) if password else sql.SQL("")))
    elif attributes == "" and any(found):
        raise RuntimeError(
            f"The database role {role!r} bypasses row-level security: the application must be an ordinary one. "
            "Set DATABASE_APP_URL to one, or leave it out to have one made."
        )


def _exists(cursor, table):
    cursor.execute("SELECT to_regclass(%s)", [f"public.{table}"])
    return cursor.fetchone()[0] is not None


def _tables(cursor):
    cursor.execute(
        """SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
           AND NOT relispartition ORDER BY 1"""
    )
    return [row[0] for row in cursor.fetchall()]


def _tenant_tables(cursor):
    cursor.execute(
        """SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
           WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
             AND a.attname = 'network_id' AND NOT a.attisdropped ORDER BY 1"""
    )
    return [row[0] for row in cursor.fetchall() if row[0] not in GLOBAL_TABLES]


def _secure_rows(cursor, table, visible):
    name = sql.Identifier(table)
    cursor.execute(sql.SQL("ALTER TABLE {0} ENABLE ROW LEVEL SECURITY").format(name))
    cursor.execute(sql.SQL("ALTER TABLE {0} FORCE ROW LEVEL SECURITY").format(name))
    cursor.execute(sql.SQL("DROP POLICY IF EXISTS network_wall ON {0}").format(name))
    policy = sql.SQL("CREATE POLICY network_wall ON {0} FOR ALL USING ({1}) WITH CHECK ({1})")
    cursor.execute(policy.format(name, sql.SQL(visible)))


def _plain_foreign_keys(cursor):
    """(constraint, table, column, referenced table) of single-column keys between two tenant tables."""
    tables = _tenant_tables(cursor)
    cursor.execute(
        """SELECT k.conname, t.relname, a.attname, r.relname
           FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid JOIN pg_class r ON r.oid = k.confrelid
           JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.conkey[1]
           WHERE k.contype = 'f' AND cardinality(k.conkey) = 1 AND t.relname = ANY(%s) AND r.relname = ANY(%s)
           ORDER BY 2, 3""",
        [tables, tables],
    )
    return cursor.fetchall()


def _carry_network(cursor, key):
    """Referential checks ignore row-level security, so a plain key accepts another network's row: replace it by
    (network_id, column) → (network_id, id)."""
    constraint, table, column, target = key
    unique = f"{target}_network_row"[:63]
    cursor.execute("SELECT 1 FROM pg_constraint WHERE conname = %s", [unique])
    if cursor.fetchone() is None:
        add = "ALTER TABLE {} ADD CONSTRAINT {} UNIQUE (network_id, id)"
        cursor.execute(sql.SQL(add).format(sql.Identifier(target), sql.Identifier(unique)))
    cursor.execute(
        sql.SQL(
            "ALTER TABLE {table} DROP CONSTRAINT {constraint}, "
            "ADD CONSTRAINT {constraint} FOREIGN KEY (network_id, {column}) "
            "REFERENCES {target} (network_id, id) DEFERRABLE INITIALLY DEFERRED"
        ).format(
            table=sql.Identifier(table),
            constraint=sql.Identifier(constraint),
            column=sql.Identifier(column),
            target=sql.Identifier(target),
        )
    )


def cracks(using: str = "owner") -> list[str]:
    """Every place where the wall is missing, as a sentence; empty when all is well."""
    with connections[using].cursor() as cursor:
        tenant = set(_tenant_tables(cursor)) | set(TABLES_OF_USERS)
        found = _unsecured(cursor, tenant) + _unknown_tables(cursor, tenant) + _keys_without_network(cursor)
        found += [f"foreign key {key[0]} of {key[1]} does not carry the network" for key in _plain_foreign_keys(cursor)]
    return found


def _unsecured(cursor, tenant):
    cursor.execute(
        """SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY(%s)
           AND NOT (c.relrowsecurity AND c.relforcerowsecurity
                    AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polwithcheck IS NOT NULL))""",
        [sorted(tenant)],
    )
    return [f"table {row[0]} has no forced row-level security" for row in cursor.fetchall()]


def _unknown_tables(cursor, tenant):
    known = tenant | GLOBAL_TABLES | SHIPPER_TABLES
    return [f"table {name} has no network and is not listed as global" for name in _tables(cursor) if name not in known]


def _keys_without_network(cursor):
    """Unique keys of tenant tables that leave out the network: other than the primary key `id`, and than those of one
    foreign key alone, which carries the network itself."""
    cursor.execute(
        """SELECT t.relname, i.relname FROM pg_index x
           JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
           WHERE x.indisunique AND t.relname = ANY(%s)
             AND NOT (x.indisprimary AND x.indnkeyatts = 1)
             AND NOT EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attname = 'network_id'
                             AND a.attnum = ANY(x.indkey))
             AND NOT EXISTS (SELECT 1 FROM pg_constraint f JOIN pg_attribute a ON a.attrelid = t.oid
                             WHERE f.conrelid = t.oid AND f.contype = 'f' AND x.indnkeyatts = 1
                             AND x.indkey[0] = ANY(f.conkey) AND a.attname = 'network_id' AND a.attnum = ANY(f.conkey)
                             AND a.attnum <> x.indkey[0])""",
        [_tenant_tables(cursor)],
    )
    allowed = {"tracking_click_pkey"}  # (id, clicked_at): ids are random
    return [
        f"unique key {index} of {table} leaves out the network"
        for table, index in cursor.fetchall()
        if index not in allowed
    ]
