#!/bin/bash
# A line per request can be more than journald and rsyslog take by default; they drop the rest without a word.
set -euo pipefail
folder=/etc/systemd/system/web.service.d
mkdir -p "$folder"
printf '[Service]\nLogRateLimitIntervalSec=0\n' >"$folder/log-rate.conf"
systemctl daemon-reload

rates=/etc/rsyslog.d/tendril-rates.conf
wanted='$imjournalRatelimitInterval 600
$imjournalRatelimitBurst 1000000'
if [ "$(cat "$rates" 2>/dev/null)" != "$wanted" ]; then
  printf '%s\n' "$wanted" >"$rates"
  systemctl try-restart rsyslog || echo "rsyslog was not restarted: it may drop lines until it is"
fi
