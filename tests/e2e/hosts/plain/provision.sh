# shellcheck shell=sh
# formbot v1.2.2 as a service, with its database.
set -eu
# --- formbot -----------------------------------------------------------------
useradd --system --home-dir /srv/formbot --shell /usr/sbin/nologin formbot
usermod --append --groups formbot deploy
mkdir -p /srv/git /opt/wheels
cp -r /seed/formbot.git /srv/git/
cp /seed/wheels/* /opt/wheels/
printf '[global]\nno-index = true\nfind-links = /opt/wheels\n' >/etc/pip.conf
git config --system --add safe.directory /srv/formbot # the service, as another user, asks for its commit
git config --system --add safe.directory /srv/git/formbot.git
install -d -m 755 -o deploy -g deploy /srv/formbot
install -d -m 750 -o formbot -g formbot /var/log/formbot
as_deploy() { runuser -u deploy -- "$@"; }
as_deploy git -c advice.detachedHead=false clone -q --branch v1.2.2 /srv/git/formbot.git /srv/formbot
as_deploy python3 -m venv /srv/formbot/venv
as_deploy /srv/formbot/venv/bin/python -m pip install -q -r /srv/formbot/requirements.txt
ln -s /usr/bin/alembic /srv/formbot/venv/bin/alembic
cp /seed/formbot.service /etc/systemd/system/formbot.service
sed 's/^Environment=/&FORMBOT_PORT=8081 /' /seed/formbot.service >/etc/systemd/system/formbot-worker.service
systemctl enable -q formbot.service

# --- its database ------------------------------------------------------------
version=$(pg_lsclusters -h | cut -d' ' -f1)
pg_dropcluster "$version" main
pg_createcluster "$version" main --locale C.UTF-8 -e UTF8 >/dev/null
printf 'fsync = off\nshared_buffers = 16MB\n' >"/etc/postgresql/$version/main/conf.d/quick.conf"
pg_ctlcluster --skip-systemctl-redirect "$version" main start
password=h4rbour-lights-at-n1ght
runuser -u postgres -- psql -q -c "CREATE ROLE formbot LOGIN PASSWORD '$password'" -c 'CREATE DATABASE formbot OWNER formbot'
cat >/srv/formbot/.env <<END
DATABASE_URL=postgresql://formbot:$password@127.0.0.1:5432/formbot
SECRET_KEY=k3y-of-the-harbour-master
FORMBOT_PORT=8080
FORMBOT_LOG_FILE=/var/log/formbot/formbot.log
END
chown deploy:formbot /srv/formbot/.env
chmod 640 /srv/formbot/.env
cd /srv/formbot
as_deploy env PYTHONDONTWRITEBYTECODE=1 FORMBOT_LOG_FILE= venv/bin/python -m formbot migrate
as_deploy env PYTHONDONTWRITEBYTECODE=1 FORMBOT_LOG_FILE= venv/bin/python -m formbot seed 2000
runuser -u postgres -- pg_dump -Fc -f /var/lib/postgresql/first.dump formbot
pg_ctlcluster --skip-systemctl-redirect "$version" main stop
