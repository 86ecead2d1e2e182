"""What has nothing to do with speech: threads."""
