"""The `weft` command."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from rich.console import Console

from backend.errors import WeftError
from backend.settings import Settings
from backend.supervisor.home import Refusal, resolve

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_show_locals=False)
console = Console(stderr=False)
Erase = Annotated[bool, typer.Option("--erase", help="Remove the state folder too: all data.")]


@app.command()
def up() -> None:
    """Start everything on this machine; Ctrl-C stops it."""
    from backend.supervisor.up import up as run

    run(Settings(), console)


@app.command()
def down(erase: Erase = False) -> None:
    """Stop a running `weft up`."""
    from backend.supervisor.up import down as run

    console.print(run(Settings(), erase=erase), highlight=False)


@app.command()
def api() -> None:
    """Serve the API and the front end (one process of many)."""
    import uvicorn

    settings = resolve(Settings())
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


@app.command()
def worker() -> None:
    """Run flows, the event pipeline and the outbox (one process of many)."""
    import asyncio

    from backend.worker import run_worker

    asyncio.run(run_worker(Settings()))


@app.command()
def migrate() -> None:
    """Bring the system tables to the newest migration."""
    from backend.db.migrate import migrate as run

    run(resolve(Settings()).database_url)
    console.print("the system tables are up to date")


def main() -> None:
    """Run the command; what a user can put right is one sentence and exit code 1."""
    try:
        app()
    except (Refusal, WeftError) as error:
        Console(stderr=True).print(f"weft: {error}", style="red", highlight=False, markup=False, soft_wrap=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
