# Is the commit in the work tree? Asked when nobody saw how the checkout ended.
Set-Location -LiteralPath $env:PROJECT_PATH
if (Test-Path -LiteralPath '.git\index.lock') { exit 1 } # git was cut off: a person must look
if ((Get-Lines { git status --porcelain --untracked-files=no }).Length -gt 0) { exit 1 }
$head = Get-Line { git rev-parse --verify HEAD }
if ($LASTEXITCODE -ne 0) { exit 1 }
if ($head -eq $env:COMMIT) { exit 0 }
if ($head -eq $env:PREVIOUS_COMMIT) { Fail 'not-done' }
exit 1
