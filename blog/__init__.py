"""What editors make: the publication, its posts, authors, regions, photos and pages."""
