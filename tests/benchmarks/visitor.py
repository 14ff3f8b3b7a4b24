"""A learner without a browser: speaks Streamlit's websocket protocol, so only the server's work counts."""

import time
from contextlib import ExitStack
from threading import Event, Thread

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from lessons.course import every_lesson

PAGES = (
    "",
    *(lesson.slug for lesson in every_lesson()),
)  # home first, which a fresh server is asked for first


class Visitor:
    """One open page. It refreshes its fragments when they ask for it, as a browser does."""

    def __init__(self, url: str, page: str, query: str = "") -> None:
        self.page, self.query = page, query
        address = f"{url.replace('http', 'ws')}/_stcore/stream"
        self._open = ExitStack()
        connection = connect(address, subprotocols=[Subprotocol("streamlit")], max_size=None)
        self._socket = self._open.enter_context(connection)
        self._finished = Event()
        self._page_hash = ""  # the server's name for the page, once it has told
        self._refreshing: dict[str, tuple[float, float]] = {}  # fragment -> (interval, when next)
        self._listener = Thread(target=self._listen, daemon=True)
        self._listener.start()

    def run(self) -> float:
        """Run the page's script from top to bottom; returns the seconds until it had finished."""
        self._finished.clear()
        started = time.perf_counter()
        self._ask()
        assert self._finished.wait(60)
        return time.perf_counter() - started

    def go(self, page: str) -> float:
        """Follow the navigation to a page, or run the same one again; returns as `run` does."""
        if page != self.page:
            self.page, self._page_hash, self._refreshing = page, "", {}
        return self.run()

    @property
    def refreshes(self) -> bool:
        """Whether the page asked to be refreshed from time to time."""
        return bool(self._refreshing)

    def close(self) -> None:
        self._open.close()
        self._listener.join()

    def _ask(self, fragment: str = "") -> None:
        message = BackMsg()
        state = message.rerun_script
        state.page_name, state.query_string = self.page, self.query
        state.page_script_hash = self._page_hash
        state.context_info.url = f"http://127.0.0.1/{self.page}"
        if fragment:
            state.fragment_id, state.is_auto_rerun = fragment, True
        self._socket.send(message.SerializeToString())

    def _listen(self) -> None:
        try:
            while True:
                self._take(self._next_message())
        except ConnectionClosed:
            return

    def _next_message(self) -> ForwardMsg | None:
        """None when it is time to refresh a fragment."""
        due = min((when for _, when in self._refreshing.values()), default=time.monotonic() + 60)
        try:
            content = self._socket.recv(timeout=max(0.0, due - time.monotonic()))
        except TimeoutError:
            return None
        message = ForwardMsg()
        message.ParseFromString(content)
        return message

    def _take(self, message: ForwardMsg | None) -> None:
        now = time.monotonic()
        if message is None:
            for fragment, (interval, when) in self._refreshing.items():
                if when <= now:
                    self._refreshing[fragment] = (interval, now + interval)
                    self._ask(fragment)
        elif message.WhichOneof("type") == "auto_rerun":
            rerun = message.auto_rerun
            self._refreshing[rerun.fragment_id] = (rerun.interval, now + rerun.interval)
        elif message.WhichOneof("type") == "navigation":
            self._page_hash = message.navigation.page_script_hash
        elif message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY and message.HasField(
            "script_finished"
        ):
            self._finished.set()
