#!/bin/sh
# Read secrets from files: NAME_FILE=/run/secrets/x becomes NAME with what the file holds. Then run the command.
# Only where NAME is a secret of ours: SSL_CERT_FILE or PREFECT_API_SSL_CERT_FILE are files to the programs that read them.
set -eu
ours='PGPASSWORD|AWS_(SECRET_ACCESS_KEY|ACCESS_KEY_ID|SESSION_TOKEN)|(PREFECT|NEWSLOOM)_[A-Z0-9_]*(AUTH_STRING|PASSWORD|TOKEN|SECRET|API_KEY|CONNECTION_URL)'
for pair in $(env | sed -nE "s/^($ours)_FILE=.*/\\1/p"); do
    eval "path=\$${pair}_FILE"
    [ -r "$path" ] || { echo "entrypoint: ${pair}_FILE names $path, which cannot be read" >&2; exit 1; }
    value=$(cat "$path")
    [ -n "$value" ] || { echo "entrypoint: $path is empty" >&2; exit 1; }
    export "$pair=$value"
    unset "${pair}_FILE"
done
exec "$@"
