# Install-Requirements FILE: has pip install them, unless the virtual environment remembers that very file by its hash.
function Install-Requirements([string] $File) {
    if (-not (Test-Path -LiteralPath $File -PathType Leaf)) { Skip 'no-requirements' }
    $note = Join-Path $env:VENV '.lotsman-requirements'
    $wanted = (Get-FileHash -LiteralPath $File -Algorithm SHA256).Hash
    if ((Test-Path -LiteralPath $note) -and [System.IO.File]::ReadAllText($note).Trim() -eq $wanted) { Skip 'requirements-unchanged' }
    Remove-Item -LiteralPath $note -Force -ErrorAction SilentlyContinue
    & "$env:VENV\Scripts\python.exe" -m pip install --disable-pip-version-check --no-input --progress-bar off -r $File
    if ($LASTEXITCODE -ne 0) { Fail 'install-failed' }
    [System.IO.File]::WriteAllText($note, $wanted)
}
