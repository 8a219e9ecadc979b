/** Which settings are secrets, by their names and by what their values look like. */
import { isSecretSetting } from '../../../flash/secret-names.ts';
import { ascii, holdsAt } from '../../../formats/binary.ts';
import { stringBytes } from './values.ts';
import type { NvsType } from './values.ts';

/** What values of secrets look like: PEM, JSON Web Tokens, tokens of well-known services, credentials in an address. */
const TEXT_SECRETS = [
  /-----BEGIN [A-Z ]+-----/,
  /^eyJ[\w-]{5,2000}\.[\w-]{5,2000}\.[\w-]{0,2000}$/,
  /^(?:gh[pousr]_|github_pat_|sk-|xox[abpr]-|AKIA|AIza|Bearer )[\w./+=-]{10}/,
  /\w:\/\/[^\s/]{1,200}@/,
];
/** A run without a space that is long enough for a key of 128 bits in hex. */
const LONG_RUN = /^[\w+/-]{32,}={0,2}$/;
const HEX_RUN = /^[0-9a-f]+$/i;

/** Starts of binary keys and certificates: DER sequences with a length of two bytes, as X.509 and PKCS#8 have. */
const DER = [0x30, 0x82];

/** Whether a setting should be hidden until asked for. `data` is null where the value cannot be read. */
export function isSecret(namespace: string, key: string, type: NvsType, data: Uint8Array | null): boolean {
  if (isSecretSetting(namespace, key)) return true;
  if (data === null || (type !== 'string' && type !== 'blob')) return false;
  if (holdsAt(data, 0, DER) || holdsAt(data, 0, ascii('-----BEGIN '))) return true;
  if (type === 'blob') return false;
  const text = new TextDecoder().decode(stringBytes(data).subarray(0, 4096));
  return TEXT_SECRETS.some((pattern) => pattern.test(text)) || isKeyText(text);
}

/** Keys in hex or base64: digits and letters of both cases mix in the latter. */
function isKeyText(text: string): boolean {
  if (!LONG_RUN.test(text)) return false;
  return HEX_RUN.test(text) || (/[0-9]/.test(text) && /[a-z]/.test(text) && /[A-Z]/.test(text));
}
