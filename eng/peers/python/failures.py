"""Calls that fail with a status and a text that names what was wrong, while the server goes on."""
import grpc
from edgernn.v1 import inference_pb2 as pb

from checks import SECONDS, expect, expect_status

UNKNOWN = "no-such-model"


def send_and_expect(server, data, status, reason, *words):
    """After `data`, the session must end with this reason and status, and a text that contains the words."""
    session = server.open()
    session.send_frames(data)
    responses = []

    def read():
        for response in session.call:
            responses.append(response)

    expect_status(status, read, *words)
    session.complete()
    expect(responses[-1].end.reason == reason, f"last response: {responses[-1]}")


def deadline_ends_the_session(server):
    """deadline: DEADLINE_EXCEEDED, and the server lives on"""
    session = server.open(timeout=0.5)
    session.send_frames(server.frames(1)[0])
    expect_status(grpc.StatusCode.DEADLINE_EXCEEDED, lambda: list(session.call))
    session.complete()
    expect(server.is_alive(), "the server does not answer any more")


def cancel_ends_the_session(server):
    """cancel: CANCELLED in the middle of a block, and the server lives on"""
    session = server.open(block_steps=64, max_block_delay_ms=60000)
    session.send_frames(b"".join(server.frames(3)))
    expect(next(session.call).HasField("opened"), "expected opened")
    session.call.cancel()
    expect_status(grpc.StatusCode.CANCELLED, lambda: list(session.call))
    session.complete()
    expect(server.is_alive(), "the server does not answer any more")


def unknown_model_is_not_found(server):
    """error: unknown model is NOT_FOUND"""
    request = pb.GetModelRequest(name=UNKNOWN)
    expect_status(grpc.StatusCode.NOT_FOUND, lambda: server.stub.GetModel(request, timeout=SECONDS), UNKNOWN)
    expect_status(grpc.StatusCode.NOT_FOUND, lambda: list(server.open(model=UNKNOWN).call), "model", UNKNOWN)


def frames_before_open_are_invalid(server):
    """error: frames before open are INVALID_ARGUMENT"""
    requests = [pb.StreamInferRequest(frames=pb.Frames(data=server.frames(1)[0]))]
    call = server.stub.StreamInfer(iter(requests), timeout=SECONDS)
    expect_status(grpc.StatusCode.INVALID_ARGUMENT, lambda: list(call), "open", "expected", "found", "frames")


def wrong_frame_size_is_invalid(server):
    """error: wrong frame size is INVALID_ARGUMENT and names field, expected and found"""
    data = server.frames(1)[0][:-1]
    words = ["frames.data", "expected", len(data) + 1, "found", len(data)]
    send_and_expect(server, data, grpc.StatusCode.INVALID_ARGUMENT, pb.END_REASON_INVALID_INPUT, *words)


def option_out_of_range_is_invalid(server):
    """error: block steps out of range are INVALID_ARGUMENT"""
    for steps in (0, server.model.max_block_steps + 1):
        call = server.open(block_steps=steps).call
        expect_status(grpc.StatusCode.INVALID_ARGUMENT, lambda: list(call), "open.block_steps", "expected", "found", steps)


def oversized_message_is_refused(server):
    """error: a message over the limit is RESOURCE_EXHAUSTED"""
    frame = server.frames(1)[0]
    data = frame * (4 * 1024 * 1024 // len(frame))
    send_and_expect(server, data, grpc.StatusCode.RESOURCE_EXHAUSTED, pb.END_REASON_MESSAGE_TOO_LARGE)
    expect(server.is_alive(), "the server does not answer any more")


CHECKS = [
    deadline_ends_the_session,
    cancel_ends_the_session,
    unknown_model_is_not_found,
    frames_before_open_are_invalid,
    wrong_frame_size_is_invalid,
    option_out_of_range_is_invalid,
    oversized_message_is_refused,
]
