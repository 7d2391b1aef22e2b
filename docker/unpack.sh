#!/bin/sh
# Unpacks the bundle for an image. A bundle of another architecture would build well, and fail with the first photo.
set -eu
mkdir /app
unzip -q /bundle.zip -d /app
made=$(sed -n 's/.*"architecture": *"\([^"]*\)".*/\1/p' /app/release.json)
wanted=$(uname -m | sed 's/aarch64/arm64/')
if [ "$made" != "$wanted" ]; then
  echo "The bundle is made for $made, this image for $wanted: npm run bundle -- <tier> --arch $wanted" >&2
  exit 1
fi
# For Elastic Beanstalk alone.
rm -rf /app/.ebextensions /app/.platform /app/Procfile
chmod -R a+rX,go-w /app
