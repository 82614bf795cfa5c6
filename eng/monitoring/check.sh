#!/usr/bin/env bash
# Checks the rules, the dashboard and the alerts on a real server under load, scraped by a real Prometheus, which reports to a real
# Alertmanager when the server is killed. Prints one line per check, `pass …` or `FAIL …`. eng/ci/install.sh installs what it needs.
# shellcheck disable=SC2317  # `check` and the trap call functions by their names
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit
source eng/peers/server.sh

cli=src/EdgeRnn.Cli/bin/Release/net10.0/edgernn.dll
work=$(mktemp -d)
failed=0
started=()

stop_all() {
  stop_server
  ((${#started[@]} == 0)) || kill "${started[@]}" 2>/dev/null
  wait
  rm -rf "$work"
}
trap stop_all EXIT

check() { # title, command…
  if "${@:2}" >"$work/output" 2>&1; then
    echo "pass monitoring: $1"
  else
    echo "FAIL monitoring: $1"
    cat "$work/output"
    failed=1
  fi
}

in_background() { # log, command…
  "${@:2}" >"$1" 2>&1 &
  started+=("$!")
}

# One stream at the sensor's rate, short ones that end, and one that sends a few frames, stays open and falls silent.
start_load() {
  dotnet "$cli" simulate --seconds 120 --seed 3 --output "$work/sensor.csv"
  head -n 20 "$work/sensor.csv" >"$work/short.csv"
  in_background "$work/steady.log" dotnet "$cli" stream --address "$grpc_address" --input "$work/sensor.csv" --rate 50 \
    --output "$work/steady.csv"
  # shellcheck disable=SC2094  # the sleep only keeps the pipe open
  mkfifo "$work/silent" && { sleep 600 >"$work/silent" & }
  started+=("$!")
  dotnet "$cli" stream --address "$grpc_address" --input - --output "$work/silent.csv" <"$work/silent" >"$work/silent.log" 2>&1 &
  started+=("$!")
  cat "$work/short.csv" >"$work/silent"
  in_background "$work/short.log" short_streams
}

short_streams() {
  while dotnet "$cli" stream --address "$grpc_address" --input "$work/short.csv" --output "$work/ended.csv"; do sleep 1; done
}

start_monitoring() {
  /usr/bin/python3 eng/monitoring/configure.py deploy "$work" "${http_address#http://}" "$prometheus" "$alertmanager" || return 1
  in_background "$work/alertmanager.log" prometheus-alertmanager --config.file="$work/alertmanager.yml" \
    --storage.path="$work/alertmanager" --web.listen-address="$alertmanager" --cluster.listen-address=
  in_background "$work/prometheus.log" prometheus --config.file="$work/prometheus.yml" --storage.tsdb.path="$work/prometheus" \
    --web.listen-address="$prometheus"
}

queries() {
  timeout 120 /usr/bin/python3 eng/monitoring/queries.py "http://$prometheus" deploy docs/metrics.md
}

alert_fires() { # name
  local tenths
  for ((tenths = 0; tenths < 600; tenths++)); do
    ! amtool --alertmanager.url="http://$alertmanager" alert query "alertname=$1" | grep -q "$1" || return 0
    sleep 0.1
  done
  amtool --alertmanager.url="http://$alertmanager" alert query
  return 1
}

metrics_are_clean() {
  curl --silent --show-error "$http_address/metrics" | promtool check metrics
}

check 'promtool check config' promtool check config deploy/prometheus/prometheus.yml
check 'promtool test rules' promtool test rules deploy/prometheus/edgernn_test.yml
check 'amtool check-config' amtool check-config deploy/alertmanager/alertmanager.yml
check 'systemd-analyze verify' bash eng/monitoring/systemd.sh
check 'Kubernetes manifests' bash eng/monitoring/kubernetes.sh

if ! start_server "$work"; then
  echo 'FAIL monitoring: the server does not start'
  exit 1
fi
http_address=$(sed -nE 's/^listening grpc=[^ ]+ http=(.+)/\1/p' "$work/server.out")
read -r prometheus alertmanager < <(/usr/bin/python3 eng/monitoring/free_ports.py)
start_load
check 'Prometheus and Alertmanager start' start_monitoring
check 'every query of the dashboard and of the rules returns data' queries
check 'a silent sensor reaches Alertmanager' alert_fires EdgeRnnSensorSilent
check 'promtool check metrics' metrics_are_clean
stop_server
server_pid=
check 'a killed server reaches Alertmanager' alert_fires EdgeRnnDown
((failed == 0)) || tail -n 20 "$work"/*.log
exit "$failed"
