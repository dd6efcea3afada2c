"""The database's roles: who the system is, is a role and never a setting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from commonweave.site.config import ROLES, Config, ConfigError
from commonweave.site.postgres import DatabaseError, connect, login, role_name

if TYPE_CHECKING:
    from psycopg import Connection

EXTENSIONS = ("btree_gist", "pg_trgm", "unaccent")
OLDEST_SERVER = 15
MEMBERSHIP_OPTIONS = 16  # the first server whose GRANT knows INHERIT and SET

# A web request that takes longer has lost its reader; a forgotten transaction would hold back every clean-up.
LIMITS = {
    "web": {"statement_timeout": "30s", "lock_timeout": "10s", "idle_in_transaction_session_timeout": "60s"},
    "backup": {"default_transaction_read_only": "on"},
}


def ensure_roles(admin: Connection[tuple[Any, ...]], config: Config) -> None:
    """Make the roles and the database, or bring them back to what they must be; safe to run at any time."""
    version = admin.info.server_version // 10_000
    if version < OLDEST_SERVER:
        message = f"The database server is PostgreSQL {version}; Commonweave needs {OLDEST_SERVER} or newer."
        raise ConfigError(message)
    try:
        _make_roles(admin, config, version)
        _make_database(admin, config)
        _prepare_database(config)
    except psycopg.errors.InsufficientPrivilege as error:
        user = login(config, "admin")["user"]
        reason = str(error).splitlines()[0]
        message = (
            f"The role {user} of DATABASE_URL may not make what Commonweave needs ({reason}): let it be a superuser, "
            f"or give it CREATEDB, CREATEROLE and BYPASSRLS."
        )
        raise ConfigError(message) from None
    except psycopg.Error as error:
        message = f"The database's roles could not be made: {str(error).splitlines()[0]}."
        raise DatabaseError(message) from None


def _make_roles(admin: Connection[tuple[Any, ...]], config: Config, version: int) -> None:
    there = {name for (name,) in admin.execute("select rolname from pg_roles where rolname like 'commonweave%'")}
    superuser = _is_superuser(admin)
    for role in ROLES:
        name = sql.Identifier(role_name(role))
        verb = sql.SQL("ALTER" if role_name(role) in there else "CREATE")
        # NOINHERIT: the owner may become another role, but policies for that role never apply to it unasked.
        words = "LOGIN NOINHERIT NOCREATEDB NOCREATEROLE"
        if superuser:
            words += " NOSUPERUSER NOREPLICATION" + (" BYPASSRLS" if role == "backup" else " NOBYPASSRLS")
        elif role == "backup":
            words += " BYPASSRLS"
        statement = sql.SQL("{verb} ROLE {name} WITH {words} PASSWORD {password}")
        password = _verifier(admin, role, config)
        admin.execute(statement.format(verb=verb, name=name, words=sql.SQL(words), password=sql.Literal(password)))
        for setting, value in LIMITS.get(role, {}).items():
            admin.execute(
                sql.SQL("ALTER ROLE {} SET {} = {}").format(name, sql.Identifier(setting), sql.Literal(value))
            )
    options = sql.SQL(" WITH INHERIT FALSE, SET TRUE" if version >= MEMBERSHIP_OPTIONS else "")
    owner = sql.Identifier(role_name("owner"))
    for role in ("web", "worker"):
        admin.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(role_name(role)), owner) + options)
    if not superuser:
        admin.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(owner))
    # NOINHERIT above is the default of a membership made before PostgreSQL 16; reading everything must be inherited.
    backup = sql.Identifier(role_name("backup"))
    admin.execute(sql.SQL("ALTER ROLE {} INHERIT").format(backup))
    inherited = sql.SQL(" WITH INHERIT TRUE" if version >= MEMBERSHIP_OPTIONS else "")
    admin.execute(sql.SQL("GRANT pg_read_all_data TO {}").format(backup) + inherited)


def _verifier(admin: Connection[tuple[Any, ...]], role: str, config: Config) -> str:
    """Hash the password here, so that the server never sees it, not even in its list of running statements."""
    password = config.database_password(role).encode()
    return admin.pgconn.encrypt_password(password, role_name(role).encode(), b"scram-sha-256").decode()


def _is_superuser(admin: Connection[tuple[Any, ...]]) -> bool:
    row = admin.execute("select rolsuper from pg_roles where rolname = current_user").fetchone()
    return bool(row and row[0])


def _make_database(admin: Connection[tuple[Any, ...]], config: Config) -> None:
    name = login(config, "owner")["dbname"]
    row = admin.execute("select datdba::regrole::text from pg_database where datname = %s", [name]).fetchone()
    database, owner = sql.Identifier(name), sql.Identifier(role_name("owner"))
    if row is None:
        admin.execute(sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'").format(database, owner))
    elif row[0] != role_name("owner"):
        admin.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(database, owner))
    admin.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    for role in ("web", "worker", "backup"):
        admin.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, sql.Identifier(role_name(role))))
    worker = sql.Identifier(role_name("worker"))
    admin.execute(
        sql.SQL("GRANT TEMPORARY ON DATABASE {} TO {}").format(database, worker)
    )  # COPY cannot pass row policies


def _prepare_database(config: Config) -> None:
    with connect(config, "admin") as admin:
        own_schema(admin)
    with connect(config, "owner") as owner:
        prepare_schema(owner)


def own_schema(admin: Connection[tuple[Any, ...]]) -> None:
    """Hand the schema to the owner by name: before PostgreSQL 16 a role that does not inherit cannot use the database's.

    Newer servers let the owner of the database act in it without this.
    """
    if admin.info.server_version // 10_000 < MEMBERSHIP_OPTIONS:
        admin.execute(sql.SQL("ALTER SCHEMA public OWNER TO {}").format(sql.Identifier(role_name("owner"))))


def prepare_schema(owner: Connection[tuple[Any, ...]]) -> None:
    """Open the schema to our roles and add the extensions, as the owner (all three are trusted)."""
    owner.execute("SET client_min_messages = warning")
    owner.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    for role in ("web", "worker", "backup"):
        owner.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(sql.Identifier(role_name(role))))
    for extension in EXTENSIONS:
        owner.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))


def admin_connection(config: Config) -> Connection[tuple[Any, ...]]:
    """Connect as the role that makes the others, to a database that exists on every server."""
    return connect(config, "admin", database="postgres")
