"""The command line. Subsystems are imported inside the commands, so that `--help` stays quick."""

import os
import sys

import click
from psycopg import OperationalError

from rustrak import __version__
from rustrak.cli.accounts import project, token
from rustrak.cli.archive import export, import_archive, import_events
from rustrak.cli.dashboard import dashboard
from rustrak.cli.demo import demo
from rustrak.cli.doctor import doctor
from rustrak.cli.erase import erase
from rustrak.cli.grouping import explain, rules
from rustrak.cli.issue import issue
from rustrak.cli.migrate import migrate
from rustrak.cli.replay import replay
from rustrak.cli.retention import retention
from rustrak.cli.serve import serve
from rustrak.cli.terminal import harmless
from rustrak.cli.users import user
from rustrak.cli.verify import verify
from rustrak.cli.web import web
from rustrak.cli.where import where
from rustrak.cli.worker import worker
from rustrak.errors import (
    ConfigurationError,
    DatabaseUnreachable,
    RustrakError,
    ServerUnreachable,
)

FAILED, CONFIGURATION, UNREACHABLE = 1, 3, 4
"""Exit codes beside 0 (done) and click's 2 (usage)."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="rustrak")
def rustrak() -> None:
    """A self-hosted error tracker that speaks the Sentry protocol, on nothing but PostgreSQL."""


for command in (
    serve, web, worker, dashboard, migrate, project, user, token, issue, explain, rules, replay,
    verify, where, export, import_archive, import_events, retention, erase, doctor, demo,
):  # fmt: skip
    rustrak.add_command(command)


def main() -> None:
    """Run a command; errors we know become one line on stderr and an exit code."""
    try:
        rustrak(prog_name="rustrak")
    except RustrakError as error:
        click.echo(f"rustrak: {harmless(str(error))}", err=True)
        sys.exit(_exit_code(error))
    except OperationalError as error:
        click.echo(f"rustrak: the database went away: {str(error).strip()}", err=True)
        sys.exit(UNREACHABLE)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(FAILED)


def _exit_code(error: RustrakError) -> int:
    if isinstance(error, ConfigurationError):
        return CONFIGURATION
    return UNREACHABLE if isinstance(error, DatabaseUnreachable | ServerUnreachable) else FAILED
