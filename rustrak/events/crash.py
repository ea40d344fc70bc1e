"""Where an event crashed: its main exception, main thread and crash frame.

For titles here and for fingerprint variables in grouping.
"""

from rustrak.events.event import Event, ExceptionValue, Frame, Thread


def main_exception(event: Event) -> ExceptionValue | None:
    """The reported exception: the last of the chain."""
    return event.exceptions[-1] if event.exceptions else None


def main_thread(event: Event) -> Thread | None:
    """The one thread that crashed, else the one that was current, else the only one."""
    for candidates in (
        [thread for thread in event.threads if thread.crashed],
        [thread for thread in event.threads if thread.current],
        event.threads,
    ):
        if len(candidates) == 1:
            return candidates[0]
    return None


def crash_frame(event: Event) -> Frame | None:
    """The last in-app frame of the main stack trace, else its last frame."""
    frames = _main_frames(event)
    for frame in reversed(frames):
        if frame.in_app:
            return frame
    return frames[-1] if frames else None


def _main_frames(event: Event) -> list[Frame]:
    exception = main_exception(event)
    if exception is not None and exception.frames:
        return exception.frames
    if event.frames:
        return event.frames
    thread = main_thread(event)
    return thread.frames if thread is not None else []
