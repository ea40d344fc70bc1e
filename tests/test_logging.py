"""What the log tells of a bug: where it was, and nothing anybody typed."""

import io
import logging
from collections.abc import Iterator
from typing import Literal

import pytest
import structlog

from rustrak.config import Settings
from rustrak.logging import Note, configure_logging, log


@pytest.fixture
def as_it_was() -> Iterator[None]:
    """Leave logging to the other tests as they found it."""
    root = logging.getLogger()
    kept = [*root.handlers], root.level
    yield
    root.handlers[:], root.level = kept
    structlog.reset_defaults()


@pytest.mark.usefixtures("as_it_was")
@pytest.mark.parametrize("form", ["console", "json"])
def test_a_traceback_shows_no_values(form: Literal["console", "json"]) -> None:
    stream = io.StringIO()
    configure_logging(Settings().model_copy(update={"log_format": form}), stream)

    def fail(password: str) -> None:
        raise RuntimeError(len(password))

    try:
        fail("".join(["hun", "ter2"]))  # so that the line itself does not tell
    except RuntimeError:
        log.exception(Note.REQUEST_FAILED, path="/auth/login")
    assert "RuntimeError: 7" in stream.getvalue()
    assert "hunter2" not in stream.getvalue()
