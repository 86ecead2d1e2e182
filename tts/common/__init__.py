"""What does not depend on speech: files, plots, threads."""
