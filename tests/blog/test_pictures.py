"""Photos: what is kept of an upload, and what is refused with nothing left behind."""

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from blog import pictures
from blog.models import Photo, Post
from tests import make
from tests.blog.forms_of_posts import ADD, press, read

pytestmark = pytest.mark.django_db
EXIF_ORIENTATION, EXIF_GPS, EXIF_MAKER = 0x0112, 0x8825, 0x010F
PAYLOAD = b"<script>alert(1)</script><?php system($_GET['x']); ?>"


def drawn(kind: str = "JPEG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 128 if mode == "L" else None).save(out, kind, **options)
    return out.getvalue()


def kept(raw: bytes, name: str = "harbor.jpg") -> Photo:
    return pictures.keep(io.BytesIO(raw), name, None)


def stored(photo: Photo) -> bytes:
    return Path(photo.file.path).read_bytes()


def opened(photo: Photo) -> Image.Image:
    return Image.open(io.BytesIO(stored(photo)))


def files() -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def bomb() -> bytes:
    """A PNG of 50,000 by 50,000 points in a few hundred bytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")


class KeepTests:
    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
    def test_a_picture_is_written_anew(self, kind: str) -> None:
        photo = kept(drawn(kind))
        assert (photo.width, photo.height) == (60, 40)
        assert opened(photo).format == "JPEG"

    def test_where_and_by_what_it_was_taken_is_gone(self) -> None:
        exif = Image.Exif()
        exif[EXIF_MAKER] = "Secret Camera"
        exif.get_ifd(EXIF_GPS)[2] = (52.0, 31.0, 12.0)
        photo = kept(drawn(exif=exif, comment=b"my home"))
        raw = stored(photo)
        assert not opened(photo).getexif()
        assert b"Secret Camera" not in raw
        assert b"my home" not in raw

    @pytest.mark.parametrize(("orientation", "size"), [(1, (60, 40)), (3, (60, 40)), (6, (40, 60)), (8, (40, 60))])
    def test_it_is_turned_upright(self, orientation: int, size: tuple[int, int]) -> None:
        exif = Image.Exif()
        exif[EXIF_ORIENTATION] = orientation
        photo = kept(drawn(exif=exif))
        assert (photo.width, photo.height) == size

    def test_it_is_at_most_2000_wide(self) -> None:
        photo = kept(drawn(size=(3000, 1500)))
        assert (photo.width, photo.height) == (2000, 1000)

    def test_what_can_be_seen_through_stays_so(self) -> None:
        photo = kept(drawn("PNG", mode="RGBA"), "logo.png")
        assert opened(photo).mode == "RGBA"
        assert str(photo.file.name).endswith(".webp")

    @pytest.mark.parametrize("mode", ["L", "P", "CMYK", "1", "I;16"])
    def test_any_kind_of_colours_is_understood(self, mode: str) -> None:
        kind = "JPEG" if mode == "CMYK" else "PNG"
        out = io.BytesIO()
        Image.new(mode, (9, 9)).save(out, kind)
        assert kept(out.getvalue()).width == 9

    def test_a_script_behind_a_picture_does_not_come_along(self) -> None:
        photo = kept(drawn("GIF") + PAYLOAD, "photo.php")
        assert PAYLOAD not in stored(photo)
        assert str(photo.file.name).endswith(".jpg")

    @pytest.mark.parametrize(
        "name", ["../../etc/passwd", "a\x00b.jpg", "<b>.jpg", "x" * 400 + ".jpg", "", ".jpg", "船.jpg"]
    )
    def test_its_name_is_harmless_whatever_it_was(self, name: str) -> None:
        photo = kept(drawn(), name)
        (path,) = files()
        assert path.parent.parent.parent.name == "photos"
        assert str(photo.file.name).isascii()


class RefusalTests:
    @pytest.mark.parametrize(
        ("name", "raw"),
        [
            ("empty.jpg", b""),
            ("text.jpg", b"no picture at all"),
            ("cut.jpg", drawn(size=(400, 400))[:900]),
            ("cut.png", drawn("PNG", size=(400, 400))[:-30]),
            ("drawing.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
            ("scan.tiff", drawn("TIFF")),
            ("page.pdf", b"%PDF-1.4 " + PAYLOAD),
            ("page.html", b"<html>" + PAYLOAD),
            ("bomb.png", bomb()),
            ("big.png", drawn("PNG", size=(9000, 5000), mode="1")),
            ("long.jpg", drawn() + b"\0" * pictures.MAX_BYTES),
            ("script.eps", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"),
        ],
    )
    def test_it_says_why_and_leaves_nothing(self, name: str, raw: bytes) -> None:
        with pytest.raises(ValidationError) as refusal:
            kept(raw, name)
        assert refusal.value.messages[0].endswith((".", "again."))
        assert files() == []
        assert not Photo.objects.exists()


class UploadInTheFormTests:
    def test_a_good_photo_is_kept_though_another_field_is_wrong(self, client: Client) -> None:
        client.force_login(make.make_writer())
        upload = SimpleUploadedFile("harbor.jpg", drawn(), "image/jpeg")
        refused = press(client, ADD, title="", lead_photo_upload=upload)
        photo = Photo.objects.get()
        assert refused.status_code == 422
        assert photo.uploaded_by == make.make_writer()
        assert read(refused.content.decode()).fields["lead_photo"] == [str(photo.pk)]
        press(client, ADD, page=refused.content.decode(), title="A strait")
        assert Post.objects.get().lead_photo == photo
        assert Photo.objects.count() == 1

    def test_a_bad_one_is_refused_with_a_sentence_and_the_text_comes_back(self, client: Client) -> None:
        client.force_login(make.make_writer())
        upload = SimpleUploadedFile("harbor.jpg", b"<svg onload=alert(1)>", "image/jpeg")
        refused = press(client, ADD, title="A strait", body="<p>Long work</p>", lead_photo_upload=upload)
        page = refused.content.decode()
        assert refused.status_code == 422
        assert "This is not a picture that can be shown" in page
        assert read(page).fields["body"] == ["<p>Long work</p>"]
        assert not Photo.objects.exists()

    def test_the_present_photo_can_be_taken_away(self, client: Client) -> None:
        client.force_login(make.make_editor())
        post = make.make_post(lead_photo=make.make_photo().pk)
        press(client, f"/admin/blog/post/{post.pk}/change/", "publish", lead_photo="")
        post.refresh_from_db()
        assert post.lead_photo is None

    @pytest.mark.parametrize("number", ["999", "x", "-1", "9" * 40])
    def test_a_photo_that_is_not_there_cannot_be_chosen(self, client: Client, number: str) -> None:
        client.force_login(make.make_editor())
        post = make.make_post()
        assert press(client, f"/admin/blog/post/{post.pk}/change/", lead_photo=number).status_code == 422
