"""The colour profile that a report encloses, as LittleCMS reads it."""

import io

from PIL import Image, ImageCms

from reports.pdf.icc import NAME, srgb


def test_the_profile_is_srgb() -> None:
    ours = ImageCms.ImageCmsProfile(io.BytesIO(srgb()))
    assert ImageCms.getProfileDescription(ours).strip() == NAME
    theirs = ImageCms.createProfile("sRGB")
    picture = Image.frombytes("RGB", (256, 3), bytes(range(256)) * 9)
    for one, other in ((ours, theirs), (theirs, ours)):
        shown = ImageCms.applyTransform(picture, ImageCms.buildTransform(one, other, "RGB", "RGB"))
        assert shown is not None
        assert max(abs(was - is_) for is_, was in zip(shown.tobytes(), picture.tobytes(), strict=True)) <= 1
