"""Keep some clients busy for a long time: the memory of the server must not grow.

    python scripts/checks/soak.py [--minutes 60] [--clients 4]

Each client asks for one sentence after another and compares the samples, as in `load_server.py`. The exit status is 1
if an answer is lost or wrong, or if memory grew by more than 10 MiB in the second half.
"""

from __future__ import annotations

import argparse
import asyncio
import sys

from load_server import SENTENCES, expected, load
from serving import serving

MOST_GROWTH = 10.0  # MiB


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60.0, help="default: %(default)s")
    parser.add_argument("--clients", type=int, default=4, help="default: %(default)s")
    arguments = parser.parse_args()
    truth, half = expected(SENTENCES), 30 * arguments.minutes
    with serving() as served:
        sizes, lost = [served.memory()], 0
        for _ in range(2):
            tally = asyncio.run(load(served.url, arguments.clients, half, truth))
            lost += tally.lost + tally.wrong
            sizes.append(served.memory())
            print(f"{len(tally.first_audio)} answers, {tally.lost} lost, {tally.wrong} wrong", flush=True)
    start, middle, end = sizes
    print(f"memory: {start:.0f} MiB at the start, {middle:.0f} MiB at half, {end:.0f} MiB at the end")
    return int(lost > 0 or end - middle > MOST_GROWTH)


if __name__ == "__main__":
    sys.exit(main())
