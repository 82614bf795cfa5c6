"""first_result.py HOST:PORT PID: prints the milliseconds from the start of the server's process to a client's first result."""
import os
import sys
import time

import grpc
from edgernn.v1 import inference_pb2 as pb
from edgernn.v1 import inference_pb2_grpc as rpc

FRAME = bytes(24 * 4)


def requests():
    yield pb.StreamInferRequest(open=pb.OpenSession(block_steps=1))
    yield pb.StreamInferRequest(frames=pb.Frames(data=FRAME))


def started_ago(pid):
    """Seconds since the kernel started the process."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        ticks = int(stat.read().rpartition(")")[2].split()[19])
    return time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")


def main(authority, pid):
    options = [("grpc.initial_reconnect_backoff_ms", 10), ("grpc.min_reconnect_backoff_ms", 10), ("grpc.max_reconnect_backoff_ms", 10)]
    with grpc.insecure_channel(authority, options=options) as channel:
        for response in rpc.InferenceServiceStub(channel).StreamInfer(requests(), wait_for_ready=True, timeout=30):
            if response.HasField("result"):
                print(f"{1000 * started_ago(pid):.0f}")
                return 0
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
