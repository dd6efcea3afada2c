"""The few settings a node has, read once from the environment; a wrong one is one plain sentence."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import sys
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from commonweave.base.gate import limits
from commonweave.delivery.mailbox import read_address

DEFAULT_PORT = 8400
LAST_PORT = 65_535
MOST_PROXIES = 9
SECRET_BYTES = 32
ROLES = ("owner", "web", "worker", "backup")


class ConfigError(Exception):
    """A setting that cannot be used; the text is the sentence a person reads."""


@dataclass(frozen=True)
class Config:
    """What the environment says. Paths are absolute; `port` is None when it was not set."""

    data: Path
    port: int | None
    url: str
    mail_url: str = field(repr=False)
    bounces_url: str = field(repr=False)
    files: str
    secret_file: Path
    backup_recipient: str
    database_url: str = field(repr=False)
    role: str
    proxies: int = 0
    limits: str = ""
    contact: str = ""

    @property
    def search(self) -> Path:
        """The folder of the indexes: written from the database at any time, so no part of a backup."""
        return self.data / "search"

    @cached_property
    def secret(self) -> bytes:
        """The node's root secret (32 bytes), from which every other secret is derived."""
        try:
            text = self.secret_file.read_text(encoding="ascii").strip()
            value = bytes.fromhex(text)
        except FileNotFoundError:
            message = f"The secret file {self.secret_file} does not exist; run 'make up' once, or restore it."
            raise ConfigError(message) from None
        except (OSError, ValueError) as error:
            message = f"The secret file {self.secret_file} cannot be read: {error}."
            raise ConfigError(message) from None
        if len(value) != SECRET_BYTES:
            message = f"The secret file {self.secret_file} must hold {SECRET_BYTES} bytes written as hexadecimal."
            raise ConfigError(message)
        return value

    def derive(self, label: str) -> bytes:
        """Return 32 bytes for one purpose (BLAKE2b keyed with the node's secret, RFC 7693)."""
        return hashlib.blake2b(label.encode(), key=self.secret, digest_size=32, person=b"commonweave").digest()

    def database_password(self, role: str) -> str:
        """Return the password of a database role: nobody has to store or type one."""
        return self.derive(f"database-role:{role}").hex()

    def make_data_folder(self) -> None:
        """Make the data folder. As root others may walk through it: the database runs as somebody without rights."""
        try:
            made = not self.data.exists()
            self.data.mkdir(parents=True, exist_ok=True, mode=0o755)
            if made:
                self.data.chmod(0o711 if os.geteuid() == 0 else 0o700)
            for name in ("log", "backups"):
                (self.data / name).mkdir(exist_ok=True, mode=0o700)
        except OSError as error:
            message = f"The data folder {self.data} cannot be made: {error.strerror}."
            raise ConfigError(message) from None

    def make_secret(self) -> None:
        """Write a new secret file, once; an existing one is never touched."""
        self.secret_file.parent.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(self.secret_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return
        with os.fdopen(descriptor, "w", encoding="ascii") as out:
            out.write(secrets.token_hex(SECRET_BYTES) + "\n")
            out.flush()
            os.fsync(out.fileno())


def _port(text: str) -> int | None:
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= LAST_PORT:
        message = f"COMMONWEAVE_PORT must be a number between 1 and {LAST_PORT}, not {text!r}."
        raise ConfigError(message)
    return int(text)


def _proxies(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > MOST_PROXIES:
        message = (
            f"COMMONWEAVE_PROXIES must be the number of proxies before the node (0 to {MOST_PROXIES}), not {text!r}."
        )
        raise ConfigError(message)
    return int(text)


def _limits(text: str) -> str:
    try:
        limits.parse(text)
    except ValueError as error:
        message = f"COMMONWEAVE_LIMITS: {error}"
        raise ConfigError(message) from None
    return text


def _contact(text: str) -> str:
    if text and not re.fullmatch(r"[^\s@]+@(?:[^\s@.]+\.)+[^\s@.]+", text):
        message = f"COMMONWEAVE_CONTACT must be a mail address that somebody reads, not {text!r}."
        raise ConfigError(message)
    return text


def _url(text: str, port: int | None) -> str:
    url = text or f"http://localhost:{port or DEFAULT_PORT}"
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"}:
        message = f"COMMONWEAVE_URL must look like https://reports.example.org, not {text!r}."
        raise ConfigError(message)
    return url.rstrip("/")


def _one_of(name: str, text: str, schemes: tuple[str, ...]) -> str:
    if urlsplit(text).scheme not in schemes:
        allowed = ", ".join(f"{scheme}://" for scheme in schemes)
        message = f"{name} must begin with one of {allowed}."
        raise ConfigError(message)
    return text


def _mailbox(url: str) -> str:
    try:
        _ = url and read_address(url)
    except ValueError as error:
        message = f"COMMONWEAVE_BOUNCES_URL {error}."
        raise ConfigError(message) from None
    return url


def unreachable_by_others(path: Path) -> bool:
    """Say whether an unprivileged user is stopped somewhere on the way to `path`."""
    return any(parent.exists() and not parent.stat().st_mode & 0o001 for parent in (path, *path.parents))


def default_data(checkout: Path) -> Path:
    """Choose where data lives: beside the checkout, or under /var/lib when only root could reach that."""
    if sys.platform != "win32" and os.geteuid() == 0 and unreachable_by_others(checkout):
        mark = hashlib.blake2b(str(checkout).encode(), digest_size=4).hexdigest()
        return Path("/var/lib/commonweave") / f"node-{mark}"
    return checkout / ".data"


def _folder(name: str, value: str) -> str:
    if "://" in value:
        message = f"{name} must be a folder on this machine, not {value.partition('://')[0]}://."
        raise ConfigError(message)
    return str(Path(value).expanduser().absolute())


def load_config(environ: dict[str, str] | None = None) -> Config:
    """Read and check every setting. Raises ConfigError with a sentence that names the variable."""
    env = dict(os.environ) if environ is None else environ
    checkout = Path(__file__).resolve().parents[2]
    data = Path(env.get("COMMONWEAVE_DATA") or default_data(checkout)).expanduser().absolute()
    if data.exists() and not data.is_dir():
        message = f"COMMONWEAVE_DATA must be a folder, but {data} is a file."
        raise ConfigError(message)
    port = _port(env.get("COMMONWEAVE_PORT", "").strip())
    role = env.get("COMMONWEAVE_ROLE", "web")
    if role not in ROLES:
        message = f"COMMONWEAVE_ROLE must be one of {', '.join(ROLES)}, not {role!r}."
        raise ConfigError(message)
    if (meanings := env.get("COMMONWEAVE_MEANINGS", "on")) not in {"on", "off"}:
        message = f"COMMONWEAVE_MEANINGS must be on or off, not {meanings!r}."
        raise ConfigError(message)
    database = env.get("DATABASE_URL", "").strip()
    if database:
        _one_of("DATABASE_URL", database, ("postgres", "postgresql"))
    return Config(
        data=data,
        port=port,
        url=_url(env.get("COMMONWEAVE_URL", "").strip(), port),
        mail_url=_one_of(
            "COMMONWEAVE_MAIL_URL",
            env.get("COMMONWEAVE_MAIL_URL", "").strip() or "outbox://",
            ("outbox", "smtp", "smtps", "smtp+starttls"),
        ),
        bounces_url=_mailbox(env.get("COMMONWEAVE_BOUNCES_URL", "").strip()),
        files=_folder("COMMONWEAVE_FILES", env.get("COMMONWEAVE_FILES", "").strip() or str(data / "files")),
        secret_file=Path(env.get("COMMONWEAVE_SECRET_FILE") or data / "secret").expanduser().absolute(),
        backup_recipient=env.get("COMMONWEAVE_BACKUP_RECIPIENT", "").strip(),
        database_url=database,
        role=role,
        proxies=_proxies(env.get("COMMONWEAVE_PROXIES", "").strip() or "0"),
        limits=_limits(env.get("COMMONWEAVE_LIMITS", "").strip()),
        contact=_contact(env.get("COMMONWEAVE_CONTACT", "").strip()),
    )
