"""Pictures: decoded to points and written anew, turned as they were meant to be seen, in the colours of sRGB."""

from __future__ import annotations

import contextlib
from io import BytesIO

import pillow_heif
from PIL import Image, ImageCms, ImageOps, ImageSequence

from commonweave.files.cleaning.clean import Clean
from commonweave.files.cleaning.kinds import PICTURES, kind_of
from commonweave.files.cleaning.unfit import Unfit, Why

MOST_POINTS = 50_000_000
MOST_MOVING = 100_000_000  # points of all pictures of one that moves
LARGEST = 50_000_000  # bytes
FORMATS = {
    "jpeg": ("JPEG", "MPO"),
    "png": ("PNG",),
    "webp": ("WEBP",),
    "gif": ("GIF",),
    "heic": ("HEIF",),
    "tiff": ("TIFF",),
}
MOVING = frozenset({"gif", "webp", "png"})
PREVIEW = 320


def warm() -> None:
    """Make Pillow load now what it loads when first needed: later nothing can be opened."""
    Image.MAX_IMAGE_PIXELS = None  # we count ourselves, before anything is decoded
    pillow_heif.options.DECODE_THREADS = 1
    pillow_heif.options.THUMBNAILS = pillow_heif.options.DEPTH_IMAGES = pillow_heif.options.AUX_IMAGES = False
    Image.init()
    pillow_heif.register_heif_opener()
    ImageCms.createProfile("sRGB")
    for name in ("JPEG", "PNG", "WEBP", "GIF", "TIFF"):
        small = BytesIO()
        Image.new("RGB", (8, 8)).save(small, name)
        Image.open(small).load()


def clean(data: bytes, kind: str) -> Clean:
    """Decode and write anew: JPEG for photographs, PNG for what has sharp edges or can be seen through."""
    picture = _opened(data, kind)
    if getattr(picture, "n_frames", 1) > 1 and kind == "tiff":
        raise Unfit(Why.PAGES)
    if getattr(picture, "is_animated", False) and kind in MOVING:
        return _moving(picture)
    plain = _plain(picture)
    scanned = kind == "tiff" and plain.mode == "L"
    made, name = _written(plain, lossless=kind in {"png", "gif"} or plain.mode == "RGBA" or scanned)
    return Clean(made, name, preview=preview(plain))


def clean_inside(data: bytes) -> tuple[bytes, str]:
    """Clean a picture that stands inside a document; return it with its kind, JPEG or PNG."""
    kind = kind_of(data)
    if kind not in PICTURES:
        raise Unfit(Why.BROKEN)
    plain = _plain(_opened(data, kind))
    return _written(plain, lossless=kind != "jpeg")


def empty() -> bytes:
    """Return a picture of one white point, for where one was that cannot be made anew."""
    return _written(Image.new("RGB", (1, 1), "white"), lossless=True)[0]


def _opened(data: bytes, kind: str) -> Image.Image:
    picture = Image.open(BytesIO(data), formats=FORMATS[kind])
    if picture.width * picture.height > MOST_POINTS:
        raise Unfit(Why.POINTS)
    return picture


def _plain(picture: Image.Image) -> Image.Image:
    """Return points alone: turned, in sRGB, grey, RGB or RGBA, and with no word beside them."""
    picture.load()
    profile = picture.info.get("icc_profile")
    turned = ImageOps.exif_transpose(picture)
    turned = _in_modes(turned)
    if profile and turned.mode != "L":
        with contextlib.suppress(ImageCms.PyCMSError, OSError, ValueError):
            _to_srgb(turned, profile)
    turned.info = {}
    return turned


def _in_modes(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I;16") or picture.mode == "I":
        return picture.convert("I").point(lambda value: value / 256).convert("L")
    if picture.has_transparency_data:
        return picture.convert("RGBA")
    return picture.convert("L") if picture.mode in {"1", "L"} else picture.convert("RGB")


def _to_srgb(picture: Image.Image, profile: bytes) -> None:
    given = ImageCms.ImageCmsProfile(BytesIO(profile))
    if given.profile.xcolor_space.strip() == "RGB":
        ImageCms.profileToProfile(picture, given, ImageCms.createProfile("sRGB"), inPlace=True)


def _written(picture: Image.Image, *, lossless: bool) -> tuple[bytes, str]:
    out = BytesIO()
    if lossless:
        picture.save(out, "PNG", compress_level=4)
    else:
        picture.save(out, "JPEG", quality=90)
    if out.tell() > LARGEST:
        raise Unfit(Why.POINTS)
    return out.getvalue(), "png" if lossless else "jpeg"


def _moving(picture: Image.Image) -> Clean:
    """A moving picture stays one, as PNG: people send such ones about others."""
    count = getattr(picture, "n_frames", 1)
    if count * picture.width * picture.height > MOST_MOVING:
        raise Unfit(Why.MOVING)
    frames, times = [], []
    for frame in ImageSequence.Iterator(picture):
        frame.load()
        times.append(max(int(frame.info.get("duration", 100) or 100), 20))
        still = frame.convert("RGBA")
        still.info = {}
        frames.append(still)
    out = BytesIO()
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:], duration=times, loop=0, compress_level=4)
    if out.tell() > LARGEST:
        raise Unfit(Why.MOVING)
    return Clean(out.getvalue(), "png", preview=preview(frames[0]))


def preview(picture: Image.Image) -> bytes:
    """Return a small JPEG of a picture, for a list."""
    small = picture.copy()
    small.thumbnail((PREVIEW, PREVIEW))
    if small.mode == "RGBA":
        ground = Image.new("RGB", small.size, "white")
        ground.paste(small, mask=small.getchannel("A"))
        small = ground
    small.info = {}
    out = BytesIO()
    small.save(out, "JPEG", quality=70)
    return out.getvalue()
