"""Where pictures come from: drawn on the spot, downloaded, or a folder of one's own."""
