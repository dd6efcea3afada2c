"""The measures of `make bench`."""
