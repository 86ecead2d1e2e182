"""Read a book, speak it on all cores, and write an audiobook."""
