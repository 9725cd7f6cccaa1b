#!/bin/sh
# Read secrets from files: NAME_FILE=/run/secrets/x becomes NAME with what the file holds. Then run the command.
set -eu
for pair in $(env | sed -n 's/^\([A-Z][A-Z0-9_]*\)_FILE=.*/\1/p'); do
    eval "path=\$${pair}_FILE"
    [ -r "$path" ] || { echo "entrypoint: ${pair}_FILE names $path, which cannot be read" >&2; exit 1; }
    value=$(cat "$path")
    [ -n "$value" ] || { echo "entrypoint: $path is empty" >&2; exit 1; }
    export "$pair=$value"
    unset "${pair}_FILE"
done
exec "$@"
