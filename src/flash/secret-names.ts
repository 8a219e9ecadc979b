/** Which names of values are likely those of passwords, keys and tokens: of settings, and in logs. */

/** Words in the name of a value that make it a secret besides those of passwords: `apiKey`, `MQTT-TOKEN`. */
const SECRET_WORDS: ReadonlySet<string> = new Set(
  'auth authorization bearer cookie credential credentials creds key keys passcode secret secrets token tokens'.split(
    ' ',
  ),
);
/** Parts of names that are secrets even without a separator: `wifipassword`, `apikey`. */
const SECRET_PART = /passw|passphrase|passkey|secret|token|(?:api|private|access|master)key|psk$/;

/** Words of names, in lower case: `wifi.staSsid` has `wifi`, `sta` and `ssid`. */
export function wordsOf(name: string): readonly string[] {
  return name
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/);
}

/** Words in the name of a password: `wifi_pass`, `sta.pswd`. */
const PASSWORD_WORDS: ReadonlySet<string> = new Set(
  'pass passphrase passwd password psk pswd pw pwd wifipass wifipassword'.split(' '),
);

/** Whether a value of this name is a password, rather than a key or a token. */
export function isPasswordName(name: string): boolean {
  return wordsOf(name).some((word) => PASSWORD_WORDS.has(word));
}

/** Whether a value of this name is likely a password, key or token; rather too often than too seldom. */
export function isSecretName(name: string): boolean {
  return wordsOf(name).some((word) => SECRET_WORDS.has(word) || PASSWORD_WORDS.has(word) || SECRET_PART.test(word));
}

/**
 * Words in names of settings besides those of all secrets: ESP-IDF's Wi-Fi driver (`sta.pswd`, `sta.apinfo`, `ap.pmk_info`,
 * `sta.apsw`), its provisioning (`pop`), certificates.
 */
const SETTING_WORDS = new Set(
  'apinfo apsw ca cert certificate certs crt dpp hmac jwt ltk pem pin pmk pop priv private salt verifier'.split(' '),
);
const SETTING_PARTS = /pswd|pmk|cert|privk|passcode/;

/** Whether a setting is likely a secret by its names alone. More names count than in a log, where `pin` is one of a chip. */
export function isSecretSetting(namespace: string, key: string): boolean {
  const lower = key.toLowerCase();
  return (
    isSecretName(key) ||
    isSecretName(namespace) ||
    SETTING_PARTS.test(lower) ||
    lower.split(/[^a-z]+/).some((word) => SETTING_WORDS.has(word))
  );
}
