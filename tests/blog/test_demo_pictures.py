import io

from PIL import Image

from blog.demo import outline, pictures


class DemoPictureTests:
    def test_every_lead_photo_can_be_drawn_and_nothing_is_drawn_in_vain(self) -> None:
        assert {post.lead_photo.name for post in outline.POSTS if post.lead_photo} == set(pictures.SCENES)

    def test_it_is_a_wide_jpeg_with_something_in_it(self) -> None:
        with Image.open(io.BytesIO(pictures.draw("fishery"))) as picture:
            assert (picture.format, picture.size) == ("JPEG", (1600, 900))
            shades = list(picture.convert("L").resize((40, 20)).tobytes())
        assert max(shades) - min(shades) > 60

    def test_the_same_name_gives_the_same_picture(self) -> None:
        assert pictures.draw("grid") == pictures.draw("grid")
