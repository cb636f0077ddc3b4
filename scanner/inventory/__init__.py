"""Agencies and assets, as people keep them: read strictly, checked as a whole, and who allowed what."""
