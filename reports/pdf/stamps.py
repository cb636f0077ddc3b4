"""The images of a signature and a seal between the signer's position and name; the seal lies over the left third.

They show a signature and are none. Files: transparent PNG, bounded before they are unpacked.
"""

from functools import cache
from io import BytesIO
from pathlib import Path

from PIL import Image, UnidentifiedImageError
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader

from checks.model.text import Text
from reports.errors import StampError
from reports.pdf.flowables import Picture

LARGEST = 2 * 1024 * 1024
"""Bytes of a file."""
WIDEST = 3000
"""Pixels in each direction."""
SIGNATURE_WIDTH = 50 * mm
"""A signature is scaled into this width and the height of its room."""


def stamps(signature: str | None, seal: str | None, width: float, height: float, alt: str) -> Picture | None:
    """The images that are configured, in a room of that size; None without any. Raises StampError."""
    if signature is None and seal is None:
        return None
    signed, sealed = (None if each is None else load(each) for each in (signature, seal))
    return _Stamps(signed, sealed, width, height, alt)


@cache
def load(path: str) -> Image.Image:
    """The image of a file. Raises StampError where there is none, or it is too large, or has nothing transparent."""
    try:
        with Path(path).open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise StampError(Text(f"{path}: {error.strerror or error}", f"{path}: {error.strerror or error}")) from error
    if len(data) > LARGEST:
        size = LARGEST // 1024
        raise StampError(Text(f"{path}: lớn hơn {size} KiB", f"{path}: larger than {size} KiB"))
    try:
        opened = Image.open(BytesIO(data), formats=["PNG"])
        if max(opened.size) > WIDEST:
            raise StampError(
                Text(
                    f"{path}: {opened.width} x {opened.height} điểm ảnh, tối đa {WIDEST} mỗi chiều",
                    f"{path}: {opened.width} x {opened.height} pixels, at most {WIDEST} in each direction",
                )
            )
        image = opened.convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:  # what the library raises on bad PNG
        raise StampError(Text(f"{path}: không phải tệp PNG hợp lệ", f"{path}: not a sound PNG")) from error
    least, most = image.getchannel("A").getextrema()
    if least == 255 or most == 0:
        raise StampError(
            Text(
                f"{path}: cần nền trong suốt (kênh alpha) và nét nhìn thấy được",
                f"{path}: needs a transparent ground (alpha channel) and something to see on it",
            )
        )
    return image


class _Stamps(Picture):
    def __init__(
        self, signature: Image.Image | None, seal: Image.Image | None, width: float, height: float, alt: str
    ) -> None:
        super().__init__(width, height, alt)
        self.signature, self.seal = signature, seal

    def paint(self) -> None:
        """The signature in the middle, then the seal over its left third."""
        wide = SIGNATURE_WIDTH
        if self.signature is not None:
            wide = self._image(self.signature, self.width / 2, SIGNATURE_WIDTH)
        if self.seal is not None:
            share = self.seal.width / self.seal.height
            seal = min(self.height * share, SIGNATURE_WIDTH)
            self._image(self.seal, (self.width - wide) / 2 + wide / 3 - seal / 2, SIGNATURE_WIDTH)

    def _image(self, image: Image.Image, centre: float, widest: float) -> float:
        """Draw it round a point, as large as there is room for; its width."""
        scale = min(widest / image.width, self.height / image.height)
        width, height = image.width * scale, image.height * scale
        self.canv.drawImage(
            ImageReader(image), centre - width / 2, (self.height - height) / 2, width, height, mask="auto"
        )
        return width
