"""The demo estate: every server behaves as planted, and nothing is left behind."""
