# Installs the dependencies of the version before. Its files are taken from git, because the work tree
# still holds the new ones: undoing goes backwards.
# include: install.ps1
Set-Location -LiteralPath $env:PROJECT_PATH
$scratch = Join-Path ([System.IO.Path]::GetTempPath()) "lotsman-$([Guid]::NewGuid().ToString('N'))"
try {
    & git archive --format=zip "--output=$scratch.zip" $env:PREVIOUS_COMMIT
    if ($LASTEXITCODE -ne 0) { Fail 'install-failed' }
    Expand-Archive -LiteralPath "$scratch.zip" -DestinationPath $scratch
    Set-Location -LiteralPath $scratch
    Install-Requirements $env:REQUIREMENTS
} finally {
    Set-Location -LiteralPath $env:PROJECT_PATH
    Remove-Item -LiteralPath "$scratch.zip", $scratch -Recurse -Force -ErrorAction SilentlyContinue
}
