#!/bin/sh
# Installs what package-lock.json pins, once: again only when the lock file is newer. Run by the Maven build.
set -eu
cd "$(dirname "$0")"
installed=node_modules/.package-lock.json
if [ -f node_modules/kinesis-local/main.js ] && [ -f "$installed" ] && [ -z "$(find package-lock.json -newer "$installed")" ]; then
  exit 0
fi
for program in node npm; do
  command -v "$program" >/dev/null 2>&1 || {
    echo "kvs-infer: $program is not on the path; the local Kinesis needs Node.js 20 or newer with npm" >&2
    exit 1
  }
done
npm ci --prefer-offline --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
touch "$installed"
