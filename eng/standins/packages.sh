# shellcheck shell=bash
# Shared by pack.sh and check.sh; sourced with eng/standins as the working directory.

# In order of dependency: each restores those before it from the feed.
# shellcheck disable=SC2034 # read by the scripts that source this file
packages=(
  Grpc.Core.Api
  Grpc.Net.Common
  Grpc.HealthCheck
  Grpc.AspNetCore.HealthChecks
  Grpc.Reflection
  Grpc.AspNetCore.Server.Reflection
  OpenTelemetry.Extensions.Hosting
)

# sources_hash PACKAGE: one SHA-256 over the names and contents of all that the package is built from.
sources_hash() {
  {
    find "$1" -type f \( -name '*.cs' -o -name '*.csproj' -o -name '*.proto' \) -not -path '*/bin/*' -not -path '*/obj/*'
    find keys Directory.Build.props -type f
  } | LC_ALL=C sort | xargs sha256sum | sha256sum | cut -d ' ' -f 1
}
