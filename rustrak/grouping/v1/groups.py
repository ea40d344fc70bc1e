"""Exception groups: which exceptions of a tree say what went wrong.

Part of grouping version 1. Source: Sentry protocol, grouping, exceptions; RFC 0079.
"""

from rustrak.events.event import ExceptionValue
from rustrak.grouping.v1.messages import parameterise

Children = dict[int, list[ExceptionValue]]


def relevant_exceptions(chain: list[ExceptionValue]) -> list[ExceptionValue]:
    """The exceptions that identify the event, causes first.

    Without a group, or with ids that do not form a tree, that is the whole chain. Equal errors
    inside groups count once: if one is left, it and its causes replace the group; if several are,
    the group's members are sorted, because they fail in any order, and the root follows.
    """
    if not any(exception.is_group for exception in chain):
        return chain
    children = _children(chain)
    if children is None:
        return chain
    root = next(exception for exception in chain if exception.exception_id == 0)
    distinct = {_identity(member): member for member in _members(root, children)}
    members = [distinct[identity] for identity in sorted(distinct, reverse=True)]
    if not members:
        return chain
    return [*members, root] if len(members) > 1 else _with_causes(members[0], children)


def _children(chain: list[ExceptionValue]) -> Children | None:
    """Who belongs to whom, or None when the ids are not a tree rooted at 0.

    A parent has a smaller id than its children in every SDK; demanding it rules out cycles.
    """
    children: Children = {}
    ids = set()
    for exception in chain:
        number, parent = exception.exception_id, exception.parent_id
        if number is None or number in ids or (number and (parent is None or parent >= number)):
            return None
        ids.add(number)
        if number:
            children.setdefault(parent or 0, []).append(exception)
    return children if 0 in ids and children.keys() <= ids else None


def _members(group: ExceptionValue, children: Children) -> list[ExceptionValue]:
    """The exceptions directly below this group and the groups inside it."""
    members: list[ExceptionValue] = []
    waiting = [group]
    while waiting:
        for child in children.get(waiting.pop().exception_id or 0, []):
            (waiting if child.is_group else members).append(child)
    return members


def _identity(member: ExceptionValue) -> tuple[str, str]:
    """What tells members apart: the type, and the stack trace or else the text."""
    stack = "\n".join(
        f"{frame.module or frame.filename} {frame.function}" for frame in member.frames
    )
    return member.type or "", stack or parameterise(member.value or "")


def _with_causes(exception: ExceptionValue, children: Children) -> list[ExceptionValue]:
    path = [exception]
    while below := children.get(path[-1].exception_id or 0):
        path.append(below[0])
    return path[::-1]
