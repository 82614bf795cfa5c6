"""Attacks of one client, each until a time. They return what they did, for the table."""
import socket
import subprocess
import sys
import threading
import time

from http2 import (CONTINUATION, Connection, DATA, END_HEADERS, HEADERS, INFER, LIST, PING, REFLECT, RST_STREAM, SETTINGS, WATCH, frame,
                   header_block, message)

# Messages of edgernn.v1.StreamInferRequest, serialized: open a session on the only model; flush; reset.
OPEN, FLUSH, RESET = message(b"\x0a\x00"), message(b"\x1a\x00"), message(b"\x22\x00")


def nothing(server, until):
    time.sleep(max(0, until - time.time()))
    return ""


def busy_processors(server, until):
    """The control: as many busy loops as processors, without a single request."""
    script = f"import time\nwhile time.time() < {until}: pass"
    loops = [subprocess.Popen([sys.executable, "-c", script]) for _ in range(2)]
    for loop in loops:
        loop.wait()
    return f"{len(loops)} busy loops"


def unopened(path, *messages, window=None, connections=20, streams=500):
    """Calls that are never finished, held until the end."""
    def run(server, until):
        held, broken = [], 0
        for _ in range(connections):
            try:
                connection = Connection(server.grpc, window)
                held.append(connection)
                connection.send(b"".join(connection.call(path, *messages) for _ in range(streams)))
            except OSError:
                broken += 1
        nothing(server, until)
        for connection in held:
            connection.close()
        return f"{connections} x {streams} calls, {broken} connections broken"
    return run


def repeated(build, connections=3):
    """The same bytes over and over."""
    def run(server, until):
        sent = [0]

        def one():
            while time.time() < until:
                try:
                    connection = Connection(server.grpc)
                    while time.time() < until:
                        data, count = build(connection)
                        connection.send(data)
                        connection.discard()
                        sent[0] += count
                except OSError:
                    time.sleep(0.01)
        in_parallel(one, connections)
        return f"{sent[0]} sent"
    return run


def control_messages(payload):
    """A session that is flushed or reset all the time."""
    def run(server, until):
        connection, sent = Connection(server.grpc), 0
        connection.send(connection.call(INFER, OPEN))
        data = frame(DATA, 0, connection.stream, payload * 2000)
        while time.time() < until:
            try:
                connection.send(data)
                sent += 2000
            except OSError:
                time.sleep(0.01)
            connection.discard()
        connection.close()
        return f"{sent} messages"
    return run


def pages(path, connections=32):
    """Requests to the HTTP port, one after the other on each connection."""
    def run(server, until):
        answers = [0]

        def one():
            while time.time() < until:
                try:
                    client = socket.create_connection(("127.0.0.1", server.http), 5)
                    client.settimeout(max(0.1, until - time.time()))
                    while time.time() < until:
                        client.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
                        if not client.recv(1 << 18):
                            break
                        answers[0] += 1
                except OSError:
                    pass
        in_parallel(one, connections)
        return f"{answers[0]} answers"
    return run


def idle_connections(port, count):
    """Connections that send nothing."""
    def run(server, until):
        held = []
        for _ in range(count):
            try:
                held.append(socket.create_connection(("127.0.0.1", getattr(server, port)), 2))
            except OSError:
                break
        nothing(server, until)
        for connection in held:
            connection.close()
        return f"{len(held)} connections"
    return run


def in_parallel(run, count):
    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def opens_and_resets(connection):
    calls = [connection.call(INFER) + frame(RST_STREAM, 0, connection.stream, b"\0\0\0\x08") for _ in range(50)]
    return b"".join(calls), 50


def sessions(connection):
    return b"".join(connection.call(INFER, OPEN, ends=True) for _ in range(50)), 50


def lists(payload):
    return lambda connection: (b"".join(connection.call(LIST, payload, ends=True) for _ in range(50)), 50)


def pings(connection):
    return (frame(SETTINGS, 0, 0) + frame(PING, 0, 0, b"12345678")) * 200, 400


def continuations(connection):
    return frame(HEADERS, 0, 1, header_block(INFER)[:10]) + frame(CONTINUATION, 0, 1) * 2000 + frame(CONTINUATION, END_HEADERS, 1), 2000


SHORT = {
    "nothing": nothing,
    "streams without open": unopened(INFER),
    "half a first message": unopened(INFER, b"\0\x00\x00\xff\xff" + b"\n" * 60000, connections=5, streams=100),
    "health watches": unopened(WATCH, message(b"")),
    "answers not read": unopened(LIST, message(b""), window=0),
    "flush": control_messages(FLUSH),
    "sessions opened and ended": repeated(sessions),
    "settings and pings": repeated(pings),
    "garbage": repeated(lists(message(b"\xff" * 20))),
    "scrapers": pages("/metrics"),
    "idle connections on HTTP": idle_connections("http", 2000),
}
LONG = {
    **SHORT,
    "control: busy processors": busy_processors,
    "reflection not read": unopened(REFLECT, message(b'"\x1bedgernn.v1.InferenceService') * 2000, window=0, connections=5, streams=200),
    "reset": control_messages(RESET),
    "open and reset": repeated(opens_and_resets),
    "continuations": repeated(continuations),
    "list": repeated(lists(message(b""))),
    "page": pages("/live.js"),
    "readiness": pages("/health/ready"),
    "idle connections on gRPC": idle_connections("grpc", 2000),
}
