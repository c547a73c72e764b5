# Get-HttpStatus URL SECONDS: the answer's status, 000 where there was none.
function Get-HttpStatus([string] $Url, [int] $Seconds) {
    [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor 3072 # TLS 1.2
    try {
        return [string] [int] (Invoke-WebRequest -UseBasicParsing -Uri $Url -TimeoutSec $Seconds -MaximumRedirection 0).StatusCode
    } catch {
        # An answer that is no success is an error to it, and carries the status.
        $answer = $null
        if ($_.Exception.PSObject.Properties['Response']) { $answer = $_.Exception.Response }
        if ($answer) { return [string] [int] $answer.StatusCode }
        return '000'
    }
}
