"""What our PostgreSQL server is told: a small machine, durable, and silent about what people write."""

from __future__ import annotations

import os

MEGABYTE = 1 << 20

PRIVATE = {
    # A log must not become a second, unprotected copy of the data. Even the first line of an ERROR may quote a value
    # ('invalid input syntax for type uuid: "..."'), so only LOG, FATAL and PANIC are written; callers get every error.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_duration": "off",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_transaction_sample_rate": "0",
    "log_autovacuum_min_duration": "-1",
    "log_lock_waits": "off",
    "log_temp_files": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_connections": "",
    "log_disconnections": "off",
    "log_hostname": "off",
    "log_checkpoints": "off",
    "log_replication_commands": "off",
    "logging_collector": "off",
    "log_destination": "stderr",
    # Only the socket in a private folder: nothing listens on the network.
    "listen_addresses": "",
    "password_encryption": "scram-sha-256",
    "ssl": "off",
}


def shared_buffers() -> str:
    """A quarter of a gigabyte, less on a machine that has under two."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return f"{max(16, min(256, memory // 8 // MEGABYTE))}MB"


def tuning(*, fsync: bool) -> dict[str, str]:
    """Return what an operator may change in a file of their own; `fsync=False` is only for tests."""
    settings = {
        "max_connections": "60",
        "shared_buffers": shared_buffers(),
        "effective_cache_size": "1GB",
        "work_mem": "16MB",
        "maintenance_work_mem": "128MB",
        "random_page_cost": "1.1",
        "jit": "off",
        "wal_level": "replica",
        "max_wal_size": "2GB",
        "checkpoint_timeout": "15min",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_line_prefix": "%m [%p] ",
        "lc_messages": "C",
    }
    if not fsync:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "64MB"}
    return settings


def configuration_file(*, fsync: bool, local: bool = False) -> str:
    """Return the text of the server's configuration file."""
    lines = [f"{name} = '{value}'" for name, value in tuning(fsync=fsync).items()]
    return "\n".join(
        (
            "# Written anew at every start. Your own settings go into postgres.local.conf beside this file and win,",
            "# except those that keep the log silent and the server off the network: they are on the command line.",
            *lines,
            "include 'postgres.local.conf'" if local else "# (there is none yet)",
            "",
        )
    )
