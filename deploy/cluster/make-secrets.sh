#!/usr/bin/env bash
# Makes what deploy/compose.cluster.yml keeps secret: an authority, a certificate for each broker, one for the operator who gives
# rights, and a password for each user. What is there is left alone, so it may be run again: delete a file to have it made anew.
#
#   deploy/cluster/make-secrets.sh [folder]        default: secrets/ beside this script
#
# Needs openssl 3. The files belong to user 1000, as which the containers run; anybody else but root has to be that user.
set -euo pipefail
folder=${1:-$(dirname "$0")/secrets}
brokers=(kafka-1 kafka-2 kafka-3)
roles=(ingest dedup forwarder console admin viewer)
days=825
uid=1000

fail() { echo "make-secrets: $1" >&2; exit 1; }
openssl version 2> /dev/null | grep -q '^OpenSSL [3-9]' || fail 'openssl 3 or later is needed; install it'
if [ "$(id -u)" != 0 ] && [ "$(id -u)" != "$uid" ]; then
  fail "the containers run as user $uid and could not read what user $(id -u) keeps for itself; run this as root or as that user"
fi
umask 077
mkdir -p "$folder"
cd "$folder"
made=0
# Written beside its place first: what was interrupted must not pass for made.
make() {
  local file=$1
  shift
  if [ -s "$file" ]; then return; fi
  "$@" > "$file.new"
  mv "$file.new" "$file"
  made=$((made + 1))
}
quietly() { "$@" 2> openssl.log || { cat openssl.log >&2; fail "this failed: $*"; }; }
key() { quietly openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256; }
authority() {
  quietly openssl req -x509 -new -sha256 -key ca.key -days "$days" -subj '/CN=podpipe cluster' \
    -addext 'basicConstraints=critical,CA:true' -addext 'keyUsage=critical,keyCertSign,cRLSign'
}
# A certificate of the authority: its name, what it is for, further extensions.
certificate() {
  local name=$1 usage=$2
  quietly openssl req -x509 -new -sha256 -CA ca.crt -CAkey ca.key -key "$name.key" -days "$days" -subj "/CN=$name" \
    -addext 'basicConstraints=critical,CA:false' -addext 'keyUsage=critical,digitalSignature' \
    -addext "extendedKeyUsage=$usage" -addext "subjectAltName=DNS:$name${3:+,$3}"
}
password() { openssl rand -hex 24; }
# A user as Kafka's StorageTool takes one: salted, so that no broker holds a password.
user() {
  local role=$1 iterations=8192 salt salted
  salt=$(openssl rand -hex 24)
  salted=$(openssl kdf -keylen 64 -kdfopt digest:SHA512 -kdfopt "pass:$(cat "$role.password")" -kdfopt "hexsalt:$salt" \
    -kdfopt "iter:$iterations" -binary PBKDF2 | base64 -w 0)
  echo "SCRAM-SHA-512=[name=podpipe-$role,iterations=$iterations,salt=\"$(echo "$salt" | xxd_r | base64 -w 0)\",saltedpassword=\"$salted\"]"
}
# Hexadecimal digits to bytes, without xxd, which slim machines lack.
xxd_r() { local hex; read -r hex; printf '%b' "$(sed 's/../\\x&/g' <<< "$hex")"; }
users() { local role; for role in "${roles[@]}"; do user "$role"; done; }

make ca.key key
make ca.crt authority
for name in "${brokers[@]}"; do
  make "$name.key" key
  make "$name.crt" certificate "$name" serverAuth,clientAuth DNS:localhost
  make "$name.pem" cat "$name.key" "$name.crt"
done
make operator.key key
make operator.crt certificate operator clientAuth
for role in "${roles[@]}"; do make "$role.password" password; done
make users users
rm -f openssl.log
if [ "$(id -u)" = 0 ]; then chown -R "$uid:$uid" .; fi
echo "make-secrets: $made files made in $PWD; the key of the authority (ca.key) is needed here only to make more: keep it elsewhere"
