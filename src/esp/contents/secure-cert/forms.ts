/** What kind of key or certificate bytes are, by their first bytes: PEM (RFC 7468), or DER of PKCS#1, PKCS#8 and SEC 1. */
import { ascii, holdsAt, textOf } from '../../../formats/binary.ts';

/** Longer than the first line of a PEM file. */
const LINE = 64;
/** The algorithm's identifier stands in the first bytes of PKCS#8 (RFC 5208): version, then the identifier. */
const HEAD = 40;
const RSA_ID = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const EC_ID = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const DER_SEQUENCE = 0x30;

/** `PEM` or `DER`; null for something else. */
export function formOf(data: Uint8Array): 'PEM' | 'DER' | null {
  if (holdsAt(data, 0, ascii('-----BEGIN '))) return 'PEM';
  return data[0] === DER_SEQUENCE ? 'DER' : null;
}

/** The kind of a private key, such as `ECDSA key, DER`; null if its form is not known. Says nothing of the key's own bytes. */
export function keyFormOf(data: Uint8Array): string | null {
  const form = formOf(data);
  if (form === null) return null;
  const algorithm = form === 'PEM' ? pemAlgorithm(data) : derAlgorithm(data);
  return algorithm === null ? form : `${algorithm} key, ${form}`;
}

function pemAlgorithm(data: Uint8Array): string | null {
  const line = textOf(data.subarray(0, LINE));
  if (line.startsWith('-----BEGIN RSA PRIVATE KEY-----')) return 'RSA';
  return line.startsWith('-----BEGIN EC PRIVATE KEY-----') ? 'ECDSA' : null;
}

function derAlgorithm(data: Uint8Array): string | null {
  const head = data.subarray(0, HEAD);
  if (holds(head, RSA_ID)) return 'RSA';
  if (holds(head, EC_ID)) return 'ECDSA';
  // After the sequence's length: version 1 in SEC 1 (RFC 5915), version 0 in PKCS#1 (RFC 8017).
  const length = data[1] ?? 0;
  const version = length < 0x80 ? 2 : 2 + (length & 0x7f);
  if (holdsAt(data, version, [0x02, 0x01, 0x01, 0x04])) return 'ECDSA';
  return holdsAt(data, version, [0x02, 0x01, 0x00, 0x02]) ? 'RSA' : null;
}

function holds(data: Uint8Array, wanted: readonly number[]): boolean {
  return data.some((_, at) => holdsAt(data, at, wanted));
}
