"""What can be wrong with a node, each as one line that says what to do about it."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from commonweave.delivery.mailbox import MailboxAway, opened, read_address
from commonweave.files.cleaning.shut import can_shut
from commonweave.reports.lasting import BACKUP_DAYS
from commonweave.search import meaning
from commonweave.search.folders import MEMBERS, PUBLIC, folder_of
from commonweave.site import archive, copies, versions
from commonweave.site.config import ROLES, Config, ConfigError
from commonweave.site.postgres import address, connect
from commonweave.site.state import State, applied
from commonweave.site.unprotected import UNPROTECTED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Connection

    Admin = Connection[tuple[Any, ...]]

GIGABYTE = 1_000_000_000
DAY = 86_400
OLDEST_BACKUP_DAYS = 2
CLOCK_SECONDS = 5
HERE = {"localhost", "127.0.0.1", "::1"}
Level = Literal["ok", "warn", "fail"]


@dataclass(frozen=True)
class Finding:
    """One line: how it stands, what was looked at, what to do."""

    level: Level
    text: str


def ok(text: str) -> Finding:
    """Nothing to do."""
    return Finding("ok", text)


def warn(text: str) -> Finding:
    """Works, but should be changed."""
    return Finding("warn", text)


def fail(text: str) -> Finding:
    """Must be changed."""
    return Finding("fail", text)


def surroundings(config: Config) -> Iterator[Finding]:
    """Look at this machine and the settings; no database needed."""
    yield ok(f"Python {sys.version.split()[0]}")
    if os.geteuid() == 0:
        yield warn("running as root: start the node as a user of its own, with COMMONWEAVE_DATA owned by it")
    yield from _folders(config)
    free = shutil.disk_usage(config.data).free
    room = f"{free / GIGABYTE:.1f} GB free in {config.data}"
    yield ok(room) if free > 2 * GIGABYTE else (warn if free > GIGABYTE / 4 else fail)(f"{room}: make room")
    yield from _public_address(config)
    yield from _gate(config)
    if config.mail_url.startswith("outbox:"):
        yield warn("mail goes to the page /outbox/ only: set COMMONWEAVE_MAIL_URL (smtp+starttls://user:password@host)")
    else:
        yield ok(f"mail through {urlsplit(config.mail_url).hostname}")
    if not config.contact and config.url.startswith("https:"):
        yield warn("nobody to write to: set COMMONWEAVE_CONTACT, which the library tells those who harvest it")
    if config.bounces_url or not config.mail_url.startswith("outbox:"):
        yield from _bounces(config)
    yield from _backups(config)


def _folders(config: Config) -> Iterator[Finding]:
    mode = stat.S_IMODE(config.data.stat().st_mode)
    if mode & 0o066:
        yield fail(f"others may look into {config.data}: chmod go-rw {config.data}")
    else:
        yield ok(f"data folder {config.data} ({mode:04o})")
    try:
        _ = config.secret
        facts = config.secret_file.stat()
    except (ConfigError, OSError) as error:
        yield fail(str(error))
        return
    if stat.S_IMODE(facts.st_mode) & 0o077:
        yield fail(f"others may read the secret: chmod 600 {config.secret_file}")
    else:
        yield ok("secret file readable by its owner only")
    folder = Path(config.files)
    if folder.is_dir() and stat.S_IMODE(folder.stat().st_mode) & 0o077:
        yield fail(f"others may look into the folder of sealed files: chmod go-rwx {folder}")


def _public_address(config: Config) -> Iterator[Finding]:
    parts = urlsplit(config.url)
    if parts.scheme == "https":
        yield ok(f"public address {config.url}")
    elif parts.hostname in HERE:
        yield warn("reachable from this machine only: set COMMONWEAVE_URL and put a proxy with TLS in front")
    else:
        yield fail(f"{config.url} is not encrypted: residents could be overheard; put a proxy with TLS in front")


def _bounces(config: Config) -> Iterator[Finding]:
    """Look into the mailbox of what came back; nothing in it is changed."""
    if not config.bounces_url:
        yield warn(
            "mail that comes back later is seen by nobody: set COMMONWEAVE_BOUNCES_URL (imaps://user:password@host)"
        )
        return
    try:
        with opened(read_address(config.bounces_url)) as mailbox:
            left = mailbox.left()
    except MailboxAway as reason:
        yield fail(f"the mailbox of COMMONWEAVE_BOUNCES_URL cannot be read: {reason}")
        return
    text = "mail that comes back is read"
    yield (
        warn(f"{text}; {left} messages that no program understands wait there with a star: look at them")
        if left
        else ok(text)
    )


def _gate(config: Config) -> Iterator[Finding]:
    if config.url.startswith("https://") and not config.proxies:
        yield warn("everybody counts as one network: let the proxy set X-Forwarded-For, then COMMONWEAVE_PROXIES=1")
    if "times=" in config.limits:
        yield warn(f"limits are raised (COMMONWEAVE_LIMITS={config.limits}): right for a drill, not for every day")


def _backups(config: Config) -> Iterator[Finding]:
    if config.backup_recipient:
        try:
            archive.recipient(config.backup_recipient)
        except ConfigError as error:
            yield fail(str(error))
    else:
        yield warn("COMMONWEAVE_BACKUP_RECIPIENT is not set: backups cannot be encrypted (age-keygen makes a key)")
    if old := copies.overdue(config):
        yield fail(
            f"{len(old)} copies of the database are older than {BACKUP_DAYS} days, though residents were told that "
            "nothing would open their reports by now: run 'commonweave backup --prune', and do so each day"
        )
    found = sorted((config.data / "backups").glob("*.tar*"), key=lambda path: path.stat().st_mtime)
    if not found:
        yield warn("no backup in DATA/backups: run 'commonweave backup' every night")
        return
    days = (time.time() - found[-1].stat().st_mtime) / DAY
    text = f"newest backup is {days:.1f} days old"
    yield ok(text) if days < OLDEST_BACKUP_DAYS else warn(f"{text}: run 'commonweave backup' every night")


def database(config: Config) -> Iterator[Finding]:
    """Look at the database: roles, tables, migrations, clock. Raises DatabaseError when it cannot be reached."""
    with connect(config, "admin") as admin:
        version = admin.info.parameter_status("server_version") or ""
        yield ok(f"PostgreSQL {version} at {address(config).get('host', 'the default place')}")
        yield from _roles(admin)
        yield from _tables(admin)
        yield from _server(admin)
        yield from _clock(admin)
        yield from demonstration(config, exists=_is_demonstration(admin))
        yield from _sealed_files(admin, config)
        yield from _search(admin, config)
    for role in ROLES:
        connect(config, role).close()
    yield ok("every role can sign in")
    yield from _migrations(config)


def _roles(admin: Admin) -> Iterator[Finding]:
    rows = admin.execute(
        "select rolname, rolsuper or rolcreaterole or rolreplication, rolbypassrls from pg_roles"
        " where rolname in ('commonweave_owner', 'commonweave_web', 'commonweave_worker', 'commonweave_backup')"
    ).fetchall()
    if len(rows) < len(ROLES):
        yield fail("a database role is missing: run 'commonweave migrate'")
    strong = [name for name, powerful, _ in rows if powerful]
    passing = [name for name, _, bypass in rows if bypass and name != "commonweave_backup"]
    for name in (*strong, *passing):
        yield fail(f"the role {name} has more rights than it may have: run 'commonweave migrate'")
    if not strong and not passing:
        yield ok("no role is a superuser; only the backup passes row security")


def _tables(admin: Admin) -> Iterator[Finding]:
    rows = admin.execute(
        "select relname, relrowsecurity, relforcerowsecurity, pg_get_userbyid(relowner)"
        " from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace order by 1"
    ).fetchall()
    forced = [name for name, on, force, _owner in rows if on and force]
    for name, on, force, owner in rows:
        if on and not force:
            yield fail(f"row security of {name} is not forced: its owner would pass it; run 'commonweave migrate'")
        if owner != "commonweave_owner":
            yield fail(f"the table {name} belongs to {owner}, not to commonweave_owner: run 'commonweave migrate'")
    yield ok(f"row security is forced on {len(forced)} of {len(rows)} tables")
    for name in sorted({name for name, *_ in rows} - set(forced) - set(UNPROTECTED)):
        yield fail(f"the table {name} stands without row security, and no list says why that is right")


def _server(admin: Admin) -> Iterator[Finding]:
    wanted = {"log_min_error_statement": {"panic"}, "log_error_verbosity": {"terse"}, "fsync": {"on"}}
    names = list(wanted)
    rows = admin.execute("select name, setting from pg_settings where name = any(%s)", [names]).fetchall()
    wrong = [f"{name} = {'/'.join(sorted(wanted[name]))}" for name, value in rows if value not in wanted[name]]
    if wrong:
        yield warn(f"the server could write residents' words into its log, or lose them: set {', '.join(wrong)}")
    else:
        yield ok("the server's log stays silent about rows, and writes are durable")


def _clock(admin: Admin) -> Iterator[Finding]:
    row = admin.execute("select extract(epoch from clock_timestamp())::float8").fetchone()
    apart = abs(time.time() - float(row[0])) if row else 0.0
    if apart > CLOCK_SECONDS:
        yield fail(f"the clocks of this machine and of the database are {apart:.0f} s apart: second factors would fail")
    else:
        yield ok("clocks agree")


def _sealed_files(admin: Admin, config: Config) -> Iterator[Finding]:
    """Look for files that a row names and the folder lacks; the other way round the worker tidies."""
    if admin.execute("select to_regclass('public.files_file') is not null").fetchone() != (True,):
        return
    names = [row[0].hex for row in admin.execute("select stored from files_file").fetchall()]
    missing = sum(not (Path(config.files) / "sealed" / name[:2] / name).is_file() for name in names)
    if missing:
        yield fail(f"{missing} of {len(names)} files are gone from {config.files}: bring them back from a backup")
    else:
        yield ok(f"all {len(names)} files that people sent lie in {config.files}")
    if not can_shut():
        yield warn("files are cleaned under limits only: the full shutting in needs Linux on x86-64 or AArch64")


def searching(found: type[meaning.E5 | meaning.Use] | None) -> Finding:
    """Say by what can be searched on this machine besides words."""
    if found is None:
        return warn("search goes by words alone, each language for itself: no model, or COMMONWEAVE_MEANINGS=off")
    if found is not meaning.KINDS[0]:
        return warn(
            f"search across {len(found.speaks)} languages only, less well ({found.name}): better needs Linux, AVX2"
        )
    return ok(f"search finds across {len(found.speaks)} languages ({found.name})")


def _search(admin: Admin, config: Config) -> Iterator[Finding]:
    found = meaning.kind()
    yield searching(found)
    if admin.execute("select to_regclass('public.search_document') is not null").fetchone() != (True,):
        return
    if not all(folder_of(config.search, name).exists() for name in (PUBLIC, MEMBERS)):
        yield warn("there is no index yet: 'commonweave up' and 'commonweave index' write it")
        return
    rows = "from search_document where not gone"
    row = admin.execute(
        f"select count(*), count(*) filter (where vector_of <> 'whole' or vector_model <> %s) {rows}",
        [found.name if found else ""],
    ).fetchone()
    everything, left = row or (0, 0)
    yield ok(
        f"{everything} things can be found" + (f", {left} of them by words alone so far" if found and left else "")
    )


def _is_demonstration(admin: Admin) -> bool:
    for question in (
        "select to_regclass('public.people_demonstration') is not null",
        "select exists (select from people_demonstration)",
    ):
        if admin.execute(question).fetchone() != (True,):
            return False
    return True


def demonstration(config: Config, *, exists: bool) -> Iterator[Finding]:
    """Look at who can reach a demonstration: residents could take it for real, and its password is known."""
    parts = urlsplit(config.url)
    if not exists:
        return
    if parts.scheme == "https" or parts.hostname not in HERE:
        yield fail(
            f"this is a demonstration, its password is known, and others can reach it at {config.url}: "
            "start a node of its own with 'commonweave up --no-demo' and another COMMONWEAVE_DATA"
        )
    else:
        yield warn("this is a demonstration: nothing in it is real, and its password is known")


def _migrations(config: Config) -> Iterator[Finding]:
    state = State(config.data).read()
    if not applied(config):
        yield fail("the database has no tables: run 'commonweave migrate'")
    elif state.get("schema") != versions.schema_digest() or state.get("applied") != applied(config):
        yield fail("the database is not of this version: run 'commonweave migrate'")
    else:
        yield ok(f"{applied(config)} migrations applied, as this version needs")
    if not Path(config.data / "static").is_dir() or state.get("pages") != versions.pages_digest():
        yield fail("page files are not of this version: run 'commonweave migrate'")
