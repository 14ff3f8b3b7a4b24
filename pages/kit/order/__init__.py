"""The order: a strip of steps that are moved, switched off, copied and removed."""
