"""Prints two addresses HOST:PORT that are free."""
import socket

if __name__ == "__main__":
    taken = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
    print(*("%s:%d" % listener.getsockname() for listener in taken))
