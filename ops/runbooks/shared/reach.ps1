# Proves that steps can run here, and says where "here" is. Changes nothing.
if (-not (Get-Command git -ErrorAction SilentlyContinue)) { Refuse 'git-missing' }
if (-not (Test-Path -LiteralPath $env:PROJECT_PATH -PathType Container)) { Refuse 'path-missing' }
Fact 'hostname' $env:COMPUTERNAME
Say-Line "$env:USERNAME@$env:COMPUTERNAME, Windows $([Environment]::OSVersion.Version), PowerShell $($PSVersionTable.PSVersion)"
