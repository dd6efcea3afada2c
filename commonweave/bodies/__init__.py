"""Bodies that meet, decide and follow through: committees, councils, groups and forums of every level."""
