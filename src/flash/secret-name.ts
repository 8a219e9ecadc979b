/** Names of values that are likely secrets: passwords, keys, tokens. */

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
