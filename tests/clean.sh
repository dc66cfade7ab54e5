#!/usr/bin/env bash
# What must not be in the tree: unfinished words, paths of a machine, third-party assets.
set -euo pipefail
cd "$(dirname "$0")/.."
failed=0
report() { if [ -n "$2" ]; then echo "$1"; echo "$2" | head -n 10; failed=1; fi; }
report "unfinished words:" "$(git grep -nE 'todo!\(|unimplemented!\(|(//|#).*\b(FIXME|XXX)\b' -- '*.rs' '*.py' '*.sh' ':!tests/clean.sh' || true)"
report "paths of a machine:" "$(git grep -nE '(^|[^a-zA-Z0-9_.])/(work|root|home)/[a-z]' -- . ':!tests/clean.sh' || true)"
report "minified or third-party assets:" "$(git ls-files | grep -E '\.min\.|node_modules|vendor/' || true)"
report "files over 1 MiB:" "$(git ls-files -z | xargs -0 -r du -k | awk '$1>1024{print $1" KiB", $2}' || true)"
report "Rust files over 500 lines:" "$(git ls-files '*.rs' | xargs -r wc -l | awk '$1>500 && $2!="total"{print $1, $2}' || true)"
[ "$failed" = 0 ] && echo "the tree is clean"
exit "$failed"
