#!/bin/bash
# usage: get.sh FOLDER
# Unpacks Neovim, Helix, Emacs and lsp-mode, Vim and ALE of Debian's testing suite and the Neovim of its stable suite into FOLDER, each
# suite with a C library of its own; installs nothing. Needs apt-get, Debian's keys and patchelf. What is there is kept.
# Ends with 75 if no package could be fetched or a program is missing: the machine is to blame, not this program.
set -euo pipefail
testing=${HEARTH_EDITORS_SUITE:-forky}
stable=trixie
mkdir -p "$1"
folder=$(cd "$1" && pwd)
complete=yes
for each in nvim nvim-0.10 hx emacs emacsclient vim; do [ -x "$folder/bin/$each" ] || complete=; done
if [ -n "$complete" ] && [ -d "$folder/lisp" ] && [ -d "$folder/ale" ]; then exit 0; fi
for each in apt-get dpkg-deb patchelf tmux; do
  command -v $each > /dev/null || { echo "$each is missing; the editors are Debian's packages" >&2; exit 75; }
done
mkdir -p "$folder/bin"

# fetch SUITE ROOT PACKAGE... -- PACKAGE...: those before -- with all that they need, the others alone.
fetch() {
  local suite=$1 root=$2 apt=$2/apt with=() alone=() kind=with
  shift 2
  for each; do
    if [ "$each" = -- ]; then kind=alone; elif [ $kind = with ]; then with+=("$each"); else alone+=("$each"); fi
  done
  mkdir -p "$apt"/{etc/apt/preferences.d,var/lib/apt/lists/partial,var/lib/dpkg,var/cache/apt/archives/partial}
  : > "$apt/var/lib/dpkg/status"
  # The mirror that this machine takes its own packages from.
  local mirror
  mirror=$(apt-get indextargets --format '$(REPO_URI)' | grep -v security | sort -u | head -n 1)
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" > "$apt/etc/apt/sources.list"
  local options=(-o "Dir=$apt" -o "Dir::State::status=$apt/var/lib/dpkg/status" -o Dir::Etc::parts=/etc/apt/apt.conf.d
    -o Acquire::Languages=none -o Acquire::Retries=2 -o Acquire::http::Timeout=30 -o APT::Sandbox::User=root
    -o APT::Install-Recommends=false -o APT::Update::Error-Mode=any -o Debug::NoLocking=1)
  {
    apt-get "${options[@]}" -qq update &&
    apt-get "${options[@]}" -qq -y --download-only -o APT::Keep-Downloaded-Packages=true \
      -o DPkg::Post-Invoke::=true install "${with[@]}" > "$apt/log" &&
    (cd "$apt/var/cache/apt/archives" && { [ ${#alone[@]} = 0 ] || apt-get "${options[@]}" -qq download "${alone[@]}"; })
  } || { echo "Debian's packages cannot be fetched from $mirror" >&2; exit 75; }

  mkdir -p "$root"/usr/{bin,sbin,lib,lib64}
  # Merged /usr first, or tar puts /lib beside it.
  for each in bin sbin lib lib64; do ln -sfn "usr/$each" "$root/$each"; done
  for each in "$apt"/var/cache/apt/archives/*.deb; do
    dpkg-deb --fsys-tarfile "$each" | tar -x -C "$root" --keep-directory-symlink
  done
  rm -rf "$apt"
}

# wrap NAME ROOT PROGRAM VARIABLES
# These start themselves again by /proc/self/exe, so a wrapper around the loader would not do.
wrap() {
  patchelf --set-interpreter "$2/lib64/ld-linux-x86-64.so.2" --force-rpath \
    --set-rpath "$2/usr/lib/x86_64-linux-gnu" "$2$3"
  printf '#!/bin/sh\nexport %s\nexec "%s" "$@"\n' "$4" "$2$3" > "$folder/bin/$1"
  chmod +x "$folder/bin/$1"
}

root=$folder/$stable
fetch "$stable" "$root" neovim
wrap nvim-0.10 "$root" /usr/bin/nvim "VIMRUNTIME=$root/usr/share/nvim/runtime"

root=$folder/$testing
fetch "$testing" "$root" neovim hx emacs-nox vim -- vim-ale \
  elpa-lsp-mode elpa-dash elpa-f elpa-ht elpa-lv elpa-markdown-mode elpa-s elpa-spinner
wrap nvim "$root" /usr/bin/nvim "VIMRUNTIME=$root/usr/share/nvim/runtime"
wrap hx "$root" /usr/lib/hx/hx "HELIX_RUNTIME=$root/usr/lib/hx/runtime"

wrap vim "$root" /usr/bin/vim.basic "VIM=$root/usr/share/vim VIMRUNTIME=$(echo "$root"/usr/share/vim/vim[0-9]*)"
ln -sfn "$root/usr/share/vim-ale" "$folder/ale"

# Emacs looks for its Lisp and its image where Debian installs them.
lisp=$(echo "$root"/usr/share/emacs/[0-9]*)
image=$(echo "$root"/usr/libexec/emacs/*/*/emacs-*.pdmp)
wrap emacs "$root" /usr/bin/emacs-nox \
  "EMACSLOADPATH=$(find "$lisp/lisp" -type d | paste -sd:) EMACSDATA=$lisp/etc EMACSDOC=$lisp/etc"
wrap emacsclient "$root" /usr/bin/emacsclient.emacs "LC_ALL=C.UTF-8"
sed -i "s#\"\\\$@\"#--dump-file=\"$image\" \"\$@\"#" "$folder/bin/emacs"
ln -sfn "$root/usr/share/emacs/site-lisp/elpa-src" "$folder/lisp"
