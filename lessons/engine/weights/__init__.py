"""Weights that come from outside: ImageNet's, as published, and files of one's own."""
