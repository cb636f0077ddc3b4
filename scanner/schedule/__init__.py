"""When to look: schedules, their slots, what is to be done now. Pure, but for the daemon, which is given its world."""
