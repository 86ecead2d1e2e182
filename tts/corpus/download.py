"""Download a corpus. Downloads are resumed and verified; the folder appears when it is complete.

torchaudio.datasets.LJSPEECH has the same address and hash, but restarts 2.6 GB after every interruption, and takes an
incomplete folder for a complete one.
"""

from __future__ import annotations

import hashlib
import http.client
import shutil
import tarfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tqdm import tqdm

from tts.common.files import naming
from tts.errors import CorpusError

_PIECE = 1 << 20  # bytes
_PATIENCE = 60  # seconds without a byte


class Archive(NamedTuple):
    """A tar archive that holds one corpus."""

    url: str
    sha256: str
    folder: str
    """The top folder in the archive, with metadata.csv and wavs/."""


LJSPEECH = Archive(
    "https://data.keithito.com/data/speech/LJSpeech-1.1.tar.bz2",
    "be1a30453f28eb8dd26af4101ae40cbf2c50413b1bb21936cbcdc6fae3de8aa5",
    "LJSpeech-1.1",
)
"""LJSpeech-1.1 (Ito and Johnson 2017): 2.6 GB for 13,100 clips, 24 hours. The hash is from torchaudio."""


def fetch(archive: Archive, corpus: Path) -> None:
    """Download and unpack a corpus as the folder `corpus`, unless it exists, and remove the archive.

    After an interruption, the same call continues. Raises CorpusError if the folder holds other files, the network
    fails, or the archive has another checksum.
    """
    corpus = corpus.absolute()
    if (corpus / "metadata.csv").is_file():
        return
    if corpus.exists() and any(corpus.iterdir()):
        raise CorpusError(f"{corpus} holds other files than a corpus: name a new folder to download to")
    corpus.parent.mkdir(parents=True, exist_ok=True)
    packed = corpus.with_name(f"{corpus.name}.download")
    _download(archive.url, packed)
    _check(packed, archive.sha256)
    _unpack(packed, archive.folder, corpus)
    packed.unlink()


def _download(url: str, target: Path) -> None:
    """Append the missing part of the file at `url` to `target`."""
    begin = target.stat().st_size if target.exists() else 0
    try:
        response = urllib.request.urlopen(
            urllib.request.Request(url, headers={"Range": f"bytes={begin}-"}), timeout=_PATIENCE
        )
    except urllib.error.HTTPError as error:
        if error.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and begin:
            return  # the file is complete
        raise CorpusError(f"{url} cannot be downloaded ({error.code} {error.reason}): try again later") from error
    except OSError as error:
        raise CorpusError(f"{url} cannot be reached ({error}): check the network, then run the same command") from error
    with response:
        if response.status != http.HTTPStatus.PARTIAL_CONTENT:
            begin = 0  # the server does not support ranges and sends everything
        total = begin + int(response.headers["Content-Length"])
        with (
            target.open("ab" if begin else "wb") as file,
            naming(file),
            tqdm(total=total, initial=begin, unit="B", unit_scale=True, desc="download") as bar,
        ):
            for piece in _pieces(response):
                file.write(piece)
                bar.update(len(piece))
            file.flush()
    size = target.stat().st_size
    if size < total:
        raise CorpusError(f"the download stopped at {size} of {total} bytes: the same command continues from there")


def _pieces(response: http.client.HTTPResponse) -> Iterator[bytes]:
    """Yield the data until the connection ends, also by an error."""
    try:
        while piece := response.read(_PIECE):
            yield piece
    except (OSError, http.client.HTTPException):
        return


def _check(packed: Path, sha256: str) -> None:
    """Verify the archive. If it is wrong, remove it and raise CorpusError, because it cannot be resumed."""
    digest = hashlib.sha256()
    with packed.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    if digest.hexdigest() != sha256:
        packed.unlink()
        raise CorpusError(
            f"the download has the SHA-256 {digest.hexdigest()}, but {sha256} is expected; it was removed: "
            "run the same command to download it again"
        )


def _unpack(packed: Path, folder: str, corpus: Path) -> None:
    """Unpack beside `corpus`, and rename the folder when it is complete."""
    aside = corpus.with_name(f"{corpus.name}.unpacking")
    shutil.rmtree(aside, ignore_errors=True)  # of an earlier interruption
    try:
        with tarfile.open(packed) as tar:
            for member in tqdm(tar, unit="file", desc="unpack"):
                _extract(tar, member, aside)
    except tarfile.TarError as error:
        raise CorpusError(f"{packed} cannot be unpacked ({error}): remove it, then run the same command") from error
    (aside / folder).rename(corpus)
    shutil.rmtree(aside)


def _extract(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """Write one file or folder. Links and paths outside are refused, as `TarFile.extract` does since 3.11.4."""
    path = folder / member.name
    if not path.resolve().is_relative_to(folder.resolve()) or not (member.isfile() or member.isdir()):
        raise tarfile.TarError(f"{member.name!r} is not a file or folder inside the archive")
    if member.isdir():
        path.mkdir(parents=True, exist_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    content = tar.extractfile(member)
    assert content is not None
    with content, path.open("wb") as file, naming(file):
        shutil.copyfileobj(content, file)
        file.flush()
