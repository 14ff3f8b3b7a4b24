"""Everything a page needs to start, watch, compare and look into training runs."""
