# Brings the database's structure up to the new code.
if ($env:MIGRATIONS -eq 'none') { Skip 'no-migrations' }
Set-Location -LiteralPath $env:PROJECT_PATH
& "$env:VENV\Scripts\alembic.exe" upgrade head
if ($LASTEXITCODE -ne 0) { Fail 'migration-failed' }
