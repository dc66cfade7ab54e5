#!/usr/bin/env bash
# The servers that the transport tests start: Debian's sshd and nginx, and an S3 store (moto) in the tests' Python
# environment. Installs what is missing, fails when it can't.
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
[ -x /usr/sbin/sshd ] || missing+=(openssh-server)
command -v ssh >/dev/null || missing+=(openssh-client)
command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || missing+=(nginx-light)
command -v openssl >/dev/null || missing+=(openssl)
if [ ${#missing[@]} -gt 0 ]; then
    as_root=()
    [ "$(id -u)" = 0 ] || as_root=(sudo)
    if ! command -v apt-get >/dev/null; then
        echo "${missing[*]} needed for the transport tests, and this is no Debian: install them, then run again"; exit 1
    fi
    "${as_root[@]}" apt-get update -qq
    # Installed for the tests alone: no service of theirs is started.
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee /tmp/no-services.$$ >/dev/null
    "${as_root[@]}" chmod +x /tmp/no-services.$$
    held=""
    if [ ! -e /usr/sbin/policy-rc.d ]; then "${as_root[@]}" cp /tmp/no-services.$$ /usr/sbin/policy-rc.d; held=yes; fi
    status=0
    DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null || status=$?
    [ -z "$held" ] || "${as_root[@]}" rm -f /usr/sbin/policy-rc.d
    "${as_root[@]}" rm -f /tmp/no-services.$$
    [ "$status" = 0 ] || { echo "${missing[*]} could not be installed; the transport tests need them"; exit 1; }
fi
[ -x /usr/sbin/sshd ] || { echo "sshd could not be installed; the transport tests need it"; exit 1; }
# sshd wants this folder when root starts it; its package's service would make it.
[ "$(id -u)" != 0 ] || mkdir -p /run/sshd
[ -x .venv/bin/moto_server ] || { echo "the S3 store is missing: run make .venv/ready"; exit 1; }
