"""The `weft` command. Each command imports what it needs when it runs, so that all of them begin at once."""

from __future__ import annotations

import asyncio
import os
import sys
import warnings
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from backend.settings import Settings

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
template = typer.Typer(no_args_is_help=True, help="Apps made of definition files.")
user = typer.Typer(no_args_is_help=True, help="Who can sign in.")
channel = typer.Typer(no_args_is_help=True, help="Connected channels.")
app.add_typer(template, name="template")
app.add_typer(user, name="user")
app.add_typer(channel, name="channel")
console = Console()


@app.command()
def up() -> None:
    """Start everything on this machine; Ctrl-C stops it."""
    from backend.supervisor.up import up as run

    run(Settings(), console)


@app.command()
def down(
    erase: Annotated[bool, typer.Option("--erase", help="Remove the state folder too: all data.")] = False,
) -> None:
    """Stop a running `weft up`."""
    from backend.supervisor.up import down as run

    console.print(run(Settings(), erase=erase), highlight=False)


@app.command()
def api() -> None:
    """Serve the API and the front end (one process of many)."""
    import uvicorn

    from backend.supervisor.home import resolve, with_secret

    settings = with_secret(resolve(Settings()))
    uvicorn.run(
        "backend.main:create_app",
        factory=True,
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=3,
        server_header=False,
        forwarded_allow_ips=settings.trusted_proxies,
    )
    _leave()


@app.command()
def worker() -> None:
    """Run flows, the event pipeline and the outbox (one process of many)."""
    from backend.supervisor.home import resolve, with_secret
    from backend.worker import in_loop, run_worker

    in_loop(run_worker(with_secret(resolve(Settings()))))
    _leave()


@app.command()
def migrate(
    prepare: Annotated[bool, typer.Option("--prepare", help="The administrator, channels and templates too.")] = False,
) -> None:
    """Bring the system tables to the newest migration."""
    from backend.supervisor.home import resolve
    from backend.supervisor.prepare import prepare_database

    prepare_database(resolve(Settings()), everything=prepare)


@app.command()
def replay(
    file: Annotated[
        Path | None, typer.Argument(help="CSV with id,text and more; without it the template's own posts.")
    ] = None,
    channel: Annotated[str, typer.Option(help="The channel the posts come in through.")] = "weibo",
    rate: Annotated[float, typer.Option(min=0.1, help="Posts a second.")] = 50.0,
    limit: Annotated[int | None, typer.Option(min=1, help="Stop after this many.")] = None,
    url: Annotated[
        str | None, typer.Option(help="The API to send to; without it the one of WEFT_HOST and WEFT_PORT.")
    ] = None,
) -> None:
    """Send posts through the signed endpoint and say what became of them."""
    from backend.commands import replay_posts

    asyncio.run(replay_posts(console, file, channel, rate, limit, url))


@template.command("list")
def template_list() -> None:
    """The built-in templates, and which are installed."""
    from backend.commands import list_templates

    _print_table(("key", "version", "label", "installed"), asyncio.run(list_templates()))


@template.command("validate")
def template_validate(path: Annotated[str, typer.Argument(help="A built-in template or a folder.")]) -> None:
    """Check every file of a template; exit code 1 when there is a problem."""
    from backend.commands import validate_template

    problems = validate_template(path)
    for line in problems:
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    console.print(f"{len(problems)} problems" if problems else f"{path} is valid")
    raise typer.Exit(1 if problems else 0)


@template.command("install")
def template_install(
    path: Annotated[str, typer.Argument(help="A built-in template or a folder.")],
    sample_data: Annotated[bool, typer.Option(help="Install its sample data and people too.")] = False,
) -> None:
    """Publish a template's definitions."""
    from backend.commands import install_template

    asyncio.run(install_template(path, sample_data=sample_data))
    console.print(f"{path} is installed")


@template.command("export")
def template_export(
    key: Annotated[str, typer.Argument(help="The key of an installed app.")],
    folder: Annotated[Path, typer.Argument(help="Where to write it.")],
) -> None:
    """Write an installed app's definitions as files."""
    from backend.commands import export_template

    asyncio.run(export_template(key, folder))
    console.print(f"{key} is written to {folder}")


@user.command("list")
def user_list() -> None:
    """Everybody who can sign in."""
    from backend.commands import list_users

    _print_table(("email", "name", "roles", "admin", "active"), asyncio.run(list_users()))


@user.command("create")
def user_create(
    email: str,
    name: Annotated[str, typer.Option(prompt=True)],
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)],
    role: Annotated[list[str] | None, typer.Option(help="May be given several times.")] = None,
    admin: Annotated[bool, typer.Option("--admin", help="May do everything.")] = False,
) -> None:
    """Make a user."""
    from backend.commands import create_user

    asyncio.run(create_user(email, name, password, role or [], is_admin=admin))
    console.print(f"{email} can sign in")


@user.command("password")
def user_password(
    email: str, password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)]
) -> None:
    """Give a user a new password; ends their sessions."""
    from backend.commands import set_password

    asyncio.run(set_password(email, password))
    console.print(f"{email} has a new password")


@channel.command("list")
def channel_list() -> None:
    """The channels and what came in through each."""
    from backend.commands import list_channels

    _print_table(("key", "label", "enabled", "events"), asyncio.run(list_channels()))


@channel.command("secret")
def channel_secret(key: str) -> None:
    """Print a channel's signing secret."""
    from backend.commands import read_channel_secret

    print(asyncio.run(read_channel_secret(key)))


def _print_table(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, header_style="bold", no_wrap=column in {"key", "email"})
    for row in rows:
        table.add_row(*row)
    console.print(table)


def _leave() -> None:
    """End without tearing the interpreter down: threads of Temporal's native core crash when it is done under them."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def main() -> None:
    """Run the command; what a user can put right is one sentence and exit code 1."""
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
    from pydantic import ValidationError
    from sqlalchemy.exc import OperationalError

    from backend.errors import WeftError
    from backend.supervisor.home import Refusal

    try:
        app()
    except (Refusal, WeftError) as error:
        _complain(str(error))
    except ValidationError as error:
        if error.title != Settings.__name__:
            raise
        _complain("; ".join(_setting_problem(problem["loc"], problem["msg"]) for problem in error.errors()))
    except OperationalError as error:
        _complain(f"the database does not answer ({str(error.orig).strip().splitlines()[-1]}); is `weft up` running?")


def _setting_problem(location: tuple[int | str, ...], message: str) -> str:
    """What is wrong with a setting, by the name of its environment variable."""
    name = str(location[0])
    return f"{name if name.isupper() else f'WEFT_{name.upper()}'}: {message[0].lower()}{message[1:]}"


def _complain(sentence: str) -> None:
    Console(stderr=True).print(f"weft: {sentence}", style="red", highlight=False, markup=False, soft_wrap=True)
    sys.exit(1)


if __name__ == "__main__":
    main()
