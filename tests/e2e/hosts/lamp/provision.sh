# shellcheck shell=sh
# A small real Laravel site, twice: /srv/shop is a checkout (port 8081), /srv/market has a folder for each release
# (port 8082). nginx, php-fpm and MariaDB; the framework is Debian's.
set -eu
as_deploy() { runuser -u deploy -- "$@"; }
usermod --append --groups www-data,adm deploy

# --- the repository ----------------------------------------------------------
cp -r /seed/composer /opt/packages
cp -r /seed/shop /tmp/shop
git config --system --add safe.directory /srv/git/shop.git
mkdir -p /srv/git
cd /tmp/shop
git init -q -b main .
git config user.name 'Nora Lind'
git config user.email nora.lind@example.test
release() { # release VERSION: of what is in the work tree
    sed -i "s/'v2[.0-9]*'/'$1'/" config/shop.php
    COMPOSER_ALLOW_SUPERUSER=1 composer update -q --no-interaction
    git add -A
    git commit -qm "Release $1"
    git tag "$1"
}
add_column() { # add_column FILE COLUMN
    cat >"database/migrations/$1.php" <<PHP
<?php
use Illuminate\\Database\\Migrations\\Migration;
use Illuminate\\Database\\Schema\\Blueprint;
use Illuminate\\Support\\Facades\\Schema;

return new class extends Migration {
    public function up()
    {
        Schema::table('orders', fn (Blueprint \$table) => \$table->string('$2')->nullable());
    }

    public function down()
    {
        Schema::table('orders', fn (Blueprint \$table) => \$table->dropColumn('$2'));
    }
};
PHP
}
release v2.0.0
add_column 2025_10_01_000000_add_note note
sed -i 's/"1.0.0"/"1.1.0"/' composer.json
release v2.1.0
add_column 2025_10_02_000000_add_phone phone
release v2.2.0
git clone -q --bare . /srv/git/shop.git
cd /
rm -rf /tmp/shop

# --- the database ------------------------------------------------------------
cat >/etc/mysql/mariadb.conf.d/99-quick.cnf <<'CNF'
[mariadbd]
innodb_flush_log_at_trx_commit = 0
innodb_doublewrite = 0
innodb_buffer_pool_size = 32M
innodb_log_file_size = 8M
CNF
# One that has to be quoted everywhere.
password='sh0p #har"bour\1'
install -d -o mysql -g mysql /run/mysqld
mariadbd --user=mysql --skip-networking >/tmp/mariadbd.log 2>&1 &
timeout 60 sh -c 'until mariadb-admin -s ping >/dev/null 2>&1; do sleep 0.1; done' || { tail -n 5 /tmp/mariadbd.log; exit 1; }
for name in shop market; do
    mariadb <<SQL
CREATE DATABASE $name;
CREATE USER $name@localhost IDENTIFIED BY '$(printf %s "$password" | sed 's/\\/&&/g')';
GRANT ALL ON $name.* TO $name@localhost;
SQL
done

# --- the sites ---------------------------------------------------------------
settings() { # settings NAME
    cat <<ENV
APP_ENV=production
APP_KEY=base64:aGFyYm91ci1vZi1hbGwtc2hpcHMtYW5kLWxpZ2h0czE=
DB_HOST=localhost
DB_DATABASE=$1
DB_USERNAME=$1
DB_PASSWORD="$(printf %s "$password" | sed 's/[\\"]/\\&/g')"
FEATURE=first
ENV
}
# What the team's own documents have people do.
install -d -o deploy -g www-data /srv/shop /srv/market
as_deploy git -c advice.detachedHead=false clone -q --branch v2.0.0 /srv/git/shop.git /srv/shop
settings shop | install -o deploy -g www-data -m 640 /dev/stdin /srv/shop/.env

cd /srv/market
as_deploy mkdir releases shared
as_deploy git clone -q --no-checkout /srv/git/shop.git repository
first=releases/20250901_090000_$(as_deploy git -C repository rev-parse --short=12 v2.0.0)
as_deploy git -C repository worktree add -q --detach "../$first" v2.0.0
settings market | install -o deploy -g www-data -m 640 /dev/stdin shared/.env
as_deploy sh -c "
    mv $first/storage shared/storage && ln -s /srv/market/shared/storage /srv/market/shared/.env $first
    git -C $first ls-files -z storage | git -C $first update-index -z --skip-worktree --stdin
    ln -s $first current"

for site in /srv/shop /srv/market/current; do
    cd "$site"
    chgrp -R www-data storage/. bootstrap/cache
    find storage/. bootstrap/cache -type d -exec chmod 2775 {} +
    as_deploy composer install -q --no-dev --optimize-autoloader --no-interaction
    as_deploy php artisan -q migrate --force
    for cache in config route view; do as_deploy php artisan -q $cache:cache; done
done
mkdir /srv/first
for name in shop market; do
    mariadb-dump --databases --add-drop-database $name >/srv/first/$name.sql
    cp -a /srv/$name /srv/first/
done
mariadb-admin shutdown
wait
rm /tmp/mariadbd.log

# --- who serves them ---------------------------------------------------------
# Files are read anew only after a restart, as people have it in production.
echo 'opcache.validate_timestamps = 0' >/etc/php/8.2/fpm/conf.d/99-production.ini
site() { # site NAME PORT FOLDER
    cat >"/etc/nginx/sites-enabled/$1" <<NGINX
server {
    listen $2;
    root $3/public;
    error_log /var/log/nginx/$1.log;
    location / { try_files \$uri /index.php?\$query_string; }
    location ~ \\.php\$ {
        include fastcgi_params;
        fastcgi_param SCRIPT_FILENAME \$realpath_root\$fastcgi_script_name;
        fastcgi_param DOCUMENT_ROOT \$realpath_root;
        fastcgi_pass unix:/run/php/php8.2-fpm.sock;
    }
}
NGINX
}
site shop 8081 /srv/shop
site market 8082 /srv/market/current
rm -f /etc/nginx/sites-enabled/default
nginx -t -q
systemctl enable -q mariadb nginx php8.2-fpm
