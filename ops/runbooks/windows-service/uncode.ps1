# Puts the commit that was live before back into the work tree.
Set-Location -LiteralPath $env:PROJECT_PATH
& git -c advice.detachedHead=false checkout --quiet --detach $env:PREVIOUS_COMMIT
if ($LASTEXITCODE -ne 0) { Fail 'checkout-failed' }
& git --no-pager log -1 '--format=back at %h %s'
