"""A download in a terminal: a bar until it has ended."""

from tqdm import tqdm

from lessons.core.messages import LessonError
from lessons.engine.fetching import download
from lessons.engine.fetching.parcel import Parcel


def fetch(parcel: Parcel) -> int:
    """Returns the exit status, 0; raises LessonError where it failed, or Ctrl-C stopped it."""
    fetching = download.start(parcel)
    try:
        with tqdm(total=fetching.total_bytes, unit="B", unit_scale=True) as bar:
            while not fetching.wait(0.1):
                bar.total = fetching.total_bytes
                bar.update(fetching.done_bytes - bar.n)
            bar.update(fetching.done_bytes - bar.n)
    except KeyboardInterrupt:
        fetching.cancel()
        fetching.wait(2)  # it removes the file that is not complete
        raise LessonError("Stopped. Only complete files are kept.") from None
    if fetching.error:
        raise fetching.error
    print(f"{parcel.title} is in {parcel.folder}")
    return 0
