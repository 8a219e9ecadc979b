/** What no Wi-Fi network can have: a remark on settings that are named like those of one. */
import { isPasswordName, wordsOf } from '../../src/flash/secret-names.ts';

/** A kind of text with its limits in bytes of UTF-8: ESP-IDF's `wifi_config_t` has 32 for a name and 64 for a password. */
interface Limit {
  readonly what: string;
  readonly least: number;
  readonly most: number;
  readonly is: (namespace: string, key: string) => boolean;
  /** Whether a text outside of these limits is right all the same. */
  readonly unless: RegExp;
}

const LIMITS: readonly Limit[] = [
  {
    what: 'A Wi-Fi name has at most 32 bytes',
    least: 0,
    most: 32,
    is: (_, key) => wordsOf(key).some((word) => word.endsWith('ssid') && word !== 'bssid'),
    unless: /^$/,
  },
  {
    what: 'A WPA password has 8 to 63 bytes',
    least: 8,
    most: 63,
    // Of many passwords only those of Wi-Fi have these limits.
    is: (namespace, key) => isPasswordName(key) && /wi-?fi|wlan|net80211/i.test(`${namespace} ${key}`),
    // An open network has none, and the key itself may be given in hex.
    unless: /^(|[\da-f]{64})$/i,
  },
];

/** Why a text can be no Wi-Fi name or password, where its setting is named like one; empty for everything else. */
export function wifiRemark({
  namespace,
  key,
  type,
  value,
}: {
  readonly namespace: string;
  readonly key: string;
  readonly type: string;
  readonly value: string;
}): string {
  if (type !== 'string') return '';
  const limit = LIMITS.find(({ is }) => is(namespace, key));
  const { length } = new TextEncoder().encode(value);
  if (limit === undefined || limit.unless.test(value) || (length >= limit.least && length <= limit.most)) return '';
  return `${limit.what}; this has ${length}.`;
}
