"""Build frozen dataclasses of settings from parsed YAML or JSON, and check their values."""

from __future__ import annotations

import dataclasses
import math
import types
import typing
from typing import Any, TypeVar

from tts.errors import ConfigError

T = TypeVar("T")


def require_positive(config: Any, *names: str) -> None:
    """Raise ConfigError if one of these fields is not a finite number above zero."""
    for name in names:
        if not 0 < getattr(config, name) < math.inf:
            raise ConfigError(f"{name} is {getattr(config, name)}, but must be greater than 0: change or omit it")


def require_one_of(config: Any, name: str, *allowed: str) -> None:
    """Raise ConfigError if a field has none of the allowed values."""
    if getattr(config, name) not in allowed:
        raise ConfigError(f"{name} is {getattr(config, name)!r}, but must be one of {', '.join(allowed)}: choose one")


def require_share(config: Any, *names: str) -> None:
    """Raise ConfigError if one of these fields is not between 0 and 1."""
    for name in names:
        if not 0 <= getattr(config, name) <= 1:
            raise ConfigError(f"{name} is {getattr(config, name)}, but must be from 0 to 1: it is a share of the whole")


def from_dict(cls: type[T], values: dict[str, Any], where: str = "") -> T:
    """Build a config dataclass from parsed YAML or JSON, nested ones included.

    Raises ConfigError for an unknown key (with the nearest known one), a missing key, or a value of the wrong type.
    """
    if not isinstance(values, dict):
        raise ConfigError(f"{where or cls.__name__} is {values!r}, but a mapping of settings is needed")
    hints = typing.get_type_hints(cls)
    fields = {f.name: f for f in dataclasses.fields(cls)}  # type: ignore[arg-type]
    arguments: dict[str, Any] = {}
    for key, value in values.items():
        path = f"{where}.{key}" if where else str(key)
        if key not in fields:
            import difflib

            nearest = difflib.get_close_matches(str(key), fields, n=1, cutoff=0.0)
            raise ConfigError(f"unknown setting {path!r}: did you mean {nearest[0]!r}? known: {', '.join(fields)}")
        arguments[key] = _convert(hints[key], value, path)
    missing = [
        name
        for name, f in fields.items()
        if name not in arguments and f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
    ]
    if missing:
        raise ConfigError(f"{where or cls.__name__} lacks the setting {missing[0]!r}: add it")
    return cls(**arguments)


def _convert(hint: Any, value: Any, path: str) -> Any:
    if dataclasses.is_dataclass(hint):
        return from_dict(hint, value, path)  # type: ignore[arg-type]
    origin, parameters = typing.get_origin(hint), typing.get_args(hint)
    if origin is types.UnionType:  # `X | None`
        return None if value is None else _convert(parameters[0], value, path)
    if origin is tuple:
        if not isinstance(value, list | tuple):
            raise ConfigError(f"{path} is {value!r}, but a list is needed")
        return tuple(_convert(parameters[0], item, f"{path}[{index}]") for index, item in enumerate(value))
    if origin is dict:
        if not isinstance(value, dict):
            raise ConfigError(f"{path} is {value!r}, but a mapping is needed")
        return {key: _convert(parameters[1], item, f"{path}.{key}") for key, item in value.items()}
    if hint is float and isinstance(value, int | str) and not isinstance(value, bool):
        try:
            return float(value)  # YAML 1.1 reads 1e-3, without a point, as text
        except ValueError:
            raise ConfigError(f"{path} is {value!r}, but a number is needed, as 0.001 or 1e-3") from None
    if hint in (int, float, str, bool) and (type(value) is not hint):
        raise ConfigError(f"{path} is {value!r}, but {hint.__name__} is needed")
    return value
