"""storm.py GRPC HTTP PID [--seconds S] [--short] [--log COMMAND]: attacks of one client on a server on this machine, beside a well-behaved load.

Prints a line per attack: whether the server lives, what the live streams (10 at 50 frames/s, with a budget of 100 ms) noticed, its memory
and processor time, and the bytes that it logged. COMMAND prints the log's length. Exits with 1 if the server died, lost a frame, or logged
more than 1 MB per minute. Misses are printed and not judged: they are for a quiet machine.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

import attacks

LOAD = ["dotnet", "src/EdgeRnn.Cli/bin/Release/net10.0/edgernn.dll", "load", "--model", "machine-vibration", "--streams", "10", "--rate", "50",
        "--budget", "100"]
MOST_LOG_BYTES_PER_MINUTE = 1_000_000
FORMAT = "{:26} {:>5} {:>9} {:>8} {:>7} {:>7} {:>9}  {}"


class Server:
    def __init__(self, options):
        self.grpc, self.http, self.pid, self.log = options.grpc, options.http, options.pid, options.log

    def is_alive(self):
        return os.path.exists(f"/proc/{self.pid}/fd")

    def resident(self):
        with open(f"/proc/{self.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:")) / 1000

    def processor_seconds(self):
        with open(f"/proc/{self.pid}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def log_bytes(self):
        return int(subprocess.run(self.log, shell=True, capture_output=True, text=True, check=True).stdout) if self.log else 0


def attack(name, run, server, seconds, folder):
    report = os.path.join(folder, "load.json")
    begin, logged, used = time.time(), server.log_bytes(), server.processor_seconds()
    load = subprocess.Popen([*LOAD, "--address", f"http://127.0.0.1:{server.grpc}", "--duration", str(seconds + 1), "--json", report],
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    # The streams are open before the attack begins: it is them that must go on.
    time.sleep(1.5)
    did = run(server, time.time() + seconds)
    error = load.communicate(timeout=60)[1].strip()
    if not server.is_alive():
        print(FORMAT.format(name, "DEAD", "", "", "", "", "", did), flush=True)
        return False
    try:
        with open(report) as file:
            live = json.load(file)
        os.remove(report)
    except (OSError, ValueError):
        live = {}
    # The next attack begins with a server that has let go of this one.
    resident = server.resident()
    time.sleep(1)
    per_minute = (server.log_bytes() - logged) * 60 / (time.time() - begin)
    sent, answered = live.get("frames_sent", 0), live.get("frames_answered", -1)
    misses = live.get("deadline_misses", 0) / max(1, live.get("frames_due", 1))
    print(FORMAT.format(name, "yes", f"{live.get('latency_ms', {}).get('p99', 0):.0f} ms", f"{misses:.2%}", f"{resident:.0f} MB",
                        f"{server.processor_seconds() - used:.1f} s", f"{per_minute / 1000:.0f} kB", did or ""), flush=True)
    if sent != answered:
        print(f"  expected {sent} frames answered, found {answered}: {error}")
    return sent == answered and per_minute <= MOST_LOG_BYTES_PER_MINUTE


def main():
    parser = argparse.ArgumentParser()
    for name in ("grpc", "http", "pid"):
        parser.add_argument(name, type=int)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--log", help="a command that prints how long the log is")
    parser.add_argument("--only", help="names of attacks, separated by commas")
    options = parser.parse_args()
    server, held = Server(options), True
    chosen = attacks.SHORT if options.short else attacks.LONG
    if options.only:
        chosen = {name: chosen[name] for name in options.only.split(",")}
    print(FORMAT.format("attack", "alive", "live p99", "misses", "memory", "CPU", "log/min", "done"))
    with tempfile.TemporaryDirectory() as folder:
        for name, run in chosen.items():
            held = attack(name, run, server, int(options.seconds), folder) and held
            if not server.is_alive():
                break
    sys.exit(0 if held else 1)


main()
