#!/bin/sh
# Runs once inside a new system: sshd and the user deploy, then what is of the kind.
set -eu
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 HOME=/root

# --- the system --------------------------------------------------------------
rm -f /etc/apt/sources.list /etc/apt/sources.list.d/* /etc/ssh/ssh_host_* /usr/sbin/policy-rc.d
: >/etc/machine-id
mkdir -p /var/log/journal
cat >/etc/ssh/sshd_config.d/host.conf <<'END'
HostKey /etc/ssh/ssh_host_ed25519_key
PasswordAuthentication no
PermitRootLogin prohibit-password
UseDNS no
END
# The strictest that people have: what a session leaves running is killed with it.
mkdir -p /etc/systemd/logind.conf.d
printf '[Login]\nKillUserProcesses=yes\n' >/etc/systemd/logind.conf.d/kill.conf
systemctl enable -q ssh.service
systemctl disable -q ssh.socket apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer fstrim.timer dpkg-db-backup.timer
systemctl mask -q console-getty.service getty.target systemd-firstboot.service

# --- users -------------------------------------------------------------------
useradd --create-home --shell /bin/bash deploy
usermod --append --groups systemd-journal deploy
install -d -m 700 -o deploy -g deploy /home/deploy/.ssh
install -d -m 700 /root/.ssh
install -d -m 750 -o deploy -g deploy /opt/backups

# shellcheck source=/dev/null
. /seed/provision.sh
