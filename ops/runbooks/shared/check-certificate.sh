#!/bin/sh
# The certificate in $CERT_FILE, or the one that $CERT_ADDRESS (host:port) shows, is good for $CERT_DAYS days more.
command -v openssl >/dev/null || refuse openssl-missing
if [ -n "$CERT_FILE" ]; then
    fact certificate "$CERT_FILE"
    [ -r "$CERT_FILE" ] || refuse certificate-unreadable
    certificate() { cat "$CERT_FILE"; }
else
    fact certificate "$CERT_ADDRESS"
    certificate() { timeout 10 openssl s_client -connect "$CERT_ADDRESS" -servername "${CERT_ADDRESS%:*}" </dev/null 2>/dev/null; }
fi
end=$(certificate | openssl x509 -noout -enddate 2>/dev/null) || fail certificate-missing
end=$(date -d "${end#*=}" +%s 2>/dev/null) || refuse certificate-date
left=$((end - $(date +%s)))
fact cert_until "$end"
fact cert_days "$((left / 86400))"
[ "$left" -gt 0 ] || fail certificate-expired
[ "$left" -gt $((CERT_DAYS * 86400)) ] || fail certificate-expires
echo "good for $((left / 86400)) days"
