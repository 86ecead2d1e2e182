"""A corpus from the network: resumed where it broke off, checked, unpacked aside and then renamed.

torchaudio.datasets.LJSPEECH, which knows the same address and hash, starts 2.6 GB from the beginning after every
interruption, and takes half an unpacked folder for a whole one.
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

from tts.errors import CorpusError

_PIECE = 1 << 20  # bytes
_PATIENCE = 60  # seconds without a byte


class Archive(NamedTuple):
    """A tar archive that holds one corpus."""

    url: str
    sha256: str
    folder: str
    """The one at its top, with metadata.csv and wavs/."""


LJSPEECH = Archive(
    "https://data.keithito.com/data/speech/LJSpeech-1.1.tar.bz2",
    "be1a30453f28eb8dd26af4101ae40cbf2c50413b1bb21936cbcdc6fae3de8aa5",
    "LJSpeech-1.1",
)
"""LJSpeech-1.1 (Ito and Johnson 2017): 2.6 GB for 13,100 clips, 24 hours. The hash is that of torchaudio."""


def fetch(archive: Archive, corpus: Path) -> None:
    """Download and unpack a corpus as the folder `corpus`, unless it is there; the archive is removed in the end.

    Run again after an interruption, it goes on. Raises CorpusError where the folder holds something else, the network
    fails, or what came is not what was expected.
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
    """Append to `target` what it lacks of the file at `url`."""
    begin = target.stat().st_size if target.exists() else 0
    try:
        response = urllib.request.urlopen(
            urllib.request.Request(url, headers={"Range": f"bytes={begin}-"}), timeout=_PATIENCE
        )
    except urllib.error.HTTPError as error:
        if error.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and begin:
            return  # there is nothing after what we have
        raise CorpusError(f"{url} cannot be downloaded ({error.code} {error.reason}): try again later") from error
    except OSError as error:
        raise CorpusError(f"{url} cannot be reached ({error}): check the network, then run the same command") from error
    with response:
        if response.status != http.HTTPStatus.PARTIAL_CONTENT:
            begin = 0  # a server that knows no ranges sends everything
        total = begin + int(response.headers["Content-Length"])
        with (
            target.open("ab" if begin else "wb") as file,
            tqdm(total=total, initial=begin, unit="B", unit_scale=True, desc="download") as bar,
        ):
            for piece in _pieces(response):
                file.write(piece)
                bar.update(len(piece))
    size = target.stat().st_size
    if size < total:
        raise CorpusError(f"the download stopped at {size} of {total} bytes: the same command goes on from there")


def _pieces(response: http.client.HTTPResponse) -> Iterator[bytes]:
    """What arrives, until the connection ends, well or not."""
    try:
        while piece := response.read(_PIECE):
            yield piece
    except (OSError, http.client.HTTPException):
        return


def _check(packed: Path, sha256: str) -> None:
    """Raises CorpusError where the archive is not the expected one, and removes it: it cannot be resumed."""
    digest = hashlib.sha256()
    with packed.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    if digest.hexdigest() != sha256:
        packed.unlink()
        raise CorpusError(
            f"what was downloaded has the SHA-256 {digest.hexdigest()}, but {sha256} is expected; it is removed: "
            "run the same command to download it again"
        )


def _unpack(packed: Path, folder: str, corpus: Path) -> None:
    """Unpack beside `corpus`, and rename when all is there."""
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
    """Write one file or folder, nothing outside and no links, which `TarFile.extract` has refused since 3.11.4."""
    path = folder / member.name
    if not path.resolve().is_relative_to(folder.resolve()) or not (member.isfile() or member.isdir()):
        raise tarfile.TarError(f"{member.name!r} is no file or folder inside of it")
    if member.isdir():
        path.mkdir(parents=True, exist_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    content = tar.extractfile(member)
    assert content is not None
    with content, path.open("wb") as file:
        shutil.copyfileobj(content, file)
