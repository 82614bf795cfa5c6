#!/usr/bin/env bash
# Installs what the checks need beyond the .NET SDK: Debian packages (as root, and only the missing ones) and Node packages.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

missing=()
need() { # Debian package, a command that succeeds if it is installed
  local package=$1
  shift
  "$@" >/dev/null 2>&1 || missing+=("$package")
}

need protobuf-compiler protoc --version
need protobuf-compiler-grpc test -x /usr/bin/grpc_python_plugin
need python3-grpcio /usr/bin/python3 -c 'import grpc'
need python3-protobuf /usr/bin/python3 -c 'import google.protobuf'
need python3-prometheus-client /usr/bin/python3 -c 'import prometheus_client.openmetrics.parser'
need chromium chromium --version
need shellcheck shellcheck --version
need unzip unzip -v
need nodejs node --version
need prometheus promtool --version
need prometheus-alertmanager amtool --version
need python3-yaml /usr/bin/python3 -c 'import yaml'
need curl curl --version
need systemd systemd-analyze --version
need kubernetes-client kubectl version --client
need podman podman --version
need runc runc --version
need debootstrap which debootstrap
need systemd-container systemd-nspawn --version
need groff-base groff --version
need npm npm --version
need nginx test -x /usr/sbin/nginx
need clang clang --version
need zlib1g-dev test -e /usr/include/zlib.h
need haproxy test -x /usr/sbin/haproxy

if ((${#missing[@]} > 0)); then
  echo "installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi
npm install --loglevel=error
