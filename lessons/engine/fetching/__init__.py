"""Files from the network: published sets of pictures, and published weights."""
