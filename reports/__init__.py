"""TELL: assessments as documents. Codes become sentences here, in Vietnamese and English."""
