# Everything that could stop the deploy half way is looked at before the first change.
# include: name-commit.ps1
# include: look-tree.ps1
# include: look-services.ps1
if (-not (Test-Path -LiteralPath "$env:VENV\Scripts\python.exe")) { Refuse 'venv-missing' }
# include: look-commit.ps1
[void] (Get-Lines { git diff --quiet $previous $env:COMMIT -- $env:REQUIREMENTS })
if ($LASTEXITCODE -ne 0) { Fact 'requirements_changed' 'yes' }
if ($env:MIGRATIONS -ne 'none') {
    foreach ($file in (Get-Lines { git diff --name-only --diff-filter=A $previous $env:COMMIT -- $env:MIGRATIONS_FOLDER })) {
        Item 'migrations' ($file -replace '^.*/', '')
    }
    foreach ($file in (Get-Lines { git diff --name-only --diff-filter=D $previous $env:COMMIT -- $env:MIGRATIONS_FOLDER })) {
        Item 'migrations_kept' ($file -replace '^.*/', '')
    }
}
foreach ($file in (Get-Words $env:CONFIG_FILES)) {
    if (-not (Test-Path -LiteralPath $file -PathType Leaf)) {
        Fact 'config_file' $file
        Warn 'config-missing'
    }
}
# include: look-env.ps1
# include: look-changes.ps1
# include: look-backups.ps1
Say-Line "$previous -> $env:COMMIT"
