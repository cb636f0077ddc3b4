"""Alerts and reminders: what there is to tell, to whom, and how it goes out."""
