"""The command that serves the analyst's pages."""

from __future__ import annotations

import click

from flows.settings import Settings


@click.command(short_help="Show the published copy in a browser.")
@click.option("--port", type=click.IntRange(0, 65535), default=8050, show_default=True, help="Port; 0 takes a free one.")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to bind; beyond loopback it needs NEWSLOOM_DASHBOARD_TOKEN."
)
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
@click.pass_obj
def dashboard(settings: Settings, port: int, host: str, no_browser: bool) -> None:
    """Show the published copy in a browser: stories, names, copies, edits, feeds, search, SQL."""
    from flows.dashboard.serving import serve  # the web server takes a while to import

    token = settings.dashboard_token.get_secret_value() if settings.dashboard_token else None

    def announce(where: str) -> None:
        click.echo(f"The dashboard is at {where}  (Ctrl-C ends it)", err=True)

    serve(settings.published_path, host, port, token, announce, opens_browser=not no_browser)


COMMANDS = (dashboard,)
