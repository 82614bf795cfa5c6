#!/usr/bin/env bash
# Independent clients against `edgernn serve`: Python's grpcio, Node's grpc-js, and buf, which works like grpcurl. Prints one line per
# check, `pass …` or `FAIL …`; the exit code is 0 if none failed. eng/ci/install.sh installs the clients.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit
source eng/peers/server.sh

work=$(mktemp -d)
trap 'stop_server; rm -rf "$work"' EXIT

# Stubs of the contract, and of health and reflection because Debian has no Python packages of these.
generate_python_stubs() {
  local root file
  while read -r root file; do
    protoc --plugin=protoc-gen-grpc_python=/usr/bin/grpc_python_plugin -I "$root" --python_out="$work" --grpc_python_out="$work" "$file" ||
      return 1
  done <<'END'
protos edgernn/v1/inference.proto
eng/peers/protos/grpc/health/v1 health.proto
eng/peers/protos/grpc/reflection/v1 reflection.proto
END
}

python_check() {
  PYTHONPATH=$work PYTHONDONTWRITEBYTECODE=1 timeout 300 /usr/bin/python3 "eng/peers/python/$1" "${@:2}"
}

if ! generate_python_stubs || ! start_server "$work"; then
  echo 'FAIL peers: the checks could not start'
  exit 1
fi
authority=${grpc_address#http://}
failed=0
python_check check.py "$authority" || failed=1
timeout 300 node eng/peers/node/check.js "$authority" || failed=1
timeout 300 node eng/peers/node/buf_curl.js "$grpc_address" || failed=1
python_check drain.py "$authority" "$server_pid" || failed=1
expect_clean_exit || failed=1
((failed == 0)) || tail -n 50 "$work/server.log"
exit "$failed"
