#!/usr/bin/env bash
# The examples of deploy/proxy in front of `edgernn serve`: large streams, a sensor that is silent for longer than a proxy's default time-out,
# and the events of the live page. Prints one line per check, `pass …` or `FAIL …`; the exit code is 0 if none failed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit
source eng/peers/server.sh

readonly Silence=65 # seconds; nginx waits for 60 unless it is told otherwise, or the client pings
readonly Seconds=400 # of a sensor with 50 frames of 96 bytes: 1.9 MB
work=$(mktemp -d)
trap 'stop_server; rm -rf "$work"' EXIT
failed=0

edgernn() {
  dotnet src/EdgeRnn.Cli/bin/Release/net10.0/edgernn.dll "$@"
}

report() { # name, exit code
  if (($2 == 0)); then
    echo "pass $1"
  else
    echo "FAIL $1"
    failed=1
  fi
}

# The example with this run's addresses: two free ones for the proxy.
adapt() { # file
  read -r proxy_grpc proxy_http < <(/usr/bin/python3 eng/monitoring/free_ports.py)
  sed -e "s/127.0.0.1:8443/$proxy_grpc/; s/127.0.0.1:8080/$proxy_http/" \
    -e "s/127.0.0.1:8001/${grpc_address#http://}/; s/127.0.0.1:8000/${http_address#http://}/" "$1"
}

start_nginx() {
  adapt deploy/proxy/nginx.conf >"$work/edgernn.conf"
  local kind paths=''
  for kind in client_body proxy fastcgi uwsgi scgi; do
    paths+="${kind}_temp_path $work/temp; "
  done
  cat >"$work/nginx.conf" <<END
daemon off;
pid $work/nginx.pid;
error_log $work/nginx.log;
events {}
http { access_log off; $paths include $work/edgernn.conf; }
END
  nginx -c "$work/nginx.conf" -e "$work/nginx.log" &
}

start_haproxy() {
  adapt deploy/proxy/haproxy.cfg >"$work/haproxy.cfg"
  haproxy -f "$work/haproxy.cfg" >"$work/haproxy.log" 2>&1 &
}

silent_sensor() {
  head -n 4 "$work/frames.csv"
  sleep "$Silence"
  sed -n 5,7p "$work/frames.csv"
}

# In a subshell, so that both proxies are checked at the same time.
check_proxy() { # name
  local name=$1 address page proxy
  case $name in
    nginx) start_nginx ;;
    haproxy) start_haproxy ;;
  esac
  proxy=$!
  # shellcheck disable=SC2064 # this proxy, when the subshell ends
  trap "kill $proxy" EXIT
  address=http://$proxy_grpc
  page=http://$proxy_http/edgernn/
  if ! curl -sf --retry 50 --retry-delay 0 --retry-connrefused -o "$work/$name.html" "$page"; then
    report "$name: starts" 1
    tail -n 20 "$work/$name.log"
    return 1
  fi

  (
    silent_sensor | edgernn stream --address "$address" --model machine-vibration --input - --output "$work/$name.silent.csv"
  ) &
  local silent=$!
  edgernn stream --address "$address" --model machine-vibration --input "$work/frames.csv" --output "$work/$name.csv"
  cmp "$work/direct.csv" "$work/$name.csv"
  report "$name: a stream of $(stat -c %s "$work/frames.csv") bytes of CSV has the results of a direct one" $?
  local events
  events=$(timeout 5 curl -sN "${page}live/events" | grep -c '^data:')
  ((events >= 3))
  report "$name: the page's events come one by one" $?
  curl -sf "${page}live.js" | cmp - src/EdgeRnn.Server/Live/Page/live.js
  report "$name: the page's script" $?
  wait "$silent" && head -n 7 "$work/direct.csv" | cmp - "$work/$name.silent.csv"
  report "$name: a sensor that is silent for $Silence s goes on" $?
  return "$failed"
}

start_server "$work" || { echo 'FAIL proxies: the server does not start'; exit 1; }
http_address=$(sed -nE 's/^listening .* http=([^ ]+).*/\1/p' "$work/server.out")
edgernn simulate --seconds "$Seconds" --output "$work/frames.csv" >"$work/simulate.log" &&
  edgernn stream --address "$grpc_address" --model machine-vibration --input "$work/frames.csv" --output "$work/direct.csv"
report 'a direct stream' $?
(check_proxy nginx) &
nginx=$!
(check_proxy haproxy) || failed=1
wait "$nginx" || failed=1
exit "$failed"
