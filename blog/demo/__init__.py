"""A made-up publication to look at and to try things on."""
