"""storm.py AUTHORITY CONNECTIONS STREAMS SECONDS MESSAGE_BYTES: more clients than a small server has memory for.

Each connection opens STREAMS streams at once. Each stream sends large messages of frames until the storm ends; every other one reads no
results. Prints as JSON the number of streams per outcome: opened, or the status and the beginning of its message.
"""
import asyncio
import collections
import json
import random
import sys
import time

import grpc
from edgernn.v1 import inference_pb2 as pb
from edgernn.v1 import inference_pb2_grpc as rpc

FRAME_BYTES = 24 * 4


async def requests(message, until):
    yield pb.StreamInferRequest(open=pb.OpenSession(model="machine-vibration"))
    while time.monotonic() < until:
        yield pb.StreamInferRequest(frames=pb.Frames(data=message))
        await asyncio.sleep(random.uniform(0.1, 0.3))


async def stream(stub, message, until, reads, counts):
    call = stub.StreamInfer(requests(message, until), timeout=until - time.monotonic() + 20)
    try:
        if await call.read() is not grpc.aio.EOF:
            counts["opened"] += 1
            while reads and await call.read() is not grpc.aio.EOF:
                pass
            await asyncio.sleep(max(0, until - time.monotonic()))
            call.cancel()
            return
        counts[f"{await call.code()}: {(await call.details()).split(':')[0]}"] += 1
    except (grpc.RpcError, asyncio.CancelledError) as failure:
        counts[f"{getattr(failure, 'code', lambda: 'canceled')()}: {getattr(failure, 'details', lambda: '')()[:60]}"] += 1


async def main(authority, connections, streams, seconds, message_bytes):
    counts = collections.Counter()
    message = bytes(message_bytes // FRAME_BYTES * FRAME_BYTES)
    until = time.monotonic() + seconds
    channels = [grpc.aio.insecure_channel(authority, options=[("grpc.use_local_subchannel_pool", 1)]) for _ in range(connections)]
    tasks = [stream(rpc.InferenceServiceStub(channel), message, until, i % 2 == 0, counts) for channel in channels for i in range(streams)]
    await asyncio.gather(*tasks)
    await asyncio.gather(*(channel.close() for channel in channels))
    print(json.dumps(counts))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], *map(int, sys.argv[2:])))
