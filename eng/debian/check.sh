#!/usr/bin/env bash
# check.sh [PROGRAM]: makes the Debian package of a native program, of PROGRAM if it is given, and installs, upgrades, removes and purges
# it in a Debian 12 with a running systemd. Prints lines `pass …` and `FAIL …`; the exit code is 0 if nothing failed. As root, on Debian.
# shellcheck disable=SC2317,SC2016  # `check` calls the functions by their names; variables in quotes are for the shell inside
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit
source eng/debian/machine.sh
work=$(mktemp -d)
failed=0
trap 'stop_debian; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

check() { # title, command…
  local output
  if output=$("${@:2}" 2>&1); then
    echo "pass debian: $1"
  else
    printf '%s\nFAIL debian: %s\n' "$output" "$1"
    failed=1
  fi
}

finish() {
  ((failed == 0)) || inside journalctl --no-pager --lines 30 --unit edgernn 2>/dev/null
  exit "$failed"
}

builds_packages() {
  version=$(sed -nE 's,.*<Version>(.*)</Version>.*,\1,p' Directory.Build.props)
  bash deploy/debian/build.sh "$(dpkg --print-architecture)" "$program" "$work/packages" &&
    VERSION=$version+1 bash deploy/debian/build.sh "$(dpkg --print-architecture)" "$program" "$work/packages" &&
    cp "$work"/packages/*.deb "$work/machine/root"
}

gives_the_same_bytes_again() {
  bash deploy/debian/build.sh "$(dpkg --print-architecture)" "$program" "$work/again" &&
    (cd "$work/again" && sha256sum ./*) >"$work/sums" &&
    (cd "$work/packages" && sha256sum --check --quiet "$work/sums")
}

has_the_program_in_the_archive() {
  tar --list --gzip --file "$work"/packages/edgernn-"$version"-linux-*.tar.gz >"$work/list" &&
    grep -q '/edgernn$' "$work/list" && grep -q '/edgernn.service$' "$work/list"
}

files() {
  inside find / -xdev \( -path /var/cache -o -path /var/log -o -path /var/lib/dpkg -o -path /var/lib/apt -o -path /tmp -o -path /root \
    -o -path /run -o -path /var/lib/systemd -o -path /etc/.pwd.lock \) -prune -o -print | sort
}

installs() { # version
  inside apt-get install -y --no-install-recommends "/root/edgernn_$1_$(dpkg --print-architecture).deb"
}

becomes() { # the output, command…
  local tenths found
  for ((tenths = 0; tenths < 300; tenths++)); do
    found=$(inside "${@:2}" 2>&1)
    [[ $found != "$1" ]] || return 0
    sleep 0.1
  done
  echo "expected $1, found $found"
  return 1
}

is_ready() {
  becomes active systemctl is-active edgernn && inside edgernn serve --health
}

property() { # name
  inside systemctl show --value --property "$1" edgernn
}

runs_as_its_user() {
  [[ $(property Type) == notify && $(inside ps -o user= -p "$(property MainPID)") == edgernn ]]
}

says_version_and_kernels() {
  local said
  said=$(inside edgernn --version)
  echo "$said"
  grep -qE "^edgernn ${version//./\\.} \([0-9a-f]{12}\), kernels (v512|v256|v128|scalar)$" <<<"$said"
}

is_hardened() {
  local exposure
  exposure=$(inside systemd-analyze security --no-pager edgernn | sed -nE 's/.*exposure level for [^:]+: ([0-9.]+) .*/\1/p')
  echo "exposure $exposure"
  awk "BEGIN { exit !($exposure <= 1.5) }"
}

streams() {
  inside sh -c 'edgernn simulate --seconds 2 --output /tmp/sensor.csv && edgernn stream --model machine-vibration --input /tmp/sensor.csv' |
    tee "$work/results" | tail -n 3
  (($(wc -l <"$work/results") >= 100))
}

completes() {
  inside bash -c 'source /usr/share/bash-completion/completions/edgernn
    COMP_LINE="edgernn st"; COMP_POINT=10; COMP_WORDS=(edgernn st); COMP_CWORD=1; _edgernn; [[ ${COMPREPLY[*]} == stream ]]' &&
    inside zsh -n /usr/share/zsh/vendor-completions/_edgernn
}

has_a_manual() {
  local complaints
  complaints=$(inside cat /usr/share/man/man1/edgernn.1.gz | gunzip | LC_ALL=C.UTF-8 groff -man -ww -z -Tutf8 - 2>&1)
  [[ -z $complaints ]] || { echo "$complaints"; return 1; }
}

comes_back() { # after this command on the main process
  local before
  before=$(property MainPID)
  inside "$@" "$before"
  local tenths
  for ((tenths = 0; tenths < 300; tenths++)); do
    [[ $(property MainPID) == "$before" || $(property MainPID) == 0 ]] || break
    sleep 0.1
  done
  is_ready && [[ $(property MainPID) != "$before" ]]
}

comes_back_when_frozen() {
  inside sh -c 'mkdir -p /run/systemd/system/edgernn.service.d && printf "[Service]\nWatchdogSec=3\n" \
    >/run/systemd/system/edgernn.service.d/test.conf && systemctl daemon-reload && systemctl restart edgernn' &&
    is_ready && comes_back kill -STOP
}

reads_its_settings() {
  inside sed -i 's/"EmbeddedIfEmpty": true,/"EmbeddedIfEmpty": true, "HttpPort": 8123,/' /etc/edgernn/appsettings.json &&
    inside systemctl restart edgernn && is_ready &&
    inside bash -c 'exec 3<>/dev/tcp/127.0.0.1/8123 && printf "GET /metrics HTTP/1.0\r\n\r\n" >&3 && cat <&3' >"$work/metrics" &&
    grep -q '^edgernn_' "$work/metrics"
}

upgrades() {
  local before
  before=$(property MainPID)
  installs "$version+1" && is_ready && [[ $(property MainPID) != "$before" ]] &&
    inside grep -q '"HttpPort": 8123' /etc/edgernn/appsettings.json &&
    [[ $(inside dpkg-query --show --showformat '${Version}' edgernn) == "$version+1" ]]
}

stays_disabled() {
  inside systemctl disable --now edgernn && installs "$version+1" --reinstall &&
    [[ $(inside systemctl is-enabled edgernn) == disabled ]] && inside systemctl enable --now edgernn
}

stops_in_order() {
  inside systemctl stop edgernn && [[ $(property Result) == success && $(property ExecMainStatus) == 0 ]] &&
    inside systemctl start edgernn && is_ready
}

is_removed() {
  inside apt-get remove -y edgernn && ! inside systemctl is-active edgernn && ! inside sh -c 'command -v edgernn' &&
    inside test -e /etc/edgernn/appsettings.json
}

leaves_nothing() {
  inside apt-get purge -y edgernn && files >"$work/after" && diff "$work/before" "$work/after" &&
    ! inside getent passwd edgernn
}

if (($# > 0)); then
  program=$(realpath "$1")
else
  echo 'publishing the native program'
  dotnet publish src/EdgeRnn.Cli -c Release -r linux-x64 -p:PublishAot=true -o "$work/native" >"$work/publish.log" 2>&1 ||
    { tail -n 20 "$work/publish.log"; exit 1; }
  program=$work/native/edgernn
fi
[[ -x $program && ! -d $program ]] || { echo "no program: $program"; exit 2; }

make_debian "$work" || { echo 'FAIL debian: a Debian system is made'; exit 1; }
builds_packages >"$work/build.log" 2>&1 || { cat "$work/build.log"; echo 'FAIL debian: the packages are made'; exit 1; }
check 'the same bytes again' gives_the_same_bytes_again
check 'an archive for other systems' has_the_program_in_the_archive
boot_debian "$work" || { echo 'FAIL debian: systemd comes up'; exit 1; }
files >"$work/before"
check 'apt installs it' installs "$version"
check 'the service is started' is_ready
check 'it runs as its own user and tells systemd' runs_as_its_user
check 'version, commit and kernels' says_version_and_kernels
check 'the unit is hardened' is_hardened
check 'a stream is answered' streams
check 'completions' completes
check 'a manual' has_a_manual
check 'it comes back after kill -9' comes_back kill -KILL
check 'the watchdog ends a frozen server' comes_back_when_frozen
check 'settings of the machine are read' reads_its_settings
check 'an upgrade restarts it and keeps the settings' upgrades
check 'a disabled service stays disabled' stays_disabled
check 'it stops in order' stops_in_order
check 'apt removes it and keeps the settings' is_removed
check 'a purge leaves nothing' leaves_nothing
finish
