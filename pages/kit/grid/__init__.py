"""Matrices to type, paste, resize and fill."""
