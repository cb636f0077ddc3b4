"""The protocol versions, by the names that evidence, policies and needs give them."""

from typing import Literal, get_args

Protocol = Literal["ssl2", "ssl3", "tls1_0", "tls1_1", "tls1_2", "tls1_3"]
PROTOCOLS: tuple[Protocol, ...] = get_args(Protocol)
"""Every protocol version, oldest first."""
