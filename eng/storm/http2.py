"""The little of HTTP/2 (RFC 9113) and HPACK (RFC 7541, literals only) that an attacker needs."""
import socket
import struct

DATA, HEADERS, RST_STREAM, SETTINGS, PING, WINDOW_UPDATE, CONTINUATION = 0, 1, 3, 4, 6, 8, 9
END_STREAM, END_HEADERS = 1, 4
INFER = "/edgernn.v1.InferenceService/StreamInfer"
LIST = "/edgernn.v1.InferenceService/ListModels"
WATCH = "/grpc.health.v1.Health/Watch"
REFLECT = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def message(payload):
    """A gRPC message with its prefix."""
    return b"\0" + struct.pack(">I", len(payload)) + payload


def header_block(path):
    fields = {":method": "POST", ":scheme": "http", ":path": path, ":authority": "localhost",
              "content-type": "application/grpc", "te": "trailers"}
    return b"".join(b"\0" + _text(name) + _text(value) for name, value in fields.items())


def _text(value):
    return bytes([len(value)]) + value.encode()


class Connection:
    """A connection whose streams are opened by raw frames. Nothing is read unless asked for."""

    def __init__(self, port, window=None):
        self.socket = socket.create_connection(("127.0.0.1", port), 5)
        self._stream = -1
        settings = b"" if window is None else struct.pack(">HI", 4, window)
        self.socket.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(SETTINGS, 0, 0, settings))

    def call(self, path, *messages, ends=False):
        """The frames of a call, to be sent."""
        self._stream += 2
        frames = [frame(HEADERS, END_HEADERS, self._stream, header_block(path))]
        frames += [frame(DATA, 0, self._stream, payload[at:at + 16384]) for payload in messages for at in range(0, len(payload), 16384)]
        if ends:
            frames.append(frame(DATA, END_STREAM, self._stream))
        return b"".join(frames)

    @property
    def stream(self):
        return self._stream

    def send(self, data):
        self.socket.settimeout(0.5)
        self.socket.sendall(data)

    def discard(self):
        """Throws away what has arrived."""
        self.socket.settimeout(0.001)
        try:
            while self.socket.recv(1 << 18):
                pass
        except OSError:
            pass

    def close(self):
        self.socket.close()
