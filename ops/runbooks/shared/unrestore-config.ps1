# Puts back the config files as this run found them.
# include: put-config.ps1
if (-not $env:CONFIG_SAVED) { Skip 'no-config' }
Put-Config $env:CONFIG_SAVED
