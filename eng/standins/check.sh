#!/usr/bin/env bash
# Checks that every package in feed/ was packed from the present sources and has the public API that its PublicApi.txt lists.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=packages.sh
source packages.sh

failed=0
for package in "${packages[@]}"; do
  # The assembly's metadata has the attribute's strings as they are: key, one byte of length (64 is '@'), value.
  packed=$(unzip -p "feed/$package".[0-9]*.nupkg "lib/net10.0/$package.dll" | grep -aoE 'SourcesSha256@[0-9a-f]{64}' | cut -d @ -f 2 || true)
  sources=$(sources_hash "$package")
  if [[ $packed != "$sources" ]]; then
    echo "$package: packed from sources ${packed:-unknown}, which are now $sources: run eng/standins/pack.sh and commit the feed." >&2
    failed=1
  fi
done
((failed == 0)) || exit 1

dotnet test ../../tests/EdgeRnn.Standins.Tests --nologo --verbosity quiet --filter FullyQualifiedName~PublicApiTests
