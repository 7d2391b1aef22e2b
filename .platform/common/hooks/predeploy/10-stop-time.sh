#!/bin/bash
# SIGTERM, then 30 s: the app ends what it is at in 25. systemd's own patience would be 90 s, and a deployment's with it.
set -euo pipefail
folder=/etc/systemd/system/web.service.d
mkdir -p "$folder"
printf '[Service]\nTimeoutStopSec=30\n' >"$folder/stop-time.conf"
systemctl daemon-reload
