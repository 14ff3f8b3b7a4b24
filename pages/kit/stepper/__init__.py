"""The stepper: frames computed beforehand, played one by one beside their arithmetic."""
