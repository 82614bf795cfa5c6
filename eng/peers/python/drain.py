"""Checks that a server notifies its streams of a shutdown: drain.py HOST:PORT PROCESS-ID"""
import os
import signal
import sys

import grpc
from edgernn.v1 import inference_pb2 as pb

from checks import Server, expect, expect_status, run_all


def open_streams_are_told(server):
    """SIGTERM: an open stream gets the draining notice, its last results, end with SHUTDOWN, UNAVAILABLE"""
    session = server.open(block_steps=64, max_block_delay_ms=60000)
    session.send_frames(b"".join(server.frames(5)))
    session.send(flush=pb.Flush())
    expect(next(session.call).HasField("opened"), "expected opened")
    expect(next(session.call).result.count == 5, "expected the result of the flushed block")
    session.send_frames(b"".join(server.frames(3)))
    os.kill(int(sys.argv[2]), signal.SIGTERM)

    responses = []

    def read():
        for response in session.call:
            responses.append(response)

    expect_status(grpc.StatusCode.UNAVAILABLE, read)
    session.complete()
    notices = [response.notice.kind for response in responses if response.HasField("notice")]
    expect(notices == [pb.NOTICE_KIND_DRAINING], f"notices: {notices}")
    end = responses[-1].end
    expect(end.reason == pb.END_REASON_SHUTDOWN, f"last response: {responses[-1]}")
    # The three frames may arrive before or after the signal; those that are accepted are answered.
    answered = 5 + sum(response.result.count for response in responses)
    expect(end.frames_accepted == end.frames_computed == answered, f"answered {answered}, end: {end}")


def main(address):
    with grpc.insecure_channel(address) as channel:
        return run_all("python", [open_streams_are_told], Server(channel))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
