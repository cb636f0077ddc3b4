"""What all sections of khien.yaml are made of."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints


class Section(BaseModel):
    """Strict: no unknown key, no coercion."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


Seconds = Annotated[int, Field(ge=1, le=3600)]
Variable = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{0,99}$")]
"""The name of an environment variable that holds a secret."""
