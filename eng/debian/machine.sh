# Sourced. A Debian 12 that runs under systemd as its first process, in namespaces of its own (systemd-nspawn), without a network.
# shellcheck shell=bash
debian_packages=systemd,systemd-sysv,adduser,libssl3,ca-certificates,procps,zsh
debian_cache=${XDG_CACHE_HOME:-$HOME/.cache}/edgernn/debian-$(dpkg --print-architecture)-$(md5sum <<<"$debian_packages" | cut -c 1-8)

# make_debian FOLDER: the system, kept for the next run.
make_debian() {
  if [[ ! -d $debian_cache ]]; then
    rm -rf "$debian_cache.new"
    mkdir -p "$(dirname "$debian_cache")"
    debootstrap --variant=minbase --include="$debian_packages" bookworm "$debian_cache.new" >"$1/debootstrap.log" 2>&1 ||
      { tail -n 20 "$1/debootstrap.log"; return 1; }
    umount "$debian_cache.new/proc" "$debian_cache.new/sys" 2>/dev/null # debootstrap leaves them mounted
    mv "$debian_cache.new" "$debian_cache"
  fi
  cp -a "$debian_cache" "$1/machine"
  rm -f "$1/machine/etc/machine-id"
}

# boot_debian FOLDER: starts it and waits until systemd has come up.
boot_debian() {
  systemd-nspawn --quiet --register=no --keep-unit --private-network -D "$1/machine" --boot </dev/null >"$1/console" 2>&1 &
  nspawn=$!
  local tenths
  for ((tenths = 0; tenths < 600; tenths++)); do
    machine=$(pgrep -P "$nspawn" | head -n 1)
    if [[ -n $machine ]] && inside systemctl is-system-running 2>/dev/null | grep -qE '^(running|degraded)$'; then
      return
    fi
    kill -0 "$nspawn" 2>/dev/null || break
    sleep 0.1
  done
  tail -n 20 "$1/console"
  return 1
}

# inside COMMAND…: runs a command in the system.
inside() {
  nsenter --target "$machine" --mount --uts --ipc --net --pid --cgroup -- \
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"
}

stop_debian() {
  if [[ -n ${nspawn:-} ]]; then
    kill -s RTMIN+4 "$machine" 2>/dev/null # power off
    local tenths
    for ((tenths = 0; tenths < 100; tenths++)); do
      kill -0 "$nspawn" 2>/dev/null || return 0
      sleep 0.1
    done
    kill -9 "$machine" "$nspawn" 2>/dev/null
  fi
}
