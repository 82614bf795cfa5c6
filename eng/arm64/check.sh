#!/bin/bash
# check.sh [FOLDER]
#
# Tests the kernels for ARM64 on an x64 Linux machine: .NET's ahead-of-time compiler compiles them, and QEMU runs the code. Every kernel
# must give the bits of x64, stay within its buffers and preserve the callee-saved registers. Every inner loop must stay in registers, and
# reach its share of the peak of a CPU model. Exits non-zero and says why if a check fails.
#
# Installs missing Debian packages. Works in FOLDER, whose files remain, among them the compiler's listing; by default in a temporary one.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)

fail() {
  echo "eng/arm64/check.sh: $*" >&2
  exit 1
}

step() {
  printf '[%3ds] %s\n' "$SECONDS" "$*"
}

# Runs a command, and prints its output only if it fails.
quietly() {
  "$@" > "$work/log" 2>&1 || {
    cat "$work/log" >&2
    fail "failed: $*"
  }
}

install_packages() {
  local packages=()
  command -v qemu-aarch64-static > /dev/null || packages+=(qemu-user-static)
  command -v aarch64-linux-gnu-gcc > /dev/null || packages+=(gcc-aarch64-linux-gnu)
  [ -e /usr/aarch64-linux-gnu/lib/libc.a ] || packages+=(libc6-dev-arm64-cross)
  command -v python3 > /dev/null || packages+=(python3)
  [ -n "$(find_llvm_mca 19)" ] || packages+=(llvm-19) # the first with a model of the neoverse-n1 in Debian 12
  [ ${#packages[@]} -gt 0 ] || return 0
  step "Installing ${packages[*]}"
  local as_root=()
  [ "$(id -u)" -eq 0 ] || as_root=(sudo)
  quietly "${as_root[@]}" apt-get update
  quietly "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${packages[@]}"
}

# The newest llvm-mca, if it is at least of the given version.
find_llvm_mca() {
  local newest version
  newest=$(find /usr/lib/llvm-*/bin/llvm-mca 2> /dev/null | sort -V | tail -n 1)
  version=${newest#/usr/lib/llvm-}
  if [ "${version%%/*}" -ge "$1" ] 2> /dev/null; then echo "$newest"; fi
}

# Restores the compiler in the runtime's version, or the newest older patch that the feed has; prints its path.
restore_compiler() {
  local patch version packages
  for ((patch = ${runtime_version##*.}; patch >= 0; patch--)); do
    version=${runtime_version%.*}.$patch
    if dotnet restore "$here/Compiler" --artifacts-path "$work/artifacts" -p:CompilerVersion="$version" > "$work/log" 2>&1; then
      packages=$(dotnet nuget locals global-packages --list)
      echo "${packages#*: }/microsoft.netcore.app.crossgen2.linux-x64/$version/tools/crossgen2"
      return
    fi
  done
  cat "$work/log" >&2
  return 1
}

artifact() {
  echo "$work/artifacts/bin/$1/release/$1.dll"
}

# compile LEVEL OPTION: builds the kernels for a level of the instruction set as a program for QEMU.
compile() {
  local out="$work/$1" corelib="$work/System.Private.CoreLib.dll" references=() library
  mkdir -p "$out"
  rm -f "$out/kernels.asm" # the compiler appends to it
  for library in "$runtime"/System*.dll; do
    [ "$(basename "$library")" = System.Private.CoreLib.dll ] || references+=(-r "$library")
  done
  # With inputbubble the core library counts as compiled along with the kernels; otherwise its vector types would not be inlined.
  quietly "$compiler" "$work/Arm64Kernels.dll" -o "$out/kernels.dll" -r "$corelib" "${references[@]}" \
    --inputbubble --inputbubbleref:"$corelib" --targetos:linux --targetarch:arm64 --instruction-set:"neon,aes,crc,$2" -O \
    --map --mapcsv --parallelism 1 --codegenopt:JitDisasm='*' --codegenopt:JitStdOutFile="$out/kernels.asm"
  quietly python3 "$here/image.py" "$out/kernels.dll" "$out/kernels.map.csv" "$out"
  quietly aarch64-linux-gnu-gcc -std=gnu17 -Wall -Wextra -Werror -O2 -static -Wl,--no-warn-rwx-segments -I"$out" \
    -o "$out/harness" "$here"/Native/*.c "$here/Native/calls.S" "$out/kernels.S" -lm
}

[ "$(uname -sm)" = "Linux x86_64" ] || fail "needs Linux on x64, found $(uname -sm)"
if [ $# -gt 0 ]; then
  mkdir -p "$1"
  work=$(cd "$1" && pwd)
else
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
fi
cd "$here" # global.json chooses the SDK

install_packages
runtime=$(dotnet --list-runtimes | sed -n 's|^Microsoft.NETCore.App \(10\.[^ ]*\) \[\(.*\)\]$|\2/\1|p' | tail -n 1)
[ -n "$runtime" ] || fail "found no runtime of .NET 10"
runtime_version=$(basename "$runtime")
compiler=$(restore_compiler) || fail "crossgen2 $runtime_version could not be restored, nor any older one"
step "Runtime $runtime_version, compiler $(basename "$(dirname "$(dirname "$compiler")")")"

quietly dotnet build Arm64.slnx -c Release -v quiet -nologo --artifacts-path "$work/artifacts" --disable-build-servers
rewrite=$(artifact Arm64Rewrite)
quietly dotnet "$rewrite" corelib "$runtime/System.Private.CoreLib.dll" "$work/System.Private.CoreLib.dll"
quietly dotnet "$rewrite" kernels "$(artifact Arm64Kernels)" "$work/Arm64Kernels.dll"
step "$(dotnet "$(artifact Arm64Cases)" "$work/cases")"

compile armv8.0 -dotprod
compile armv8.2 dotprod
failed=()
for cpu_and_level in cortex-a72:armv8.0 cortex-a76:armv8.2 max:armv8.2; do
  cpu=${cpu_and_level%:*} level=${cpu_and_level#*:}
  step "$cpu, code for $level"
  qemu-aarch64-static -cpu "$cpu" "$work/$level/harness" "$work/cases" | sed 's/^/       /' || failed+=("$cpu")
done
step "Inner loops, predicted by $(basename "$(dirname "$(dirname "$(find_llvm_mca 19)")")")"
python3 -B "$here/report.py" "$work/armv8.0/kernels.asm" "$(find_llvm_mca 19)" || failed+=("inner loops")
[ ${#failed[@]} -eq 0 ] || fail "failed: ${failed[*]} (see FAILED above)"
step "ARM64 kernels: all checks passed"
