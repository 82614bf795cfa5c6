"""A small EdgeRnn client for Python. Generate its stubs from protos/edgernn/v1/inference.proto with protoc."""
import queue
import struct

from edgernn.v1 import inference_pb2 as pb


def pack(values):
    """Packs the values of whole frames, row by row, into the bytes of a request."""
    return struct.pack(f"<{len(values)}f", *values)


def unpack(outputs):
    """Unpacks the bytes of a result into values, row by row."""
    return struct.unpack(f"<{len(outputs) // 4}f", outputs)


class Session:
    """One StreamInfer call: send on it from any thread, and iterate over `call` for the responses.

    `timeout` is the deadline of the whole session in seconds; `options` are the fields of OpenSession. What is sent waits in memory
    until the server takes it: a client with much to send should read results as it goes.
    """

    def __init__(self, stub, timeout=None, **options):
        self._requests = queue.SimpleQueue()
        self.call = stub.StreamInfer(iter(self._requests.get, None), timeout=timeout)
        self.send(open=pb.OpenSession(**options))

    def send(self, **request):
        """One request: frames=…, flush=… or reset=…"""
        self._requests.put(pb.StreamInferRequest(**request))

    def send_frames(self, data):
        self.send(frames=pb.Frames(data=data))

    def complete(self):
        """No more requests: the server answers what it has, sends `end` and closes."""
        self._requests.put(None)
