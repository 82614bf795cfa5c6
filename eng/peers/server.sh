# Sourced. Runs `edgernn serve` on free ports with the embedded model: the managed program, or the native one that EDGERNN_PROGRAM names.
# shellcheck shell=bash
server_pid=
grpc_address=
EDGERNN_PROGRAM=${EDGERNN_PROGRAM:-}

# start_server FOLDER: builds and starts the server, which logs to FOLDER/server.log. Sets server_pid, and grpc_address once it listens.
start_server() {
  local program=(env -u EDGERNN_PROGRAM "$EDGERNN_PROGRAM")
  if [[ -z $EDGERNN_PROGRAM ]]; then
    program=(dotnet src/EdgeRnn.Cli/bin/Release/net10.0/edgernn.dll)
    dotnet build src/EdgeRnn.Cli -c Release -v quiet --nologo || return 1
  fi
  "${program[@]}" serve --grpc-port 0 --http-port 0 >"$1/server.out" 2>"$1/server.log" &
  server_pid=$!
  local tenths
  for ((tenths = 0; tenths < 600; tenths++)); do
    grpc_address=$(sed -nE 's/^listening grpc=([^ ]+) http=.*/\1/p' "$1/server.out")
    [[ -z $grpc_address ]] || return 0
    kill -0 "$server_pid" 2>/dev/null || break
    sleep 0.1
  done
  echo 'the server does not listen:'
  cat "$1/server.out" "$1/server.log"
  return 1
}

# After SIGTERM the server must be gone within a minute, with exit code 0.
expect_clean_exit() {
  local tenths code
  for ((tenths = 0; tenths < 600; tenths++)); do
    kill -0 "$server_pid" 2>/dev/null || break
    sleep 0.1
  done
  if kill -0 "$server_pid" 2>/dev/null; then
    echo 'FAIL SIGTERM: the server still runs after a minute'
    return 1
  fi
  wait "$server_pid"
  code=$?
  server_pid=
  if ((code != 0)); then
    echo "FAIL SIGTERM: expected the server's exit code 0, found $code"
    return 1
  fi
  echo 'pass SIGTERM: the server drains and exits with code 0'
}

# For the exit trap: kills the server if it still runs.
stop_server() {
  [[ -n $server_pid ]] || return 0
  kill -KILL "$server_pid" 2>/dev/null
  wait "$server_pid" 2>/dev/null
}
