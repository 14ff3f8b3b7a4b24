"""Fetch a parcel in the background: one download, however many watch it."""

import http.client
import logging
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from filelock import Timeout

from lessons.core.messages import LessonError
from lessons.engine.fetching.parcel import File, Parcel

CHUNK = 256 * 1024
SILENCE = 20.0  # seconds without a byte until the server is given up

log = logging.getLogger(__name__)

_downloads: dict[tuple[str, Path], "Download"] = {}
_lock = threading.Lock()


def start(parcel: Parcel) -> "Download":
    """Fetch it; joins the download that is already running, if one is."""
    with _lock:
        download = latest(parcel)
        if download is None or download.done:
            download = _downloads[parcel.key, parcel.folder] = Download(parcel)
        return download


def latest(parcel: Parcel) -> "Download | None":
    """The parcel's last download since the program started, running or not."""
    return _downloads.get((parcel.key, parcel.folder))


class Download:
    """A download that runs in its own thread; poll it.

    done_bytes, total_bytes: of all its files; error: why it failed, None if it did not;
    cancelled: whether someone asked to stop it.
    """

    def __init__(self, parcel: Parcel) -> None:
        self.parcel = parcel
        self.done_bytes = 0
        self.total_bytes = parcel.size
        self.error: LessonError | None = None
        self._cancel = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"download {parcel.key}", daemon=True)
        self._thread.start()

    @property
    def progress(self) -> float:
        """Fraction of the bytes that are here."""
        return min(1.0, self.done_bytes / self.total_bytes)

    @property
    def done(self) -> bool:
        """Whether it has ended, well or not."""
        return not self._thread.is_alive()

    @property
    def cancelled(self) -> bool:
        return self._cancel.is_set()

    def cancel(self) -> None:
        self._cancel.set()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for the end, at most so long; returns ``done``."""
        self._thread.join(seconds)
        return self.done

    def _run(self) -> None:
        try:
            with self._alone():
                self._fetch_what_is_missing()
                self.parcel.unpack()
        except _Cancelled:
            pass
        except LessonError as error:
            self.error = error
        except OSError as error:
            self.error = self.parcel.disk_trouble(error)
        except Exception:
            log.exception("The download of %s failed", self.parcel.key)
            self.error = LessonError("The download failed for an unknown reason; the log has the details.")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Wait for another process that fetches the same."""
        lock = self.parcel.lock()
        while not lock.is_locked:
            self._require_wanted()
            with suppress(Timeout):
                lock.acquire(timeout=0.2)
        try:
            yield
        finally:
            lock.release()

    def _fetch_what_is_missing(self) -> None:
        for file in self.parcel.files():
            if file.is_intact():
                self.done_bytes += file.size
            else:
                self._fetch(file)

    def _fetch(self, file: File) -> None:
        """Under another name until it is complete and correct."""
        file.path.parent.mkdir(parents=True, exist_ok=True)
        part = file.path.with_name(f".{file.path.name}.part")
        digest = file.new_hash()
        try:
            with part.open("wb") as out:
                for chunk in self._receive(file):
                    out.write(chunk)
                    digest.update(chunk)
            if not file.is_digest(digest.hexdigest()):
                raise LessonError(
                    "What {url} sent is not the published file (its checksum differs). Try again later.",
                    url=file.url,
                )
            part.replace(file.path)
        finally:
            part.unlink(missing_ok=True)

    def _receive(self, file: File) -> Iterator[bytes]:
        """The file's bytes as they come. Only what the network does wrong is caught here: what the disk
        does wrong happens to the caller."""
        host = urlsplit(file.url).hostname
        try:
            with urllib.request.urlopen(file.url, timeout=SILENCE) as response:
                if response.headers.get_content_type() == "text/html":
                    raise LessonError(
                        "{host} sent a web page instead of {file}. "
                        "Perhaps this network wants you to log in first; then try again.",
                        host=host,
                        file=file.path.name,
                    )
                length = file.size if response.length is None else response.length
                self.total_bytes += length - file.size
                received = 0
                while chunk := response.read1(CHUNK):
                    self._require_wanted()
                    received += len(chunk)
                    self.done_bytes += len(chunk)
                    if received > self.parcel.most:
                        raise LessonError(
                            "{host} sends more than {file} can be.", host=host, file=file.path.name
                        )
                    yield chunk
                if received < length:
                    raise http.client.IncompleteRead(b"")
        except urllib.error.HTTPError as error:
            raise LessonError(
                "{host} does not have the file (it answered {status}): {url}",
                host=host,
                status=error.code,
                url=file.url,
            ) from error
        except urllib.error.URLError as error:
            raise self._unreachable(host, error.reason) from error
        except TimeoutError as error:
            raise LessonError(
                "{host} sent nothing for {seconds:.0f} seconds. Try again.", host=host, seconds=SILENCE
            ) from error
        except (OSError, http.client.HTTPException) as error:
            raise LessonError(
                "The connection to {host} broke off after {done:.1f} of {total:.1f} MB. Try again.",
                host=host,
                done=self.done_bytes / 1e6,
                total=self.total_bytes / 1e6,
            ) from error

    def _unreachable(self, host: str | None, reason: object) -> LessonError:
        missing = [file for file in self.parcel.files() if not file.is_intact()]
        return LessonError(
            "{host} cannot be reached ({reason}). Try again later; or fetch {urls} in another way, "
            "put it into {folder}, and look again.",
            host=host,
            reason=reason,
            urls=", ".join(file.url for file in missing),
            folder=missing[0].path.parent,
        )

    def _require_wanted(self) -> None:
        if self.cancelled:
            raise _Cancelled


class _Cancelled(Exception):
    """Someone asked to stop."""
