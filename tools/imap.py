"""A real IMAP server (Dovecot) on this machine for as long as a test needs it: one mailbox, over TLS and without."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

DOVECOT = shutil.which("dovecot", path=os.environ.get("PATH", "") + ":/usr/sbin")
USER, PASSWORD = "bounces@example.org", "p/w:of@bounces"
STARTS_WITHIN = 20.0
SETTINGS = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
default_login_user = {login}
default_internal_user = {internal}
default_internal_group = {group}
mail_location = maildir:{mail}
mail_uid = {owner}
mail_gid = {owner_group}
first_valid_uid = 1
first_valid_gid = 1
ssl = yes
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
passdb {{
  driver = static
  args = password={{PLAIN}}{password}
}}
userdb {{
  driver = static
  args = uid={owner} gid={owner_group} home={folder}/home
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {tls}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


@dataclass(frozen=True)
class Imap:
    """Where it listens, where its one mailbox lies (a Maildir), and who has signed its certificate."""

    plain: int
    tls: int
    maildir: Path
    certificate: Path


@contextlib.contextmanager
def running() -> Iterator[Imap]:
    """Run one; it goes with all its mail."""
    if DOVECOT is None:
        message = "There is no dovecot on this machine (Debian: dovecot-imapd)."
        raise FileNotFoundError(message)
    with tempfile.TemporaryDirectory(prefix="cw-imap-") as name:
        folder = Path(name)
        server = Imap(_free(), _free(), folder / "mail", folder / "certificate.pem")
        _prepare(folder, server)
        process = subprocess.Popen([DOVECOT, "-F", "-c", str(folder / "dovecot.conf")], stderr=subprocess.DEVNULL)
        try:
            _wait(server, folder)
            yield server
        finally:
            process.terminate()
            process.wait()


def _prepare(folder: Path, server: Imap) -> None:
    folder.chmod(0o755)
    for path in (folder / "run", folder / "home", *(server.maildir / part for part in ("new", "cur", "tmp"))):
        path.mkdir(parents=True)
    subject, names = "/CN=localhost", "subjectAltName=DNS:localhost,IP:127.0.0.1"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", subject, "-addext", names,
         "-keyout", str(folder / "key.pem"), "-out", str(server.certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    me = pwd.getpwuid(os.geteuid()).pw_name
    root = me == "root"  # dovecot then insists on users without rights, which its package makes
    owner = pwd.getpwnam("nobody" if root else me)
    if root:
        for path in (folder / "home", server.maildir, *server.maildir.iterdir()):
            os.chown(path, owner.pw_uid, owner.pw_gid)
    words = {"login": "dovenull", "internal": "dovecot", "group": "dovecot"} if root else {}
    group = subprocess.run(["id", "-gn"], check=True, capture_output=True, text=True).stdout.strip()
    words = words or {"login": me, "internal": me, "group": group}
    text = SETTINGS.format(
        folder=folder, mail=server.maildir, owner=owner.pw_uid, owner_group=owner.pw_gid,
        password=PASSWORD, plain=server.plain, tls=server.tls, **words,
    )  # fmt: skip
    (folder / "dovecot.conf").write_text(text, encoding="utf-8")


def _free() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def _wait(server: Imap, folder: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", server.tls), timeout=1) as client:
            client.settimeout(STARTS_WITHIN)
            return
        time.sleep(0.05)
    log = folder / "log"
    message = "Dovecot did not start: " + (log.read_text(encoding="utf-8") if log.exists() else "")
    raise RuntimeError(message)
