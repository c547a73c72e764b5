# Puts the commit into the work tree.
Set-Location -LiteralPath $env:PROJECT_PATH
& git -c advice.detachedHead=false checkout --quiet --detach $env:COMMIT
if ($LASTEXITCODE -ne 0) { Fail 'checkout-failed' }
if ((Get-Line { git rev-parse HEAD }) -ne $env:COMMIT) { Fail 'checkout-failed' }
& git --no-pager log -1 '--format=now at %h %s'
