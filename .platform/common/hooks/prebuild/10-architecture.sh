#!/bin/bash
# Modules made for other processors would fail only when the app starts, and the release before is gone by then.
set -euo pipefail
made_for=$(sed -n 's/.*"architecture": "\(.*\)".*/\1/p' release.json)
here=$(uname -m)
if [ "$here" = aarch64 ]; then here=arm64; fi
if [ "$made_for" != "$here" ]; then
  echo "This bundle is made for $made_for, and this instance is $here. Build it with: npm run bundle -- TIER --arch $here" >&2
  exit 1
fi
