"""waiting_client.py PORT: says "waiting", streams one frame to the server that will listen on the port, and prints when its result came:
seconds of the clock of time.monotonic()."""
import sys
import time

import grpc
from edgernn.v1 import inference_pb2 as pb
from edgernn.v1 import inference_pb2_grpc as rpc

FRAME = bytes(24 * 4)
RETRY = [(f"grpc.{kind}_reconnect_backoff_ms", 5) for kind in ("initial", "min", "max")]


def requests():
    yield pb.StreamInferRequest(open=pb.OpenSession(block_steps=1))
    yield pb.StreamInferRequest(frames=pb.Frames(data=FRAME))


def main(port):
    print("waiting", flush=True)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with grpc.insecure_channel(f"127.0.0.1:{port}", options=RETRY) as channel:
            try:
                for response in rpc.InferenceServiceStub(channel).StreamInfer(requests(), timeout=30):
                    if response.HasField("result"):
                        print(time.monotonic())
                        return 0
            except grpc.RpcError:
                time.sleep(0.002)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
