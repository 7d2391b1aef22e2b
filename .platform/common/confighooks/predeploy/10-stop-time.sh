#!/bin/bash
# SIGTERM, then 30 s: the app ends what it is at in 25. systemd's own patience would be 90 s, and a deployment's with it.
# What starts after the network is stopped before it: without that a machine that is shut down, as by scaling in, may
# take the network from the app while it gives its jobs back.
set -euo pipefail
folder=/etc/systemd/system/web.service.d
mkdir -p "$folder"
printf '[Unit]\nAfter=network.target nss-lookup.target\n\n[Service]\nTimeoutStopSec=30\n' >"$folder/stop-time.conf"
systemctl daemon-reload
