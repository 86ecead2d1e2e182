"""Read the YAML file of a run, apply overrides, and keep a copy in the run folder."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import yaml

from tts.common.encoding import decode
from tts.common.files import atomic_write_text
from tts.common.validation import from_dict
from tts.errors import ConfigError
from tts.training.config import TrainConfig


def load_config(path: Path, overrides: list[str]) -> TrainConfig:
    """Read a YAML file and apply `key.path=value` overrides.

    Raises ConfigError for malformed YAML, an unknown key, a wrong value, or an override without '='.
    """
    values = read_yaml(path)
    for override in overrides:
        key, equals, value = override.partition("=")
        if not equals:
            raise ConfigError(f"{override!r} is not an override: write KEY=VALUE, as in max_steps=2000")
        *sections, name = key.split(".")
        target = values
        for section in sections:
            if target.get(section) is None:  # missing or empty
                target[section] = {}
            target = _mapping(target[section], f"{section!r} in {override!r}")
        target[name] = _parse(value, repr(override))
    return from_dict(TrainConfig, values)


def read_yaml(path: Path) -> dict[str, Any]:
    """Read the settings in a YAML file. Raises ConfigError or TextError with the file name."""
    content = _parse(decode(path.read_bytes(), str(path)), str(path))
    return {} if content is None else _mapping(content, str(path))


def keep_config(config: TrainConfig, run: Path) -> None:
    """Write `config.yaml` into a run folder, with the absolute path of the features."""
    data = dataclasses.replace(config.data, dir=str(Path(config.data.dir).absolute()))
    atomic_write_text(run / "config.yaml", written(dataclasses.replace(config, data=data)))


def check_same_data(config: TrainConfig, run: Path) -> None:
    """Raise ConfigError if a run began with the features of another folder, unless `run.new_data` allows that."""
    path = run / "config.yaml"
    section = read_yaml(path).get("data") if path.is_file() else None
    before = section.get("dir") if isinstance(section, dict) else None
    if before and Path(before).resolve() != Path(config.data.dir).resolve() and not config.run.new_data:
        raise ConfigError(
            f"data.dir is {config.data.dir}, but {run} has trained on {before}: set it back, name another run.dir, or "
            "add run.new_data=true to continue with other features"
        )


def written(config: TrainConfig) -> str:
    """Format all settings of a run as YAML, including defaults."""
    text: str = yaml.safe_dump(dataclasses.asdict(config), sort_keys=False)
    return text


def _parse(text: str, where: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        reason = " ".join(str(error).split())  # the message spans several lines
        raise ConfigError(f"{where} is not valid YAML ({reason}): correct it") from error


def _mapping(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ConfigError(f"{where} is {value!r}, but a mapping of settings is needed: write 'name: value' lines")
    return value
