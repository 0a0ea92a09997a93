#!/bin/bash
# usage: llama_server.sh DIR
#
# Unpacks Debian's llama.cpp tools (llama-server, llama-bench, llama-quantize) and their own libc into DIR; the programs
# are in DIR/bin. Installs nothing, changes nothing outside DIR and needs no root: apt-get works with a private root
# folder, from the mirror that this machine already uses and with Debian's own signing keys. About 10 s and 130 MB.
set -euo pipefail

SUITE=sid
DIR=$1
mkdir -p "$DIR"
DIR=$(cd "$DIR" && pwd)
APT=$DIR/apt ROOT=$DIR/root
KEYS=/usr/share/keyrings/debian-archive-keyring.gpg

fail() { echo "$1" >&2; exit 1; }
[ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] || fail "only Linux on x86-64 has these packages in this test"
for command in apt-get dpkg-deb tar; do command -v $command > /dev/null || fail "this machine has no $command"; done
[ -r "$KEYS" ] || fail "this machine has no Debian signing keys ($KEYS)"
MIRROR=$(apt-get indextargets --format '$(REPO_URI)' 2> /dev/null | grep -v security | sort -u | head -n 1 || true)
[ -n "$MIRROR" ] || fail "apt on this machine knows no Debian mirror"

mkdir -p "$APT"/{etc/apt/preferences.d,var/lib/apt/lists/partial,var/lib/dpkg,var/cache/apt/archives/partial}
: > "$APT/var/lib/dpkg/status"
echo "deb [signed-by=$KEYS] $MIRROR $SUITE main" > "$APT/etc/apt/sources.list"
OPTIONS=(-o Dir="$APT" -o Dir::State::status="$APT/var/lib/dpkg/status" -o Dir::Etc::parts=/etc/apt/apt.conf.d
  -o Acquire::Languages=none -o Acquire::Retries=3 -o APT::Install-Recommends=false -o Debug::NoLocking=1
  -o APT::Keep-Downloaded-Packages=true -o DPkg::Post-Invoke::=true)
# apt's unprivileged user cannot write into a folder that is not its own.
[ "$(id -u)" = 0 ] && OPTIONS+=(-o APT::Sandbox::User=root)
apt-get "${OPTIONS[@]}" -q update
apt-get "${OPTIONS[@]}" -q -y --download-only install llama.cpp-tools

# /usr is merged first, or tar would make a real /lib beside it.
mkdir -p "$ROOT"/usr/{bin,sbin,lib,lib64}
for folder in bin sbin lib lib64; do ln -sfn "usr/$folder" "$ROOT/$folder"; done
for package in "$APT"/var/cache/apt/archives/*.deb; do
  dpkg-deb --fsys-tarfile "$package" | tar -x -C "$ROOT" --keep-directory-symlink --no-same-owner
done
rm -rf "$APT"

# The programs run under the unpacked loader, so that this machine's older libc does not matter. They look for their CPU
# code in an absolute folder; the file that fits is named instead. Never the one for AMX: on some virtual machines its
# tile instructions fault.
LIB=$ROOT/usr/lib/x86_64-linux-gnu
cpu=x64
grep -qw avx2 /proc/cpuinfo && cpu=haswell
grep -qw avx512_vnni /proc/cpuinfo && cpu=icelake
mkdir -p "$DIR/bin"
for name in llama-server llama-bench llama-quantize; do
  {
    echo '#!/bin/sh'
    echo "export GGML_BACKEND_PATH=\"$LIB/ggml/backends0/libggml-cpu-$cpu.so\""
    echo "exec \"$ROOT/lib64/ld-linux-x86-64.so.2\" --library-path \"$LIB:$LIB/llama\" \"$ROOT/usr/bin/$name\" \"\$@\""
  } > "$DIR/bin/$name.new"
  chmod +x "$DIR/bin/$name.new"
done
"$DIR/bin/llama-server.new" --version
# Last, so that a run that broke off is not taken for a finished one.
for name in llama-bench llama-quantize llama-server; do mv "$DIR/bin/$name.new" "$DIR/bin/$name"; done
