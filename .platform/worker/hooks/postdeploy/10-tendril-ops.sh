#!/bin/bash
# The operator's command line, where `eb ssh tendril-worker -c 'tendril-ops …'` finds it.
set -euo pipefail
install -m 0755 tendril-ops /usr/local/bin/tendril-ops
