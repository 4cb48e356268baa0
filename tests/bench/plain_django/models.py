from django.db import models


class Region(models.Model):
    name = models.CharField(max_length=100)
    slug = models.SlugField(unique=True)

    def __str__(self):
        return self.name


class Author(models.Model):
    name = models.CharField(max_length=100)
    slug = models.SlugField(unique=True)
    role = models.CharField(max_length=150)
    biography = models.CharField(max_length=500)

    def __str__(self):
        return self.name


class Post(models.Model):
    title = models.CharField(max_length=250)
    slug = models.SlugField(unique=True)
    author = models.ForeignKey(Author, models.PROTECT)
    region = models.ForeignKey(Region, models.PROTECT)
    summary = models.TextField()
    body = models.TextField()
    photo = models.ImageField(upload_to="photos", width_field="photo_width", height_field="photo_height")
    photo_width = models.PositiveIntegerField(editable=False)
    photo_height = models.PositiveIntegerField(editable=False)
    photo_alt = models.CharField(max_length=300)
    photo_caption = models.CharField(max_length=500)
    photo_credit = models.CharField(max_length=200)
    published_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["-published_at"]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return f"/{self.slug}/"
