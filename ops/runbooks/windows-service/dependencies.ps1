# Installs the dependencies when their file has changed.
# include: install.ps1
Set-Location -LiteralPath $env:PROJECT_PATH
Install-Requirements $env:REQUIREMENTS
