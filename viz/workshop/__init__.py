"""The workshop: an app in the browser for a room full of people; see ``viz/README.md``."""
