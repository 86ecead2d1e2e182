"""Training: features, batches, losses, the Lightning module, export."""
