"""What every Python peer shares: the hash behind its numbers, and the protocol of protocol.mjs."""

import json
import resource
import sys
import time

import numpy as np

STREAM_STRIDE = 0x9E3779B1
WARM_UP_STEPS = 3


def hashed(size, stream):
    """MurmurHash3's fmix32 (public domain) over the positions of a numbered stream, as workloads/numbers.mjs computes it."""
    with np.errstate(over="ignore"):
        bits = np.arange(size, dtype=np.uint32) + np.uint32(stream * STREAM_STRIDE % 2**32)
        bits = (bits ^ (bits >> np.uint32(16))) * np.uint32(0x85EBCA6B)
        bits = (bits ^ (bits >> np.uint32(13))) * np.uint32(0xC2B2AE35)
        return bits ^ (bits >> np.uint32(16))


def serve(step, *, version, parameters, threads, peak_gflops):
    """Answers requests until stdin ends. `step()` gives the milliseconds of a step, those of its update, its processor time, and its loss."""

    def run(is_done):
        steps = [step()]
        while not is_done(steps):
            steps.append(step())
        milliseconds, update_milliseconds, processor_milliseconds, losses = zip(*steps)
        return {
            "milliseconds": milliseconds,
            "updateMilliseconds": update_milliseconds,
            "processorMilliseconds": processor_milliseconds,
            "losses": losses,
            # Linux counts ru_maxrss in KiB, macOS in bytes.
            "peakMemoryBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            * (1 if sys.platform == "darwin" else 1024),
        }

    def answer(message):
        print(json.dumps(message), flush=True)

    losses = run(lambda steps: len(steps) >= WARM_UP_STEPS)["losses"]
    answer({"ready": True, "version": version, "parameters": parameters, "threads": threads, "losses": losses})
    for line in sys.stdin:
        request = json.loads(line)
        if request.get("peak"):
            answer({"peakGflops": peak_gflops()})
        else:
            end = time.perf_counter() + request["seconds"]
            answer(run(lambda _: time.perf_counter() >= end))
