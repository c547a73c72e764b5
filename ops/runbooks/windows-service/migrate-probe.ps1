# Is the structure of the database up to date? Asked when nobody saw how the migrations ended.
if ($env:MIGRATIONS -eq 'none') { exit 0 }
Set-Location -LiteralPath $env:PROJECT_PATH
$heads = (Get-Lines { & "$env:VENV\Scripts\alembic.exe" heads }) -join ' '
if ($LASTEXITCODE -ne 0) { exit 1 }
$current = (Get-Lines { & "$env:VENV\Scripts\alembic.exe" current }) -join ' '
if ($LASTEXITCODE -eq 0 -and $heads -eq $current) { exit 0 }
exit 1
