"""The command `commonweave`: one file a command, loaded only when it is called."""

from __future__ import annotations

import errno
import importlib
import sys

import click

from commonweave.site.config import ConfigError
from commonweave.site.postgres import DatabaseError

OK, FAILED, WRONG, UNREACHABLE, INTERRUPTED = 0, 1, 2, 3, 130
EXIT_CODES = (
    "Exit codes: 0 done; 1 a check failed or the work could not be finished; 2 a wrong option or setting; "
    "3 the database cannot be reached; 130 interrupted."
)

COMMANDS = {
    "up": "Run a node here: database, worker and web server.",
    "web": "Run only the web server.",
    "worker": "Run only the worker.",
    "index": "Run only the indexer, or write the indexes anew.",
    "migrate": "Bring the database and the page files to this version.",
    "found": "Add the first places and administrators of a real network.",
    "demo": "Build the demonstration network, or show its codes.",
    "journal": "Check the record of what happened.",
    "backup": "Write one encrypted file with everything in it.",
    "restore": "Bring back what a backup holds.",
    "doctor": "Look for what is wrong with this node.",
    "export": "Write what may be published.",
}


DATABASE_FAULTS = {
    f"{library}.{name}" for library in ("django", "psycopg") for name in ("OperationalError", "InterfaceError")
}


class FailedError(Exception):
    """The work could not be finished; the text is the sentence a person reads."""


class Commands(click.Group):
    """The commands by name; help lists them without loading one."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order a newcomer needs them."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load the file of one command."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"commonweave.site.cli.{cmd_name}")
        command: click.Command = module.command
        command.epilog = command.epilog or EXIT_CODES
        if isinstance(command, click.Group):
            for part in command.commands.values():
                part.epilog = part.epilog or EXIT_CODES
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(cls=Commands, epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Commonweave: reports reach the right people and are answered.

    Settings are read from the environment: COMMONWEAVE_DATA, COMMONWEAVE_PORT, COMMONWEAVE_URL, COMMONWEAVE_MAIL_URL,
    COMMONWEAVE_FILES, COMMONWEAVE_SECRET_FILE, COMMONWEAVE_BACKUP_RECIPIENT and DATABASE_URL. None of them is required.
    """


def main() -> None:
    """Run the command line; every expected fault is one sentence and an exit code."""
    sys.exit(run(sys.argv[1:]))


def run(words: list[str]) -> int:  # noqa: PLR0911 - one return a kind of fault
    """Run one command and return its exit code."""
    try:
        result = cli.main(words, prog_name="commonweave", standalone_mode=False)
    except click.UsageError as error:
        error.show()
        return WRONG
    except click.ClickException as error:
        error.show()
        return FAILED
    except (click.Abort, KeyboardInterrupt):
        return _say("Stopped.", INTERRUPTED)
    except ConfigError as error:
        return _say(str(error), WRONG)
    except DatabaseError as error:
        return _say(str(error), UNREACHABLE)
    except FailedError as error:
        return _say(str(error), FAILED)
    except OSError as error:
        return _say(_system(error), FAILED)
    except Exception as error:
        # By name: neither Django nor psycopg is loaded for a command that does not need it.
        if any(
            f"{kind.__module__.partition('.')[0]}.{kind.__name__}" in DATABASE_FAULTS for kind in type(error).__mro__
        ):
            return _say(f"The database did not do its part: {_first_line(error)}.", UNREACHABLE)
        raise
    return result if isinstance(result, int) else OK


def _say(sentence: str, code: int) -> int:
    click.echo(sentence, err=True)
    return code


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".") if lines else "it gave no reason"


def _system(error: OSError) -> str:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return f"The disk is full{f' ({error.filename})' if error.filename else ''}: make room and try again."
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{error.strerror or error}."
