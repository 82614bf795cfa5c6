#!/usr/bin/env bash
# run.sh [OPTIONS of storm.py]: the storm on a server process with the memory of a container of 128 MiB, for a quiet machine. Needs
# `dotnet build src/EdgeRnn.Cli -c Release`. eng/container/check.sh runs its short form on the image itself.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
work=$(mktemp -d)
DOTNET_GCTotalPhysicalMemory=0x8000000 DOTNET_gcServer=0 DOTNET_GCConserveMemory=5 EDGERNN__MAXMESSAGEBYTES=65536 \
  dotnet src/EdgeRnn.Cli/bin/Release/net10.0/edgernn.dll serve --grpc-port 0 --http-port 0 >"$work/listening" 2>"$work/log" &
server=$!
trap 'kill $server; wait; rm -rf "$work"' EXIT
until grep -q listening "$work/listening"; do
  kill -0 $server || { cat "$work/log"; exit 1; }
  sleep 0.1
done
port() {
  sed -E "s|.* $1=http://[^:]*:([0-9]+).*|\1|" "$work/listening"
}
/usr/bin/python3 eng/storm/storm.py "$(port grpc)" "$(port http)" "$server" --log "stat -c %s $work/log" "$@"
