# Sourced. Runs the image as a container with little memory, and measures it.
# shellcheck shell=bash
work=${work:?must be set to a temporary folder}
image=edgernn-check
container=edgernn-check-$$
read -r grpc_port http_port < <(/usr/bin/python3 -c 'import socket
taken = [socket.create_server(("", 0)) for _ in range(2)]
print(*(listener.getsockname()[1] for listener in taken))')
authority=127.0.0.1:$grpc_port

start_container() {
  podman --runtime runc run --detach --name "$container" --network=host --read-only --cap-drop=ALL \
    --security-opt=no-new-privileges --memory=128m --memory-swap=128m --pids-limit=200 --ulimit nofile=4096:4096 \
    --ulimit nproc=4096:4096 --env EDGERNN__GRPCPORT="$grpc_port" --env EDGERNN__HTTPPORT="$http_port" \
    "$image" >/dev/null 2>"$work/run.log" || { cat "$work/run.log"; return 1; }
}

remove_container() {
  podman rm --force --time 0 "$container" >/dev/null 2>&1
}

is_running() {
  [[ $(podman inspect --format '{{.State.Status}}' "$container") == running ]]
}

memory_of() { # field of /proc/PID/status; prints kB
  awk -v field="$1:" '$1 == field { print $2 }' "/proc/$(podman inspect --format '{{.State.Pid}}' "$container")/status"
}

edgernn() {
  dotnet src/EdgeRnn.Cli/bin/Release/net10.0/edgernn.dll "$@"
}

generate_stubs() { # folder
  protoc --plugin=protoc-gen-grpc_python=/usr/bin/grpc_python_plugin -I protos --python_out="$1" --grpc_python_out="$1" \
    edgernn/v1/inference.proto
}

python() {
  PYTHONPATH=$work PYTHONDONTWRITEBYTECODE=1 timeout 120 /usr/bin/python3 "$@"
}

# storm CONNECTIONS STREAMS SECONDS MESSAGE_BYTES FILE: prints the outcome of the streams; writes the resident kB near the end to FILE.
storm() {
  python eng/container/storm.py "$authority" "${@:1:4}" >"$work/counts" &
  local storm=$!
  sleep "$(($3 - 1))"
  memory_of VmRSS >"$5"
  wait "$storm" && cat "$work/counts"
}

# Milliseconds from the start of the container's process to the first result; the client retries until the server listens.
first_result() {
  python eng/container/first_result.py "$authority" "$(podman inspect --format '{{.State.Pid}}' "$container")"
}

seconds_since() { # EPOCHREALTIME
  awk -v from="$1" -v to="$EPOCHREALTIME" 'BEGIN { printf "%.1f", to - from }'
}
