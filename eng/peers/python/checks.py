"""Shared by the Python checks: the server under test, expectations, and the loop that runs the checks."""
import random
import sys
import traceback

import grpc
from edgernn.v1 import inference_pb2 as pb
from edgernn.v1 import inference_pb2_grpc

from edgernn_client import Session, pack

SECONDS = 30  # deadline of calls that should take far less


class Server:
    """The server under test and the first of its models."""

    def __init__(self, channel):
        self.channel = channel
        self.stub = inference_pb2_grpc.InferenceServiceStub(channel)
        self.model = self.stub.ListModels(pb.ListModelsRequest(), timeout=SECONDS).models[0]

    def open(self, timeout=SECONDS, **options):
        return Session(self.stub, timeout=timeout, **{"model": self.model.name, **options})

    def frames(self, count, seed=7):
        """Random frames, packed; the same seed gives the same frames."""
        numbers = random.Random(seed)
        return [pack([numbers.gauss(0, 1) for _ in range(self.model.frame_size)]) for _ in range(count)]

    def is_alive(self):
        return len(self.stub.ListModels(pb.ListModelsRequest(), timeout=SECONDS).models) > 0


def expect(condition, message):
    if not condition:
        raise AssertionError(message)


def expect_status(code, call, *words):
    """`call` must fail with the status `code` and a text that holds all the words."""
    try:
        call()
    except grpc.RpcError as caught:
        error = caught
    else:
        raise AssertionError(f"expected {code}, found success")
    expect(error.code() == code, f"expected {code}, found {error.code()}: {error.details()}")
    for word in words:
        expect(str(word) in error.details(), f"expected '{word}' in the text, found: {error.details()}")


def run_all(peer, checks, server):
    """Runs the checks, one line each, titled by their docstrings; returns the exit code."""
    failed = 0
    for check in checks:
        title = f"{peer}: {check.__doc__}"
        try:
            check(server)
            print(f"pass {title}", flush=True)
        except Exception:  # any failure is this check's; the next one runs
            failed += 1
            print(f"FAIL {title}", flush=True)
            traceback.print_exc(file=sys.stdout)
    return 1 if failed else 0
