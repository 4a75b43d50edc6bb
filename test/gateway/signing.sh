path=/v1/holds order=order-0001 body='{"sku":"phone-2","buyerId":"ada","quantity":1}'
timestamp=$(date +%s) nonce=$(openssl rand -hex 16)
signature=$(printf 'POST\n%s\n%s\n%s\n%s\n%s' "$path" "$timestamp" "$nonce" "$order" "$body" |
  openssl dgst -sha256 -hmac "$secret" -r | cut -d ' ' -f 1)
curl -s "$url$path" -d "$body" -H 'Content-Type: application/json' -H "Idempotency-Key: $order" -H "Holdfast-Key: $key" \
  -H "Holdfast-Timestamp: $timestamp" -H "Holdfast-Nonce: $nonce" -H "Holdfast-Signature: v1=$signature"
