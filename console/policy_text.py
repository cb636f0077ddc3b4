"""The part of a policy's file that states one control, word for word (pure)."""

import re


def states(source: str, policy: str) -> bool:
    """Whether a file is that of a policy."""
    return re.search(rf"^policy: *[\"']?{re.escape(policy)}[\"']? *(#.*)?$", source, re.MULTILINE) is not None


def stated(source: str, control: str) -> str:
    """The lines with which a policy's file states a control; empty where it does not."""
    head = re.compile(rf"^(\s+)[\"']?{re.escape(control)}[\"']?:")
    lines, taken, depth = source.splitlines(), [], None
    for line in lines:
        found = head.match(line)
        if depth is None and found is not None:
            depth = len(found[1])
            taken.append(line)
        elif depth is not None:
            if line.strip() and len(line) - len(line.lstrip()) <= depth:
                break
            taken.append(line)
    return "\n".join(line[depth:] for line in taken).rstrip()
