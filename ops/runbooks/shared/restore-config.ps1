# Puts back the config files as they were when $env:COMMIT was last live.
# include: put-config.ps1
$archive = Get-SavedConfig
if (-not $archive) { Skip 'no-saved-config' }
Put-Config $archive
Fact 'config_restored' $archive
