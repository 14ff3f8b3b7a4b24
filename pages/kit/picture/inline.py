"""Pictures as PNG files, and inside what a component is told, so that the browser fetches nothing."""

from base64 import b64encode
from io import BytesIO

from PIL import Image


def encode(picture: Image.Image) -> bytes:
    """A PNG file; quick rather than small."""
    buffer = BytesIO()
    picture.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def inline(png: bytes) -> str:
    """A PNG file as an address that holds it."""
    return f"data:image/png;base64,{b64encode(png).decode()}"
