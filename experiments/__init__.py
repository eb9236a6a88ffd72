"""What we learn: what runs show, and the command line in `cli`."""
