# Sourced. Makes the images that the Dockerfile starts from on this machine, under their official names, without a registry.
# shellcheck shell=bash
sdk_base=mcr.microsoft.com/dotnet/sdk:10.0
runtime_base=mcr.microsoft.com/dotnet/runtime-deps:10.0-noble-chiseled
dotnet_root=$(dirname "$(readlink -f "$(command -v dotnet)")")

# make_bases FOLDER: makes them, unless an earlier run with the same SDK did.
make_bases() {
  local version
  version=$(dotnet --version)
  if [[ $(podman image inspect --format '{{.Labels.edgernn_sdk}}' "$runtime_base" 2>/dev/null) == "$version" ]]; then
    echo 'the bases are there'
    return
  fi
  debootstrap --variant=minbase --include=ca-certificates,libssl3 bookworm "$1/debian" >"$1/debootstrap.log" 2>&1 ||
    { tail -n 20 "$1/debootstrap.log"; return 1; }
  # debootstrap leaves them mounted.
  umount "$1/debian/proc" "$1/debian/sys" 2>/dev/null
  import_sdk_base "$1/debian" && import_runtime_base "$1/debian" "$(dpkg --print-architecture)" "$version"
}

import_sdk_base() { # Debian's root
  tar --create --one-file-system --exclude='./var/cache/apt/archives/*.deb' --exclude=./dev --exclude=./usr/share/doc --exclude=./usr/share/locale \
    --exclude=templates -C "$1" . \
    -C "$dotnet_root/.." --transform "s,^$(basename "$dotnet_root"),usr/share/dotnet," "$(basename "$dotnet_root")" |
    podman import --quiet --change 'ENV PATH=/usr/share/dotnet:/usr/sbin:/usr/bin:/sbin:/bin' \
      --change 'ENV DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=true' - "$sdk_base"
}

# As the official image: the C and C++ libraries, OpenSSL, certificates, the user 1654, and no shell.
import_runtime_base() { # Debian's root, architecture, SDK version
  local root
  root=$(dirname "$1")/runtime
  rm -rf "$root"
  mkdir -p "$root"/{etc,tmp,usr/lib,usr/share}
  chmod 1777 "$root/tmp"
  (cd "$1" && tar --create --dereference etc/ssl usr/share/ca-certificates usr/lib64/ld-linux* \
    usr/lib/*-linux-gnu/lib{c,m,dl,rt,pthread,gcc_s,stdc++,ssl,crypto,z}.so.*) | tar --extract -C "$root"
  ln -s usr/lib usr/lib64 "$root"
  echo 'app:x:1654:1654::/home/app:/bin/false' >"$root/etc/passwd"
  echo 'app:x:1654:' >"$root/etc/group"
  tar --create -C "$root" . | podman import --quiet --arch "$2" --change "LABEL edgernn_sdk=$3" --change 'USER 1654' \
    --change 'ENV PATH=/usr/bin' --change 'ENV APP_UID=1654' --change 'ENV DOTNET_RUNNING_IN_CONTAINER=true' \
    --change 'ENV ASPNETCORE_HTTP_PORTS=8080' --change 'ENV DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=true' - "$runtime_base"
}
