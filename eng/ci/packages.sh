#!/usr/bin/env bash
# Packs the solution and checks the packages; installs the tool package and runs it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dotnet pack EdgeRnn.sln -c Release -o "$work/packages"
failed=0
/usr/bin/python3 eng/ci/packages.py "$work/packages" || failed=1

version=$(dotnet msbuild src/EdgeRnn.Cli -getProperty:PackageVersion)
# A packages folder of its own, because NuGet would prefer an older package of this version in the common one.
if NUGET_PACKAGES=$work/nuget dotnet tool install edgernn --version "$version" --tool-path "$work/tool" --source "$work/packages" &&
  said=$("$work/tool/edgernn" --version) && [[ $said == *"$version"* ]]; then
  echo "pass edgernn, installed as a tool, tells its version: $said"
else
  echo "FAIL edgernn, installed as a tool, tells its version: expected $version, found ${said:-nothing}"
  failed=1
fi
exit "$failed"
