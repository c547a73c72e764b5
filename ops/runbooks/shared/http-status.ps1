# Get-HttpStatus URL SECONDS: the answer's status, 000 where there was none. Not by Invoke-WebRequest, which takes an
# answer that leads elsewhere for an error without a status.
function Get-HttpStatus([string] $Url, [int] $Seconds) {
    [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor 3072 # TLS 1.2
    $answer = $null
    try {
        $request = [Net.WebRequest]::Create($Url)
        $request.Timeout = 1000 * $Seconds
        $request.AllowAutoRedirect = $false
        $answer = $request.GetResponse()
    } catch {
        # An answer that is no success is an error to .NET, inside another one of PowerShell's, and carries the status.
        $trouble = $_.Exception
        while ($trouble -and $trouble -isnot [Net.WebException]) { $trouble = $trouble.InnerException }
        if ($trouble) { $answer = $trouble.Response }
    }
    if (-not $answer) { return '000' }
    try { return [string] [int] $answer.StatusCode } finally { $answer.Close() }
}
