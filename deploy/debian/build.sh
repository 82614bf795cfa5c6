#!/usr/bin/env bash
# build.sh ARCHITECTURE PROGRAM FOLDER: makes FOLDER/edgernn_VERSION_ARCHITECTURE.deb and FOLDER/edgernn-VERSION-linux-ARCHITECTURE.tar.gz
# of a native program (docs/deploy.md), for amd64 or arm64. The same inputs give the same bytes: times are SOURCE_DATE_EPOCH, or the
# last commit's. VERSION overrides the version of Directory.Build.props.
set -euo pipefail
if (($# != 3)) || [[ $1 != amd64 && $1 != arm64 ]] || [[ ! -x $2 ]]; then
  echo 'usage: build.sh amd64|arm64 PROGRAM FOLDER' >&2
  exit 2
fi
architecture=$1
program=$(realpath "$2")
mkdir -p "$3"
out=$(realpath "$3")
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
version=${VERSION:-$(sed -nE 's,.*<Version>(.*)</Version>.*,\1,p' "$root/Directory.Build.props")}
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct 2>/dev/null || echo 0)}
export SOURCE_DATE_EPOCH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
umask 022

# The unit of deploy/systemd for the package's program and user. Native code needs no memory that is both writable and executable.
unit() {
  sed -e '1,/^\[Unit\]/{/^#/d}' \
    -e 's,^ExecStart=.*,ExecStart=/usr/bin/edgernn serve,' \
    -e 's,^DynamicUser=yes,User=edgernn\nGroup=edgernn\nMemoryDenyWriteExecute=yes,' \
    "$root/deploy/systemd/edgernn.service"
}

control() {
  cat <<END
Package: edgernn
Version: $version
Architecture: $architecture
Maintainer: The EdgeRnn authors <edgernn@localhost>
Installed-Size: $(du --summarize --apparent-size --block-size=1024 "$1" | cut -f 1)
Depends: libc6 (>= 2.34), adduser, init-system-helpers (>= 1.54)
Recommends: libssl3t64 | libssl3, ca-certificates
Section: net
Priority: optional
Description: streaming inference of recurrent neural networks over gRPC
 A server for edge devices: sensors stream frames in, results stream back.
 Each layer is computed for a block of frames in one reading of its weights.
END
}

package() {
  local tree=$work/deb documents=$work/deb/usr/share/doc/edgernn script
  install -D --mode=755 "$program" "$tree/usr/lib/edgernn/edgernn"
  install -D --mode=644 "$root/src/EdgeRnn.Cli/appsettings.json" "$tree/usr/lib/edgernn/appsettings.json"
  mkdir -p "$tree/usr/bin" "$tree/DEBIAN" "$tree/lib/systemd/system"
  ln -s ../lib/edgernn/edgernn "$tree/usr/bin/edgernn"
  install -D --mode=644 "$here/appsettings.json" "$tree/etc/edgernn/appsettings.json"
  unit >"$tree/lib/systemd/system/edgernn.service"
  install -D --mode=644 "$here/edgernn.bash" "$tree/usr/share/bash-completion/completions/edgernn"
  install -D --mode=644 "$here/_edgernn" "$tree/usr/share/zsh/vendor-completions/_edgernn"
  install -D --mode=644 "$here/copyright" "$documents/copyright"
  gzip -9n <"$root/CHANGELOG.md" >"$documents/changelog.gz"
  mkdir -p "$tree/usr/share/man/man1"
  gzip -9n <"$here/edgernn.1" >"$tree/usr/share/man/man1/edgernn.1.gz"
  control "$tree" >"$tree/DEBIAN/control"
  echo /etc/edgernn/appsettings.json >"$tree/DEBIAN/conffiles"
  for script in postinst prerm postrm; do
    install --mode=755 "$here/$script" "$tree/DEBIAN/$script"
  done
  (cd "$tree" && find . -type f ! -path './DEBIAN/*' -printf '%P\0' | sort -z | xargs -0 md5sum) >"$tree/DEBIAN/md5sums"
  dpkg-deb --root-owner-group -Zxz --build "$tree" "$out/edgernn_${version}_$architecture.deb" >/dev/null
}

tarball() {
  local name=edgernn-$version-linux-$architecture
  mkdir "$work/$name"
  cp "$program" "$root/src/EdgeRnn.Cli/appsettings.json" "$root/LICENSE" "$here/edgernn.1" "$here/edgernn.bash" "$here/_edgernn" \
    "$work/$name"
  sed 's,^ExecStart=/usr/bin/env dotnet /opt/edgernn/edgernn.dll,ExecStart=/opt/edgernn/edgernn,' "$root/deploy/systemd/edgernn.service" \
    >"$work/$name/edgernn.service"
  tar --create --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner -C "$work" "$name" |
    gzip -9n >"$out/$name.tar.gz"
}

package
tarball
ls -l "$out/edgernn_${version}_$architecture.deb" "$out/edgernn-$version-linux-$architecture.tar.gz"
