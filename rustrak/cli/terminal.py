"""What a client sent must not steer a terminal."""

_CONTROLS = dict.fromkeys((*range(9), *range(11, 32), *range(127, 160)), "�")


def harmless(text: str) -> str:
    """The text without control characters but tab and newline."""
    return text.translate(_CONTROLS)
