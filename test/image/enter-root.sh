#!/bin/sh
# enter-root.sh build|run ROOT NODE COMMAND...: as root, in a mount namespace of its own. Runs COMMAND in the folder ROOT with this
# machine's programs and the Node whose folder NODE is. "build" can write to ROOT, as a RUN of a Dockerfile can; "run" has what a pod
# with a read-only root has: /tmp and the state, both empty.
set -eu
mode=$1 root=$2 node=$3
shift 3

show() {
  mkdir -p "$root$2"
  mount --bind -o ro "$1" "$root$2"
}

mount --bind "$root" "$root"
for folder in /bin /lib /lib64 /sbin /usr /sys; do
  if [ -e "$folder" ]; then show "$folder" "$folder"; fi
done
show "$node" /usr/local
mkdir -p "$root/proc" "$root/dev" "$root/tmp"
mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
mount -t tmpfs -o nosuid,mode=755 tmpfs "$root/dev"
for device in null zero full random urandom; do
  touch "$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
ln -s /proc/self/fd "$root/dev/fd"
mount -o remount,ro "$root/dev"

if [ "$mode" = run ]; then
  # As Docker mounts it with --tmpfs.
  mount -t tmpfs -o nosuid,nodev,noexec,mode=1777 tmpfs "$root/tmp"
  state=/var/lib/flyball
  # A volume takes its owner from the folder that it covers.
  mount -t tmpfs -o "nosuid,nodev,noexec,$(stat --format 'uid=%u,gid=%g,mode=%a' "$root$state")" tmpfs "$root$state"
  mount -o remount,bind,ro "$root"
fi
exec chroot "$root" "$@"
