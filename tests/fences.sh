#!/usr/bin/env bash
# Holds the fences between the rooms: what each member may depend on among the others, and the
# heavy libraries that belong to one room alone. Reads the manifests through cargo; builds nothing.
set -euo pipefail
cd "$(dirname "$0")/.."

failed=0
tree() { cargo tree --locked --offline -p "$1" -e normal --prefix none --format '{p}' 2>/dev/null || cargo tree --locked -p "$1" -e normal --prefix none --format '{p}'; }

# Everything of the project that a member reaches, directly or not.
fence() {
    local member=$1 allowed=" $2 " found
    found=$(tree "$member" | awk '{print $1}' | grep '^pathways' | sort -u | grep -vx "$member" || true)
    for dependency in $found; do
        case $allowed in
            *" ${dependency#pathways-} "*) ;;
            *) echo "fence: $member reaches $dependency, which pipeline/README.md does not allow"; failed=1 ;;
        esac
    done
}
without() {
    local member=$1; shift
    local names
    names=$(tree "$member" | awk '{print $1}' | sort -u)
    for library in "$@"; do
        if grep -qx "$library" <<<"$names"; then
            echo "fence: $member reaches $library, which belongs to another room"; failed=1
        fi
    done
}

fence pathways-domain ""
fence pathways-keys "domain"
fence pathways-detector ""
fence pathways-seal "domain keys"
fence pathways-transport "domain"
fence pathways-agency "detector domain keys"
fence pathways-encode "agency detector domain keys"
fence pathways-linkage "domain memory"
fence pathways-release "domain keys"
fence pathways-hub "domain detector keys linkage memory release"
fence pathways-publish "domain release keys"
fence pathways-simulate ""
fence pathways-memory ""
without pathways-agency polars opendp rusqlite
without pathways-detector polars opendp rusqlite hmac
# What travels is sealed before `transport` sees it, and `seal` sees no network.
without pathways-transport polars opendp rusqlite age ed25519-dalek
without pathways-seal polars opendp rusqlite opendal reqwest tokio openssh nix
without pathways-encode polars opendp rusqlite libsqlite3-sys openssl openssl-sys tokio
without pathways-linkage polars opendp rusqlite hmac
without pathways-release polars
without pathways-publish polars
without pathways-simulate polars opendp rusqlite hmac sha2

# `pathways-encode` runs on an agency's computer, mostly a Windows one: there, nothing of Unix is left,
# and what code says of Unix stands behind a `cfg`.
windows=$(cargo tree --locked --offline -p pathways-encode -e normal --target x86_64-pc-windows-msvc --prefix none --format '{p}' 2>/dev/null \
    || cargo tree --locked -p pathways-encode -e normal --target x86_64-pc-windows-msvc --prefix none --format '{p}')
for library in nix rustix signal-hook inotify; do
    if awk '{print $1}' <<<"$windows" | grep -qx "$library"; then
        echo "fence: pathways-encode reaches $library on Windows, where it can't be built"; failed=1
    fi
done
unguarded=$(grep -rn -B2 'std::os::unix' pipeline/encode_program/src pipeline/agency/src pipeline/keys/src pipeline/domain/src \
    | awk '/cfg\(unix\)/ {guarded=1} /^--$/ {guarded=0} /std::os::unix/ {if (!guarded) print; }' || true)
if [ -n "$unguarded" ]; then
    echo "fence: Unix-only code outside #[cfg(unix)]:"; echo "$unguarded"; failed=1
fi

[ "$failed" = 0 ] && echo "fences hold"
exit "$failed"
