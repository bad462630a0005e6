#!/bin/sh
# install.sh [--prefix DIR]            installs rwhod, ruptime and rwho below DIR (/usr/local), and starts the service
# install.sh [--prefix DIR] --remove   removes them; configuration that was changed, the spool and the user stay
# Doing either again does no harm. Needs root, and systemd for the service.
set -eu
umask 022
prefix=/usr/local
remove=
while [ $# -gt 0 ]; do
  case $1 in
    --prefix) prefix=${2:?"--prefix takes a directory"}; shift ;;
    --prefix=?*) prefix=${1#*=} ;;
    --remove) remove=yes ;;
    *) sed -n '2,4s/^# //p' "$0" >&2; exit 64 ;;
  esac
  shift
done
case $prefix in
  /*) prefix=${prefix%/} ;;
  *) echo "install.sh: --prefix takes a path from the root, such as /usr/local" >&2; exit 64 ;;
esac
[ "$(id -u)" -eq 0 ] || { echo "install.sh: needs root" >&2; exit 77; }
tree=$(cd "$(dirname "$0")" && pwd)/tree

# Where systemd looks for what is not in its usual places.
case $prefix in
  /usr | /usr/local) system=$prefix/lib ;;
  *) system=/etc ;;
esac

# The directories that were made, so that they can be removed.
made=$prefix/share/doc/rwhod/.made

# directory DIR: makes it, with those above it.
directory() {
  [ ! -d "$1" ] || return 0
  directory "$(dirname "$1")"
  mkdir "$1"
  echo "$1" >>"$list"
}

# place FILE: where a file of the tree belongs.
place() {
  case $1 in
    etc/*) echo "/$1" ;;
    usr/lib/*) echo "$system/${1#usr/lib/}" ;;
    *) echo "$prefix/${1#usr/}" ;;
  esac
}

files() { (cd "$tree" && find . \( -type f -o -type l \) | sed 's|^\./||' | sort); }

is_systemd() { [ -d /run/systemd/system ]; }

install_all() {
  list=$(mktemp)
  files | while read -r file; do
    to=$(place "$file")
    directory "$(dirname "$to")"
    case $file in
      etc/*) if [ -e "$to" ]; then continue; fi ;;
    esac
    # In one step each: the program may be running.
    cp -d --preserve=mode,timestamps "$tree/$file" "$to.new"
    case $file in
      *.service) sed -i "s|/usr/sbin/rwhod|$prefix/sbin/rwhod|" "$to.new" ;;
    esac
    mv -f "$to.new" "$to"
  done
  cat "$list" >>"$made"
  rm "$list"
  if command -v systemd-sysusers >/dev/null; then
    systemd-sysusers "$system/sysusers.d/rwhod.conf"
    systemd-tmpfiles --create "$system/tmpfiles.d/rwhod.conf"
  else
    id -u rwhod >/dev/null 2>&1 || useradd --system --home-dir /var/spool/rwho --shell /usr/sbin/nologin rwhod
    install -d -o rwhod -g root -m 755 /var/spool/rwho
  fi
  if ! command -v systemctl >/dev/null; then
    echo "There is no systemd here. Start it by: $prefix/sbin/rwhod --detach"
    return
  fi
  systemctl --quiet enable rwhod.service
  if is_systemd; then
    limit=$(sed -n 's/^net.core.rmem_max = //p' "$system/sysctl.d/60-rwhod.conf")
    [ "$(cat /proc/sys/net/core/rmem_max)" -ge "$limit" ] || systemctl restart systemd-sysctl.service || true
    systemctl daemon-reload
    systemctl restart rwhod.service
  fi
}

remove_all() {
  if command -v systemctl >/dev/null; then
    ! is_systemd || systemctl --quiet stop rwhod.service 2>/dev/null || true
    systemctl --quiet disable rwhod.service 2>/dev/null || true
  fi
  files | while read -r file; do
    to=$(place "$file")
    case $file in
      etc/*) cmp -s "$tree/$file" "$to" || continue ;;
    esac
    rm -f "$to"
  done
  if [ -e "$made" ]; then
    list=$(sort -r "$made")
    rm "$made"
    echo "$list" | while read -r at; do rmdir "$at" 2>/dev/null || true; done
  fi
  ! is_systemd || systemctl daemon-reload
  echo "The user rwhod and /var/spool/rwho are still there: userdel rwhod; rm -r /var/spool/rwho"
}

if [ -n "$remove" ]; then remove_all; else install_all; fi
