"""Where the database is and as whom to sign in: the embedded server's socket, or what DATABASE_URL says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from commonweave.site.config import Config, ConfigError
from commonweave.site.postgres.cluster import ADMIN, DatabaseError, socket_folder

if TYPE_CHECKING:
    from psycopg import Connection, OperationalError

DATABASE = "commonweave"
PORT = "5432"


def role_name(role: str) -> str:
    """Return the login of one of our roles."""
    return f"commonweave_{role}"


# psycopg takes a third of a second to load. `commonweave up` starts everything else first, hence the imports below.


def address(config: Config) -> dict[str, str]:
    """Return libpq's words (host, port, dbname, user, password, sslmode...) for the role that makes the others."""
    if not config.database_url:
        return {
            "host": str(socket_folder(config.data)),
            "port": PORT,
            "dbname": DATABASE,
            "user": ADMIN,
            "password": config.database_password("admin"),
        }
    import psycopg  # noqa: PLC0415 - slow to load
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415 - slow to load

    try:
        words = {name: str(value) for name, value in conninfo_to_dict(config.database_url).items() if value is not None}
    except psycopg.Error:
        words = {}
    if not words.get("user") or not words.get("port", PORT).isdigit():
        message = "DATABASE_URL must look like postgresql://user:password@host:5432/commonweave, with a user."
        raise ConfigError(message)
    return {"dbname": DATABASE, **words}


def login(config: Config, role: str) -> dict[str, str]:
    """Return libpq's words for one of our roles, or for `admin`, the role that makes the others."""
    words = address(config)
    if role != "admin":
        words |= {"user": role_name(role), "password": config.database_password(role)}
    return words


def connect(config: Config, role: str = "admin", *, database: str | None = None) -> Connection[tuple[Any, ...]]:
    """Open a connection that commits each statement. Raises DatabaseError with a sentence."""
    import psycopg  # noqa: PLC0415 - slow to load

    words = login(config, role) | ({"dbname": database} if database else {})
    try:
        return psycopg.connect(**words, autocommit=True, application_name=f"commonweave-{role}", connect_timeout=10)  # type: ignore[arg-type]
    except psycopg.OperationalError as error:
        raise DatabaseError(_sentence(error, words)) from None


def _sentence(error: OperationalError, words: dict[str, str]) -> str:
    reason = str(error).strip().splitlines()[-1] if str(error).strip() else "no reason given"
    if "password authentication failed" in reason:
        return (
            f"The database refuses the password of {words['user']}: the secret file does not belong to this database; "
            f"put the right one back, or run 'commonweave migrate' if only the roles' passwords are old."
        )
    return f"The database at {words.get('host', 'the default host')} cannot be reached: {reason.rstrip('.')}."


def django_database(config: Config) -> dict[str, Any]:
    """Return Django's description of the database for the role that this process was started with."""
    words = login(config, config.role)
    name, user, password = words.pop("dbname"), words.pop("user"), words.pop("password")
    return {
        "ENGINE": "commonweave.site.postgres.engine",
        "NAME": name,
        "USER": user,
        "PASSWORD": password,
        "HOST": words.pop("host", ""),
        "PORT": words.pop("port", ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**words, "application_name": f"commonweave-{config.role}"},
    }
