"""Sessions that end with OK: every frame is answered once, in order, with the same bits for every way to cut the stream."""
import itertools

from edgernn.v1 import inference_pb2 as pb

from checks import expect
from edgernn_client import unpack


def infer(server, frames, frames_per_message=1, **options):
    """Streams the frames and returns (opened, results, end)."""
    session = server.open(**options)
    pending = iter(frames)
    while piece := list(itertools.islice(pending, frames_per_message)):
        session.send_frames(b"".join(piece))
    session.complete()
    responses = list(session.call)
    kinds = [response.WhichOneof("response") for response in responses]
    expect(kinds == ["opened"] + ["result"] * (len(kinds) - 2) + ["end"], f"expected opened, results, end; found {kinds}")
    return responses[0].opened, [response.result for response in responses[1:-1]], responses[-1].end


def outputs_of(results):
    return b"".join(result.outputs for result in results)


def every_frame_is_answered(server):
    """stream: every frame answered, in order, then end"""
    opened, results, end = infer(server, server.frames(101), frames_per_message=7, block_steps=16)
    expect(opened.model.name == server.model.name and opened.block_steps == 16 and opened.session_id, f"opened: {opened}")
    next_index = 0
    for result in results:
        expect(result.first_index == next_index, f"expected index {next_index}, found {result.first_index}")
        expect(len(result.outputs) == 4 * result.count * server.model.output_size, f"{len(result.outputs)} bytes, {result.count} rows")
        expect(1 <= result.block_steps <= 16 and result.reason != pb.BLOCK_REASON_UNSPECIFIED, f"block: {result}")
        next_index += result.count
    expect(next_index == 101, f"expected 101 outputs, found {next_index}")
    expect(end.reason == pb.END_REASON_END_OF_INPUT, f"end: {end}")
    expect(end.frames_accepted == end.frames_computed == 101, f"end: {end}")


def bits_do_not_depend_on_blocks(server):
    """stream: same bits for every block size"""
    frames = server.frames(150)
    expected = outputs_of(infer(server, frames, block_steps=1)[1])
    for steps in (3, 8, 33, server.model.max_block_steps):
        for frames_per_message in (1, 13):
            found = outputs_of(infer(server, frames, frames_per_message, block_steps=steps)[1])
            expect(found == expected, f"other bits with {steps} steps per block, {frames_per_message} frames per message")


def probabilities_sum_to_one(server):
    """stream: probabilities sum to 1"""
    expect(server.model.output_activation == "softmax", f"the model's outputs are no probabilities: {server.model.output_activation}")
    values = unpack(outputs_of(infer(server, server.frames(50))[1]))
    size = server.model.output_size
    for row in (values[i:i + size] for i in range(0, len(values), size)):
        expect(min(row) >= 0 and abs(sum(row) - 1) < 1e-5, f"probabilities: {row}")


def every_nth_frame_is_answered(server):
    """stream: outputs for every 7th frame are those of the full stream"""
    frames = server.frames(50)
    row = 4 * server.model.output_size
    every = outputs_of(infer(server, frames)[1])
    results = infer(server, frames, output_every=7, block_steps=5)[1]
    indices = [result.first_index + 7 * i for result in results for i in range(result.count)]
    expect(indices == list(range(0, 50, 7)), f"indices: {indices}")
    expect(outputs_of(results) == b"".join(every[i * row:(i + 1) * row] for i in indices), "other outputs than in the full stream")


def flush_answers_at_once(server):
    """flush: answers an unfilled block while the stream stays open"""
    session = server.open(block_steps=64, max_block_delay_ms=60000)
    session.send(frames=pb.Frames(data=b"".join(server.frames(5)), client_timestamp=42))
    session.send(flush=pb.Flush())
    next(session.call)
    result = next(session.call).result
    expect(result.count == 5 and result.reason == pb.BLOCK_REASON_FLUSH, f"result: {result}")
    expect(result.client_timestamp == 42, f"client_timestamp: {result.client_timestamp}")
    session.complete()
    expect([response.WhichOneof("response") for response in session.call] == ["end"], "expected nothing but the end")


def reset_starts_over(server):
    """reset: the same frames give the same outputs again"""
    frames = b"".join(server.frames(20))
    session = server.open(block_steps=8)
    session.send_frames(frames)
    session.send(reset=pb.Reset())
    session.send_frames(frames)
    session.complete()
    outputs = outputs_of(response.result for response in session.call if response.HasField("result"))
    half = len(outputs) // 2
    expect(half == 20 * 4 * server.model.output_size and outputs[:half] == outputs[half:], "other outputs after the reset")


CHECKS = [
    every_frame_is_answered,
    bits_do_not_depend_on_blocks,
    probabilities_sum_to_one,
    every_nth_frame_is_answered,
    flush_answers_at_once,
    reset_starts_over,
]
