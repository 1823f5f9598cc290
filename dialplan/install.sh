#!/bin/sh
# Puts the hotline's configuration into an existing Asterisk 20 or 22:
#   cp dialplan/site.conf.example site.conf; edit it; sh dialplan/install.sh site.conf /etc/asterisk
# Files of the same name are kept as *.before-hotline. Then: asterisk -rx 'core restart when convenient'
set -eu
site=$1 into=$2 here=$(dirname "$0")
script=$(grep -E '^[A-Z_]+=' "$site" | sed -E 's/[\\&|]/\\&/g; s/^([A-Z_]+)=(.*)$/s|@\1@|\2|g/')
for file in "$here"/*.conf; do
  name=$(basename "$file")
  if [ -e "$into/$name" ] && [ ! -e "$into/$name.before-hotline" ]; then cp -p "$into/$name" "$into/$name.before-hotline"; fi
  sed "$script" "$file" > "$into/$name"
  if grep -qE '@[A-Z_]+@' "$into/$name"; then echo "$name: a value is missing in $site: $(grep -oE '@[A-Z_]+@' "$into/$name" | sort -u | tr '\n' ' ')" >&2; exit 1; fi
  chmod 640 "$into/$name"
done
