"""figures.py PROGRAM [ROUNDS]: start and memory of the native program and of the managed one (a Release build), medians of interleaved rounds."""
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time

MANAGED = ["dotnet", "src/EdgeRnn.Cli/bin/Release/net10.0/edgernn.dll"]
# The image's settings.
ENVIRONMENT = {**os.environ, "DOTNET_gcServer": "0", "DOTNET_EnableDiagnostics": "0", "DOTNET_GCConserveMemory": "5"}
COLUMNS = ["first result after ms", "listening after ms", "idle MB", "anonymous MB", "100 streams MB", "anonymous MB"]


def resident(pid):
    """Megabytes in all, and anonymous ones."""
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        text = status.read()
    return [int(re.search(rf"{name}:\s+(\d+)", text).group(1)) * 1024 / 1e6 for name in ("VmRSS", "RssAnon")]


def first_result(command, stubs):
    """Milliseconds from the start of the process to the first result of a client that was waiting for it."""
    with socket.create_server(("", 0)) as free:
        port = free.getsockname()[1]
    client = subprocess.Popen(
        ["/usr/bin/python3", "eng/native/waiting_client.py", str(port)], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": stubs})
    client.stdout.readline()
    time.sleep(0.5)
    started = time.monotonic()
    server = subprocess.Popen([*command, "serve", "--grpc-port", str(port), "--http-port", "0"], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, env=ENVIRONMENT)
    try:
        return 1000 * (float(client.stdout.readline()) - started)
    finally:
        server.terminate()
        server.wait()
        client.wait()


def measure(command, native, stubs):
    first = first_result(command, stubs)
    started = time.perf_counter()
    server = subprocess.Popen(
        [*command, "serve", "--grpc-port", "0", "--http-port", "0"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=ENVIRONMENT)
    try:
        address = re.search(r"grpc=(\S+)", server.stdout.readline()).group(1)
        listening = 1000 * (time.perf_counter() - started)
        time.sleep(2)
        idle = resident(server.pid)
        subprocess.run(
            [native, "load", "--address", address, "--model", "machine-vibration", "--streams", "100", "--rate", "50", "--duration", "4"],
            check=True, stdout=subprocess.DEVNULL)
        return [first, listening, *idle, *resident(server.pid)]
    finally:
        server.terminate()
        server.wait()


def main(native, rounds=5):
    programs = {"native": [native], "managed": MANAGED}
    measured = {name: [] for name in programs}
    with tempfile.TemporaryDirectory() as stubs:
        subprocess.run(["protoc", "--plugin=protoc-gen-grpc_python=/usr/bin/grpc_python_plugin", "-I", "protos", f"--python_out={stubs}",
                        f"--grpc_python_out={stubs}", "edgernn/v1/inference.proto"], check=True)
        for _ in range(int(rounds)):
            for name, command in programs.items():
                measured[name].append(measure(command, native, stubs))
    for name, rows in measured.items():
        print(name, *(f"{column} {statistics.median(values):.1f}" for column, values in zip(COLUMNS, zip(*rows))), sep="   ")


if __name__ == "__main__":
    main(*sys.argv[1:])
