#!/usr/bin/env bash
# Builds the Dockerfile with podman on bases made on this machine, and runs the image as on a small device: read-only, without
# capabilities, in 128 MiB. Prints one line per check, `pass …` or `FAIL …`, then the figures. Debian 12, as root; eng/ci/install.sh
# installs what it needs.
# shellcheck disable=SC2317  # `check` calls the functions by their names
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit
work=$(mktemp -d)
source eng/container/bases.sh
source eng/container/run.sh

trap 'remove_container; rm -rf "$work"' EXIT
failed=0

check() { # title, command…
  if "${@:2}"; then
    echo "pass container: $1"
  else
    echo "FAIL container: $1"
    failed=1
  fi
}

# podman 4 does not set BUILDPLATFORM.
builds_for() { # architecture, native or managed
  podman build --platform "linux/$1" --build-arg BUILDPLATFORM="linux/$architecture" --build-arg PROGRAM="$2" --tag "$image" --network=host \
    --isolation=chroot --format docker --pull=never --volume /etc/ssl/certs:/etc/ssl/certs:ro . >"$work/build.log" 2>&1 ||
    { tail -n 40 "$work/build.log"; return 1; }
}

is_what_it_says() { # architecture
  [[ $(podman image inspect --format '{{.Architecture}} {{.Config.User}}' "$image") == "$1 1654" ]] &&
    podman image inspect --format '{{json .Config.Labels}}' "$image" | grep -q '"org.opencontainers.image.title":"EdgeRnn"'
}

has_no_shell() {
  ! podman --runtime runc run --rm --entrypoint /bin/sh "$image" -c true 2>/dev/null
}

# Sum of the layers as they are, and as a registry holds them.
image_is_small() {
  image_bytes=$(podman image inspect --format '{{.Size}}' "$image")
  compressed_bytes=$(podman save "$image" 2>/dev/null | gzip | wc -c)
  ((image_bytes <= 45 * 1000 * 1000 && compressed_bytes > 0 && compressed_bytes <= 20 * 1000 * 1000))
}

listens() {
  local tenths
  for ((tenths = 0; tenths < 300; tenths++)); do
    ! podman logs "$container" 2>/dev/null | grep -q '^listening' || return 0
    sleep 0.1
  done
  return 1
}

is_healthy() {
  local tenths
  for ((tenths = 0; tenths < 100; tenths++)); do
    ! podman healthcheck run "$container" >/dev/null 2>&1 || return 0
    sleep 0.1
  done
  return 1
}

streams_the_demo() {
  edgernn simulate --seconds 20 --seed 3 --output "$work/sensor.csv" &&
    edgernn stream --address "http://$authority" --input "$work/sensor.csv" --output "$work/results.csv" &&
    (($(wc -l <"$work/results.csv") == 20 * 50 + 1))
}

# Measured before the first request, and after one to the health page: code that only requests need is loaded with the first of them.
idles_in_60_mb() {
  remove_container
  start_container && listens || return 1
  idle=$(memory_of VmRSS)
  idle_parts="$(memory_of RssAnon) anonymous, $(memory_of RssFile) mapped files"
  is_healthy && probed=$(memory_of VmRSS) && ((idle <= 60 * 1000))
}

takes_100_streams() {
  local counts
  counts=$(storm 10 10 8 960 "$work/busy") || return 1
  busy=$(cat "$work/busy")
  [[ $counts == '{"opened": 100}' ]] || { echo "$counts"; return 1; }
}

survives_a_storm() { # expected refusal, connections, streams each, message bytes
  local counts
  counts=$(storm "$2" "$3" 6 "$4" "$work/storm") || return 1
  echo "$2 connections of $3 streams, messages of $4 bytes: $counts"
  grep -q "$1" <<<"$counts" && is_running && is_healthy
}

survives_attacks() {
  /usr/bin/python3 eng/storm/storm.py "$grpc_port" "$http_port" "$(podman inspect --format '{{.State.Pid}}' "$container")" \
    --short --seconds 3 --log "podman logs $container 2>&1 | wc -c" && is_running && is_healthy
}

serves_again() {
  local tenths
  for ((tenths = 0; tenths < 100; tenths++)); do
    edgernn stream --address "http://$authority" --input "$work/sensor.csv" --output "$work/again.csv" 2>/dev/null && break
    sleep 0.1
  done
  cmp "$work/results.csv" "$work/again.csv"
}

stops_cleanly() {
  local started=$EPOCHREALTIME
  podman stop --time 20 "$container" >/dev/null && stop_seconds=$(seconds_since "$started") &&
    [[ $(podman inspect --format '{{.State.ExitCode}}' "$container") == 0 ]]
}

answers_within_two_seconds() {
  local attempt
  for attempt in 1 2 3 4 5; do
    remove_container
    start_container
    first=$(first_result) && ((${first%.*} <= 2000)) && return
    echo "attempt $attempt: $first ms"
  done
  return 1
}

# The image of the other architecture is built but not run: the build needs no .NET of that architecture.
builds_for_other() { # architecture
  builds_for "$1" native && is_what_it_says "$1" && has_code_for "$1"
}

copy_application() { # folder
  local created code
  created=$(podman create --platform "linux/$(podman image inspect --format '{{.Architecture}}' "$image")" "$image" 2>/dev/null) &&
    podman cp "$created:/app" "$1"
  code=$?
  podman rm "$created" >/dev/null
  return "$code"
}

# By the machine field of the program's ELF header.
has_code_for() { # architecture
  local machine
  rm -rf "$work/code"
  copy_application "$work/code" || return
  machine=$(od -An -tx2 -j18 -N2 "$work/code/edgernn")
  echo "ELF machine$machine"
  [[ $machine == ' 003e' && $1 == amd64 || $machine == ' 00b7' && $1 == arm64 ]]
}

serves_managed_too() {
  remove_container
  builds_for "$architecture" managed && start_container && listens && serves_again
}

refuses_another_program() {
  ! builds_for "$architecture" fast >"$work/refusal" && grep -q "PROGRAM: expected native or managed, found fast" "$work/refusal"
}

dotnet build src/EdgeRnn.Cli -c Release -v quiet --nologo || exit
if ! generate_stubs "$work" || ! make_bases "$work"; then
  echo 'FAIL container: the bases could not be made'
  exit 1
fi
architecture=$(dpkg --print-architecture)
check "the Dockerfile builds for $architecture" builds_for "$architecture" native
((failed == 0)) || exit 1
check 'the image says what it is, and runs as user 1654' is_what_it_says "$architecture"
check 'the image has no shell' has_no_shell
check "its code is that of $architecture" has_code_for "$architecture"
check 'the image is at most 45 MB, compressed 20 MB' image_is_small
check 'the first result comes within two seconds of the start' answers_within_two_seconds
check 'its own probe finds it healthy' is_healthy
check 'it idles in 60 MB' idles_in_60_mb
check 'it streams the demo model' streams_the_demo
check '100 streams at once' takes_100_streams
check 'a storm of streams is refused for memory' survives_a_storm 'memory' 50 8 65000
check 'a storm of connections is refused' survives_a_storm 'UNAVAILABLE' 1000 1 960
check 'attacks of one client leave it alive, its streams whole and its log short' survives_attacks
check 'the same results after the storms' serves_again
check 'it stops within its grace period' stops_cleanly
other=$([[ $architecture == amd64 ]] && echo arm64 || echo amd64)
check 'a managed image gives the same results' serves_managed_too
check "the Dockerfile builds for $other" builds_for_other "$other"
check 'another program is refused' refuses_another_program

cat <<END
image               $image_bytes bytes, compressed $compressed_bytes
first result        $first ms after the start of the process
resident, idle      $idle kB: $idle_parts
resident, probed    $probed kB
resident, 100       $busy kB
resident, storm     $(cat "$work/storm") kB
stop                $stop_seconds s
END
((failed == 0)) || podman logs "$container" 2>&1 | grep -v refused | tail -n 30
exit "$failed"
