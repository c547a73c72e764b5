#!/bin/sh
# Has composer install what composer.lock asks for, when that has changed.
# include: site.sh
# include: vendor.sh
cd "$(release_path)" || refuse path-missing
[ -e composer.json ] || skip no-requirements
(cd "$PROJECT_PATH" && trust_vendor)
if [ ! -e vendor ] && has_vendor "$PROJECT_PATH/vendor"; then
    cp -a "$PROJECT_PATH/vendor" vendor || fail vendor-not-kept
fi
if has_vendor; then
    command -v "$COMPOSER_PROGRAM" >/dev/null || skip requirements-unchanged
    list_classes || fail composer-failed
    exit 0
fi
keep_vendor || fail vendor-not-kept
install_vendor || fail composer-failed
