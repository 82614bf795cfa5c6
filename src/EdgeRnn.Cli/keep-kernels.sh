#!/bin/sh
# keep-kernels.sh FROM.o TO.o TABLE WIDTH...: keeps the machine code of an object of .NET's ahead-of-time compiler, hidden from the runtime
# that it is linked with, and exports for each WIDTH, as V256, the function TABLE<WIDTH> as edgernn_kernels_v256.
set -eu
from=$1 to=$2 table=$3
shift 3
names=
for width in "$@"; do
  name=edgernn_kernels_$(echo "$width" | tr V v)
  names="$names --redefine-sym $table$width=$name --keep-global-symbol=$name"
done
# Without the list of modules no types are registered, and without tables for unwinding no frame is looked for. The runtime finds managed
# code by the names of its sections, so those are changed.
# shellcheck disable=SC2086 # options, separated by spaces
objcopy --remove-section=__modules --remove-section=.rela__modules --remove-section=.eh_frame --remove-section=.rela.eh_frame \
  --remove-section=.dotnet_eh_table --remove-section=.rela.dotnet_eh_table \
  --rename-section __managedcode=.text.kernels --rename-section __unbox=.text.kernels.unbox $names "$from" "$to"
