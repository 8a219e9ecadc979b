/** Which names of values are likely those of passwords, keys and tokens: of settings, and in logs. */

/** Words in the name of a value that make it a secret: `wifi_pass`, `apiKey`, `MQTT-TOKEN`. */
const SECRET_WORDS: ReadonlySet<string> = new Set(
  'auth authorization bearer cookie credential credentials creds key keys pass passcode passwd pw pwd psk secret secrets token tokens'.split(
    ' ',
  ),
);
/** Parts of names that are secrets even without a separator: `wifipassword`, `apikey`. */
const SECRET_PART = /passw|passphrase|passkey|secret|token|(?:api|private|access|master)key|psk$/;

/** Whether a value of this name is likely a password, key or token; rather too often than too seldom. */
export function isSecretName(name: string): boolean {
  const words = name
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/);
  return words.some((word) => SECRET_WORDS.has(word) || SECRET_PART.test(word));
}

/**
 * Words in names of settings besides those of all secrets: ESP-IDF's Wi-Fi driver (`sta.pswd`, `sta.apinfo`, `ap.pmk_info`,
 * `sta.apsw`), its provisioning (`pop`), certificates.
 */
const SETTING_WORDS = new Set(
  'apinfo apsw ca cert certificate certs crt dpp hmac jwt ltk pem pin pmk pop priv private pswd salt verifier'.split(
    ' ',
  ),
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
