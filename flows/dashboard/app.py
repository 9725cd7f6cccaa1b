"""The application: routes to pages, a tag that changes with each publish, one clear page for each thing that can go wrong."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from hashlib import blake2b
from http import HTTPStatus
from pathlib import Path
from typing import Any

from jinja2 import Environment
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from flows.dashboard.facts import CopyOlder, facts_of
from flows.dashboard.filters import filter_of
from flows.dashboard.guard import Door, Guard
from flows.dashboard.pages import (
    Page,
    Visit,
    article,
    coverage,
    edits,
    feeds,
    quotes,
    search,
    sql,
    story,
    syndication,
    today,
    trends,
)
from flows.dashboard.published import PEOPLE_LIMITS, PageUnanswered, Published
from flows.dashboard.questions import Question
from flows.dashboard.rendering import environment
from warehouse.errors import QueryRefused, WarehouseBusy, WarehouseDamaged, WarehouseError, WarehouseMissing, WarehouseNewer
from warehouse.query import csv_of

PAGES = (
    today.PAGE,
    trends.PAGE,
    trends.NAME_PAGE,
    coverage.PAGE,
    syndication.PAGE,
    edits.PAGE,
    quotes.PAGE,
    feeds.PAGE,
    search.PAGE,
    article.PAGE,
    story.PAGE,
    sql.PAGE,
)
_HERE = Path(__file__).parent


def application(path: Path, door: Door | None = None) -> Starlette:
    """Make the application over a published copy, or the home folder that holds it; the file may come and go."""
    published = Published(path)
    drawing = Drawing(environment(), secrets.token_hex(4))

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        published.close()

    return Starlette(
        routes=[
            *(Route(page.path, _endpoint(page, published, drawing), name=page.name) for page in PAGES),
            Route("/version", _version(published), name="version"),
            Route("/sql.csv", _csv(published), name="csv"),
            Mount("/static", StaticFiles(directory=_HERE / "static"), name="static"),
        ],
        middleware=[Middleware(Guard, door=door or Door()), Middleware(GZipMiddleware, minimum_size=2000)],
        exception_handlers={WarehouseError: drawing.trouble, HTTPException: drawing.absent},
        lifespan=lifespan,
    )


class Drawing:
    """Templates, and the tag that says whether a reader has a page already."""

    def __init__(self, templates: Environment, started: str) -> None:
        self.templates = templates
        self.started = started  # a restarted server may have other templates: its tags differ

    def tag(self, version: str, request: Request) -> str:
        """Return the entity tag of a page: the same copy, address and server make the same page."""
        text = f"{self.started} {version} {request.url.path}?{request.url.query}"
        return f'W/"{blake2b(text.encode(errors="replace"), digest_size=12).hexdigest()}"'

    def draw(self, template: str, request: Request, status: int = 200, **context: Any) -> HTMLResponse:
        """Render a template."""
        menu = [page for page in PAGES if page.is_in_menu]
        text = self.templates.get_template(f"{template}.html").render(request=request, menu=menu, **context)
        return HTMLResponse(text, status, headers={"Cache-Control": "no-cache"})

    async def trouble(self, request: Request, error: Exception) -> Response:
        """Say what is wrong with the published copy, and what to do about it."""
        assert isinstance(error, WarehouseError)  # noqa: S101 - registered for these alone
        title, advice = next((said for kind, said in _TROUBLES if isinstance(error, kind)), _ANY_TROUBLE)
        return self.draw(
            "trouble",
            request,
            HTTPStatus.SERVICE_UNAVAILABLE,
            title=title,
            advice=advice,
            reason=error.reason,
            item=error.item,
            version="",
        )

    async def absent(self, request: Request, error: Exception) -> Response:
        """Say that there is no such page."""
        assert isinstance(error, HTTPException)  # noqa: S101 - registered for these alone
        return self.draw(
            "trouble",
            request,
            error.status_code,
            title="Not here",
            advice=error.detail,
            reason="",
            item=request.url.path,
            version="",
        )


_TROUBLES: tuple[tuple[type[WarehouseError], tuple[str, str]], ...] = (
    (WarehouseMissing, ("Nothing is published yet", "This page opens by itself as soon as a run has published its first copy.")),
    (CopyOlder, ("The published copy is from an older newsloom", "Nothing is lost: publish it anew and this page opens.")),
    (WarehouseNewer, ("The published copy is from a newer version", "Upgrade newsloom here, or publish with this version.")),
    (
        WarehouseDamaged,
        ("The published copy cannot be read", "It is cut or damaged. The next run replaces it; the working file is another one."),
    ),
    (PageUnanswered, ("This page could not be answered", "What it asks for took too long or too much. Try again in a moment.")),
    (WarehouseBusy, ("The server is busy", "Others are asking long questions. Try again in a moment.")),
    (
        QueryRefused,
        ("The published copy lacks what this page needs", "It was made by another version; the next run replaces it."),
    ),
)
_ANY_TROUBLE = ("The published copy cannot be opened", "The line below says why.")


def _endpoint(page: Page, published: Published, drawing: Drawing) -> Callable[[Request], Response]:
    def answer(request: Request) -> Response:  # not async: Starlette runs it in a thread of its pool
        if request.headers.get("if-none-match") == (tag := drawing.tag(published.version(), request)):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers={"ETag": tag})
        with published.desk() as desk:
            wanted, complaints = filter_of(request.query_params)
            facts = facts_of(desk)
            visit = Visit(wanted, request.query_params, request.path_params, facts)
            context = page.build(desk, visit)
            version = desk.version
        status = HTTPStatus.NOT_FOUND if context.get("is_absent") else HTTPStatus.OK
        response = drawing.draw(
            page.name, request, status, page=page, visit=visit, facts=facts, complaints=complaints, version=version, **context
        )
        response.headers["ETag"] = drawing.tag(version, request)
        return response

    return answer


def _version(published: Published) -> Callable[[Request], Response]:
    def answer(_: Request) -> Response:
        try:
            version = published.version()
        except WarehouseMissing:
            version = ""
        return JSONResponse({"version": version}, headers={"Cache-Control": "no-store"})

    return answer


def _csv(published: Published) -> Callable[[Request], Response]:
    def answer(request: Request) -> Response:
        typed = request.query_params.get("q", "")[: sql.MOST_SQL]
        with published.desk() as desk:
            try:
                text = "".join(f"{line}\r\n" for line in csv_of(desk.table(Question(typed), PEOPLE_LIMITS)))
            except QueryRefused as error:
                return PlainTextResponse(f"{error.reason}\n", HTTPStatus.BAD_REQUEST)
        headers = {"Content-Disposition": 'attachment; filename="newsloom.csv"', "Cache-Control": "no-cache"}
        return PlainTextResponse(text, media_type="text/csv", headers=headers)

    return answer
