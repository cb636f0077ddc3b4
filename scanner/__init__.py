"""LOOK: the only room whose code touches a scan target."""
