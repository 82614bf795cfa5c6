#!/usr/bin/env bash
# Builds the manifests with kustomize and checks each against the schema of its kind.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
kubectl kustomize deploy/kubernetes |
  /usr/bin/python3 -c 'import json, sys, yaml; json.dump(list(yaml.safe_load_all(sys.stdin)), sys.stdout)' |
  node eng/monitoring/kubernetes.mjs
