/** How a sender signs what it delivers, as commands to copy: HMAC-SHA256 of `timestamp.body` with the channel's secret. */

export interface Recipe {
  key: string;
  label: string;
  code: string;
}

const EVENT = {
  external_id: 'demo-1',
  type: 'social.post',
  author: { id: 'u1', name: '小雨' },
  text: '刚买的洗衣机漏水，客服没人理',
};

const shell = (url: string, channel: string) => `SECRET=$(weft channel secret ${channel})
BODY='${JSON.stringify(EVENT)}'
TIME=$(date +%s)
SIGN=$(printf '%s.%s' "$TIME" "$BODY" | openssl dgst -sha256 -hmac "$SECRET" -r | cut -d' ' -f1)
curl -X POST ${url} \\
  -H 'Content-Type: application/json' \\
  -H "X-Weft-Timestamp: $TIME" \\
  -H "X-Weft-Signature: sha256=$SIGN" \\
  -d "$BODY"`;

const python = (url: string, channel: string) => `import hashlib, hmac, json, time, urllib.request

secret = b"..."  # weft channel secret ${channel}
body = json.dumps(${JSON.stringify(EVENT)}).encode()
timestamp = str(int(time.time()))
digest = hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
headers = {
    "Content-Type": "application/json",
    "X-Weft-Timestamp": timestamp,
    "X-Weft-Signature": "sha256=" + digest,
}
request = urllib.request.Request("${url}", body, headers)
print(urllib.request.urlopen(request).read().decode())`;

export function recipes(origin: string, endpoint: string, channel: string): Recipe[] {
  const url = origin + endpoint;
  return [
    { key: 'shell', label: 'curl', code: shell(url, channel) },
    { key: 'python', label: 'Python', code: python(url, channel) },
  ];
}
