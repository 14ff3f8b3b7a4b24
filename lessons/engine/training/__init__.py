"""Training an image classifier: the nets, the loop, and runs that survive whatever happens."""
