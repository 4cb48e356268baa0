"""A plain Django blog with django-contrib-comments: what the publication is compared with."""
