"""Work done for a client in a thread: ended once the client has left; its news sent as it comes, as server-sent events."""

import asyncio
import json
import logging
import threading
from collections.abc import Callable
from typing import Protocol

from anyio import create_task_group, to_thread
from fastapi import Request
from fastapi.responses import Response
from starlette.types import Receive, Scope, Send

from assistant.wire import Json, status_of

HEARTBEAT = 10.0  # seconds of silence before a comment is sent, lest a proxy take the connection for dead

Work = Callable[["Tell"], str]


class ClientLeft(Exception):
    """Nobody waits for this work any more."""


class Tell(Protocol):
    """Sends events, or none; raises ClientLeft once the client has left."""

    def __call__(self, events: str = "") -> None: ...


async def _disconnected(receive: Receive) -> None:
    """Waits until the client has left."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def attended(request: Request, work: Callable[[Callable[[], None]], Response]) -> Response:
    """What `work` makes of a request in a thread; it is given a check that raises ClientLeft once the client has left."""
    left = threading.Event()

    async def watch() -> None:
        await _disconnected(request.receive)
        left.set()

    def check() -> None:
        if left.is_set():
            raise ClientLeft

    watching = asyncio.create_task(watch())
    try:
        return await to_thread.run_sync(work, check)
    finally:
        watching.cancel()


def event(data: Json | str, name: str = "") -> str:
    """One event as it is sent; JSON has no line end of its own, so `data` is always one line."""
    told = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return (f"event: {name}\n" if name else "") + f"data: {told}\n\n"


class EventStream(Response):
    """Runs `work` in a thread and sends the events it tells, then those it returns.

    Once the client has left, telling raises ClientLeft in the thread; the work is to let it pass, and so ends at its
    next step. Any other error is sent as the events that `failed` makes of its status and detail: 200 is out already.
    """

    media_type = "text/event-stream"

    def __init__(self, work: Work, failed: Callable[[int, str], str]) -> None:
        super().__init__(headers={"X-Accel-Buffering": "no"})  # a proxy is to pass each event on at once
        del self.headers["content-length"]
        self._work = work
        self._failed = failed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        loop = asyncio.get_running_loop()
        news: asyncio.Queue[str] = asyncio.Queue()  # an empty text is the end
        left = threading.Event()

        def tell(events: str = "") -> None:
            if left.is_set():
                raise ClientLeft
            if events:
                loop.call_soon_threadsafe(news.put_nowait, events)

        async def watch() -> None:
            await _disconnected(receive)
            left.set()
            tasks.cancel_scope.cancel()

        async def work() -> None:
            news.put_nowait(await to_thread.run_sync(self._done, tell))
            news.put_nowait("")

        async with create_task_group() as tasks:
            tasks.start_soon(watch)
            tasks.start_soon(work)
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            while events := await _next(news):
                await send({"type": "http.response.body", "body": events.encode(), "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            tasks.cancel_scope.cancel()

    def _done(self, tell: Tell) -> str:
        """The last events of the work, whatever became of it."""
        try:
            return self._work(tell)
        except ClientLeft:
            return ""
        except Exception as error:
            status, detail = status_of(error)
            if status == 500:
                logging.getLogger(__name__).exception("a stream broke off")
            return self._failed(status, detail)


async def _next(news: asyncio.Queue[str]) -> str:
    try:
        return await asyncio.wait_for(news.get(), HEARTBEAT)
    except TimeoutError:
        return ": \n\n"
