#!/usr/bin/env bash
# kustomize builds the manifests, and each satisfies the schema of its kind.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
kubectl kustomize deploy/kubernetes |
  /usr/bin/python3 -c 'import json, sys, yaml; json.dump(list(yaml.safe_load_all(sys.stdin)), sys.stdout)' |
  node eng/monitoring/kubernetes.mjs
