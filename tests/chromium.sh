#!/usr/bin/env bash
# Debian's chromium for the page tests: installs it where it is missing, fails when it can't.
set -euo pipefail
command -v chromium >/dev/null && exit 0
as_root=()
[ "$(id -u)" = 0 ] || as_root=(sudo)
if ! command -v apt-get >/dev/null; then
    echo "chromium is needed for the page tests, and this is no Debian: install it, then run again"; exit 1
fi
"${as_root[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null
command -v chromium >/dev/null || { echo "chromium could not be installed; the page tests need it"; exit 1; }
