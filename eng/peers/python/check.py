"""Checks a running server with Python's grpcio: check.py HOST:PORT"""
import sys

import grpc

import failures
import services
import sessions
from checks import Server, run_all


def main(address):
    with grpc.insecure_channel(address) as channel:
        server = Server(channel)
        return run_all("python", sessions.CHECKS + failures.CHECKS + services.CHECKS, server)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
