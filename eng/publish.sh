#!/usr/bin/env bash
# Publishes one executable as a single self-contained file (eng/Publish.props).
# Usage: eng/publish.sh PROJECT FILE
set -euo pipefail
cd "$(dirname "$0")/.."
project=$1 file=$2

staging=$(dirname "$project")/obj/publish
rm -rf "$staging"
# Restored as a solution: a restore for one platform would add that platform to the lock files of the libraries.
dotnet restore K8sRecorder.slnx -v quiet
dotnet publish "$project" --no-restore -c Release -r "${RecorderRid:-linux-x64}" -o "$staging" -v quiet
mkdir -p "$(dirname "$file")"
mv -f "$staging/$(basename "$file")" "$file"
touch "$file"
rm -rf "$staging"
echo "build: $file ($(du -h "$file" | cut -f 1))"
