#!/usr/bin/env bash
# scrape.sh [STREAMS]: measures how long a scrape of /metrics takes while STREAMS streams run (default 1000), and how it affects their
# latency: `edgernn load` first alone, then with a scrape every 0.7 s. Needs `dotnet build src/EdgeRnn.Cli -c Release` and a quiet machine.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../src/EdgeRnn.Cli/bin/Release/net10.0"

streams=${1:-1000}
grpc=18501
http=18500
work=$(mktemp -d)
EDGERNN__MAXSTREAMSPERCONNECTION=$((streams + 10)) \
  dotnet edgernn.dll serve --grpc-port $grpc --http-port $http >"$work/listening" 2>"$work/log" &
server=$!
trap 'kill $server; wait; rm -rf "$work"' EXIT
until grep -q listening "$work/listening"; do
  kill -0 $server || { cat "$work/log"; exit 1; }
  sleep 0.1
done

load() {
  dotnet edgernn.dll load --address http://127.0.0.1:$grpc --model machine-vibration --streams "$streams" --rate 5 --duration 12
}

echo "== alone"
load
# Warm-up: the first scrape compiles its code.
curl -sf -o "$work/page" http://127.0.0.1:$http/metrics
echo "== scraped"
load &
loading=$!
sleep 4
for _ in {1..10}; do
  curl -sf -o "$work/page" -w '%{time_total}\n' http://127.0.0.1:$http/metrics
  sleep 0.7
done | sort -n | paste -sd ' ' | sed 's/^/seconds per scrape: /'
grep '^edgernn_sessions{' "$work/page"
wait $loading
