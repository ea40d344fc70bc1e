"""The two scripts that pages of others load from here; their sources are in `static/`."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import orjson

_STATIC = Path(__file__).with_name("static")


@dataclass(frozen=True)
class Script:
    """A script that takes one object of configuration, or none."""

    name: str

    @cache  # noqa: B019 - two scripts in all
    def source(self) -> bytes:
        """The script as it is, read once."""
        return (_STATIC / self.name).read_bytes()

    def called_with(self, config: dict[str, str]) -> bytes:
        """The script, a function, called with its configuration."""
        # the configuration is ours: an address, a key, a number; "<" still never ends a script
        text = orjson.dumps(config).replace(b"<", b"\\u003c")
        return b"(%b)(%b);\n" % (self.source().strip(), text)


DIALOG = Script("error_page.js")
LOADER = Script("loader.js")
