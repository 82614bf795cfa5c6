#!/usr/bin/env bash
# Packs every stand-in into feed/.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=packages.sh
source packages.sh

cache=${NUGET_PACKAGES:-$HOME/.nuget/packages}

for package in "${packages[@]}"; do
  rm -rf "feed/$package".[0-9]*.nupkg "${package:?}/bin" "${package:?}/obj"
  dotnet pack "$package" --configuration Release --verbosity quiet --nologo -p:SourcesSha256="$(sources_hash "$package")"
  # The version stays the same when the content changes, so a cached copy would hide the new package.
  version=$(basename "feed/$package".[0-9]*.nupkg .nupkg)
  version=${version#"$package."}
  rm -rf "${cache:?}/${package,,}/$version"
done
