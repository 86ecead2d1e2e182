"""Import a class or a function of the user by its name, `module:name`."""

from __future__ import annotations

import re
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from tts.errors import ConfigError

_NAME = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*")


def is_plugin(name: str) -> bool:
    """Return whether a name has the form `module:name`."""
    return _NAME.fullmatch(name) is not None


def load_plugin(setting: str, name: str) -> Any:
    """Import the object that a setting names as `module:name`. The current folder is searched last.

    Importing runs the module: only a user's own setting may name it, never a file from a stranger. Raises ConfigError
    if there is no such module or object.
    """
    if not is_plugin(name):
        raise ConfigError(f"{setting} is {name!r}: write it as module:name, such as my_module:MyClass")
    module_name, _, attribute = name.partition(":")
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.append(here)
    try:
        module = import_module(module_name)
    except ImportError as error:
        raise ConfigError(
            f"{setting} is {name!r}, but {module_name} cannot be imported ({error}): put {module_name}.py into the "
            "current folder, or add its folder to PYTHONPATH"
        ) from error
    if not hasattr(module, attribute):
        raise ConfigError(f"{setting} is {name!r}, but {module.__file__} defines no {attribute}: correct the name")
    return getattr(module, attribute)
