"""The JSON API: what the pages of the console show, for programs. Its answers are of the types that OpenAPI tells."""
