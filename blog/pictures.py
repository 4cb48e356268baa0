"""Photos: what is uploaded is decoded, turned upright and written anew, so that nothing hidden in it remains."""

import io
import warnings
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.crypto import get_random_string
from django.utils.text import slugify
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from blog.models import Photo, Post, Revision

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
MAX_BYTES = 25 * 1024 * 1024
MAX_PIXELS = 40_000_000
MAX_WIDTH = 2_000


def keep(upload: IO[bytes], name: str, by: Any) -> Photo:
    """Store an uploaded picture and return its row.

    Raises ValidationError with a sentence for the editor where it is not a picture that can be shown. The picture is
    judged by decoding it, never by its name or its declared type.
    """
    photo = Photo(uploaded_by=by)
    encoded, extension = _rewritten(upload)
    stem = slugify(name.rpartition(".")[0] or name)[:60] or "photo"
    kept_name = f"{stem}-{get_random_string(8).lower()}.{extension}"
    # The content needs the name too: without one, Django takes it for no file and stores no width and height.
    photo.file.save(kept_name, ContentFile(encoded, kept_name), save=True)
    return photo


def is_used(photo: Photo) -> bool:
    """Whether a post shows this photo, or any text in a post's history does."""
    return Post.objects.filter(lead_photo=photo).exists() or Revision.objects.filter(photo_number=photo.pk).exists()


def delete(photo: Photo) -> None:
    """Delete a photo's row and, once that is certain, its file."""
    storage, name = photo.file.storage, str(photo.file.name)
    photo.delete()
    transaction.on_commit(lambda: storage.delete(name))


def _rewritten(upload: IO[bytes]) -> tuple[bytes, str]:
    raw = upload.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise ValidationError(_("This picture is larger than 25 MB. Please save it smaller and choose it again."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(raw), formats=FORMATS)
            if picture.width * picture.height > MAX_PIXELS:
                raise ValidationError(_("This picture has more than 40 megapixels. Please save it smaller."))
            picture.load()
            upright = ImageOps.exif_transpose(picture)
    except ValidationError:
        raise
    except Exception as error:  # Pillow raises whatever a broken file makes its decoders raise.
        raise ValidationError(
            _("This is not a picture that can be shown. Please choose a JPEG, PNG, WebP, GIF or AVIF file.")
        ) from error
    return _encoded(upright)


def _encoded(picture: Image.Image) -> tuple[bytes, str]:
    has_alpha = "A" in picture.getbands() or "transparency" in picture.info
    plain = picture.convert("RGBA" if has_alpha else "RGB")
    # Whatever else a file says of itself, Pillow would write again: comments, places. Only its colours are wanted, and
    # they are described truly as long as they were not converted.
    profile = picture.info.get("icc_profile") if picture.mode == plain.mode else None
    plain.info = {"icc_profile": profile} if profile else {}
    if plain.width > MAX_WIDTH:
        height = max(1, round(plain.height * MAX_WIDTH / plain.width))
        plain = plain.resize((MAX_WIDTH, height), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    if has_alpha:
        plain.save(out, "WEBP", quality=85, method=4)
        return out.getvalue(), "webp"
    plain.save(out, "JPEG", quality=85, optimize=True, progressive=True)
    return out.getvalue(), "jpg"
