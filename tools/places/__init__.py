"""Developer tools that make and check the geographic data in ``commonweave/places/data``."""
