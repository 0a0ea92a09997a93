#!/bin/bash
# usage: get.sh FOLDER
# Unpacks Neovim, Helix and Emacs of Debian's testing suite into FOLDER, with a C library of their own; installs nothing.
# Needs apt-get, Debian's keys and patchelf. What is there already is kept.
set -euo pipefail
suite=${HEARTH_EDITORS_SUITE:-forky}
mkdir -p "$1"
folder=$(cd "$1" && pwd)
if [ -x "$folder/bin/nvim" ] && [ -x "$folder/bin/hx" ] && [ -x "$folder/bin/emacs" ]; then exit 0; fi
command -v patchelf >/dev/null || { echo "patchelf is missing: apt-get install patchelf" >&2; exit 1; }

apt=$folder/apt
mkdir -p "$apt"/{etc/apt/preferences.d,var/lib/apt/lists/partial,var/lib/dpkg,var/cache/apt/archives/partial}
: > "$apt/var/lib/dpkg/status"
# The mirror that this machine takes its own packages from.
mirror=$(apt-get indextargets --format '$(REPO_URI)' | grep -v security | sort -u | head -n 1)
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" > "$apt/etc/apt/sources.list"
options=(-o "Dir=$apt" -o "Dir::State::status=$apt/var/lib/dpkg/status" -o Dir::Etc::parts=/etc/apt/apt.conf.d
  -o Acquire::Languages=none -o APT::Sandbox::User=root -o APT::Install-Recommends=false -o Debug::NoLocking=1)
apt-get "${options[@]}" -q update
apt-get "${options[@]}" -q -y --download-only -o APT::Keep-Downloaded-Packages=true -o DPkg::Post-Invoke::=true \
  install neovim hx emacs-nox

root=$folder/root
mkdir -p "$root"/usr/{bin,sbin,lib,lib64} "$folder/bin"
# Merged /usr first, or tar puts /lib beside it.
for each in bin sbin lib lib64; do ln -sfn "usr/$each" "$root/$each"; done
for each in "$apt"/var/cache/apt/archives/*.deb; do
  dpkg-deb --fsys-tarfile "$each" | tar -x -C "$root" --keep-directory-symlink
done

# These start themselves again by /proc/self/exe, so a wrapper around the loader would not do.
wrap() {
  patchelf --set-interpreter "$root/lib64/ld-linux-x86-64.so.2" --force-rpath \
    --set-rpath "$root/usr/lib/x86_64-linux-gnu" "$root$2"
  printf '#!/bin/sh\nexport %s\nexec "%s" "$@"\n' "$3" "$root$2" > "$folder/bin/$1"
  chmod +x "$folder/bin/$1"
}
wrap nvim /usr/bin/nvim "VIMRUNTIME=$root/usr/share/nvim/runtime"
wrap hx /usr/lib/hx/hx "HELIX_RUNTIME=$root/usr/lib/hx/runtime"

# Emacs looks for its Lisp and its image where Debian installs them.
lisp=$(echo "$root"/usr/share/emacs/[0-9]*)
image=$(echo "$root"/usr/libexec/emacs/*/*/emacs-*.pdmp)
wrap emacs /usr/bin/emacs-nox "EMACSLOADPATH=$(find "$lisp/lisp" -type d | paste -sd:) EMACSDATA=$lisp/etc EMACSDOC=$lisp/etc"
sed -i "s#\"\\\$@\"#--dump-file=\"$image\" \"\$@\"#" "$folder/bin/emacs"
