#!/usr/bin/env bash
# The Dockerfile as it stands, built with podman on bases made here, and its image run as on a small device: read-only, without
# capabilities, in 128 MiB. One line per check, `pass …` or `FAIL …`; the figures follow. Debian 12, as root; eng/ci/install.sh installs
# what it needs.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit
source eng/container/bases.sh
source eng/container/run.sh

work=$(mktemp -d)
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

builds_for() { # architecture, as the registry calls it
  podman build --platform "linux/$1" --tag "$image" --network=host --isolation=chroot --format docker --pull=never \
    --volume /etc/ssl/certs:/etc/ssl/certs:ro . >"$work/build.log" 2>&1 || { tail -n 40 "$work/build.log"; return 1; }
}

is_what_it_says() { # architecture
  [[ $(podman image inspect --format '{{.Architecture}} {{.Config.User}}' "$image") == "$1 1654" ]] &&
    podman image inspect --format '{{json .Config.Labels}}' "$image" | grep -q '"org.opencontainers.image.title":"EdgeRnn"'
}

has_no_shell() {
  ! podman --runtime runc run --rm --entrypoint /bin/sh "$image" -c true 2>/dev/null
}

application_is_small() {
  application_bytes=$(podman history --format '{{.Size}} {{.CreatedBy}}' --human=false "$image" | awk '/COPY dir/ { print $1 }')
  ((application_bytes > 0 && application_bytes <= 12 * 1000 * 1000))
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

idles_in_90_mb() {
  idle=$(memory_of VmRSS)
  idle_parts="$(memory_of RssAnon) anonymous, $(memory_of RssShmem) compiled code, $(memory_of RssFile) mapped files"
  ((idle <= 90 * 1000))
}

takes_100_streams() {
  local counts
  counts=$(storm 10 10 8 960 "$work/busy") || return 1
  busy=$(cat "$work/busy")
  [[ $counts == '{"opened": 100}' ]] || { echo "$counts"; return 1; }
}

survives_a_storm() { # title of what must have been refused, connections, streams each, message bytes
  local counts
  counts=$(storm "$2" "$3" 6 "$4" "$work/storm") || return 1
  echo "$2 connections of $3 streams, messages of $4 bytes: $counts"
  grep -q "$1" <<<"$counts" && is_running && is_healthy
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

answers_within_a_second() {
  local attempt
  for attempt in 1 2 3; do
    remove_container
    start_container
    first=$(first_result) && ((${first%.*} <= 1000)) && return
    echo "attempt $attempt: $first ms"
  done
  return 1
}

# The other architecture has no base to run on here, but the build needs none: it copies what the builder's own architecture made.
builds_for_other() { # architecture
  import_runtime_base "$bases/debian" "$1" none >/dev/null && builds_for "$1" && is_what_it_says "$1" &&
    has_machine_code "$1"
}

largest_files() {
  podman run --help >/dev/null
}

dotnet build src/EdgeRnn.Cli -c Release -v quiet --nologo || exit
generate_stubs "$work" && make_bases "$work" || { echo 'FAIL container: the bases could not be made'; exit 1; }
architecture=$(dpkg --print-architecture)
check "the Dockerfile builds for $architecture" builds_for "$architecture"
((failed == 0)) || exit 1
check 'the image says what it is, and runs as user 1654' is_what_it_says "$architecture"
check 'the image has no shell' has_no_shell
check 'the application is at most 12 MB' application_is_small
check 'the first result comes within a second of the start' answers_within_a_second
check 'its own probe finds it healthy' is_healthy
check 'it idles in 90 MB' idles_in_90_mb
check 'it streams the demo model' streams_the_demo
check '100 streams at once' takes_100_streams
check 'a storm of streams is refused for memory' survives_a_storm 'memory' 50 8 65000
check 'a storm of connections is refused' survives_a_storm 'UNAVAILABLE' 1000 1 960
check 'the same results after the storms' serves_again
check 'it stops within its grace period' stops_cleanly
other=$([[ $architecture == amd64 ]] && echo arm64 || echo amd64)
check "the Dockerfile builds for $other" builds_for_other "$other"

cat <<END
application layer   $application_bytes bytes
largest in it       $(largest_files)
first result        $first ms after the start of the process
resident, idle      $idle kB: $idle_parts
resident, 100       $busy kB
resident, storm     $(cat "$work/storm") kB
stop                $stop_seconds s
END
((failed == 0)) || podman logs "$container" 2>&1 | tail -n 30
exit "$failed"
