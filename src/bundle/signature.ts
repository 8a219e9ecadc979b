/** The signature of a bundle: Ed25519 over the bytes of its manifest, which holds the SHA-256 of everything else. */
import type { Hashes } from '../flash/hash.ts';
import type { BundleSigner } from '../flash/bundle-facts.ts';
import { bytesOfHex, hexOf } from '../formats/binary.ts';
import { readJson, textIn } from '../formats/json.ts';
import { ed25519, KEY_SIZE, SIGNATURE_SIZE } from './ed25519.ts';

const ALGORITHM = 'Ed25519';
/** The largest file with a signature, in bytes: it has three short fields. */
export const LARGEST_SIGNATURE = 4096;

/** The file with the signature of a manifest. */
export async function signatureFile(manifest: Uint8Array, seed: Uint8Array): Promise<Uint8Array> {
  const own = await ed25519();
  const file = {
    algorithm: ALGORITHM,
    key: hexOf(await own.publicKey(seed)),
    signature: hexOf(await own.sign(seed, manifest)),
  };
  return new TextEncoder().encode(`${JSON.stringify(file, null, 1)}\n`);
}

/** Who signed a manifest, or what is wrong with its signature, as a clause. */
export async function signerOf(
  file: Uint8Array,
  manifest: Uint8Array,
  hashes: Pick<Hashes, 'sha256'>,
): Promise<NonNullable<BundleSigner> | string> {
  const json = readJson(file, LARGEST_SIGNATURE);
  if (json.kind !== 'object') return 'its file cannot be read';
  const { object } = json;
  if (textIn(object, 'algorithm') !== ALGORITHM) return `it is not an ${ALGORITHM} signature`;
  const [key, signature] = ['key', 'signature'].map((name) => bytesOfHex(textIn(object, name) ?? ''));
  if (key?.length !== KEY_SIZE || signature?.length !== SIGNATURE_SIZE) return 'its key or its value is not whole';
  if (!(await (await ed25519()).verify(key, manifest, signature))) return 'it does not belong to this manifest';
  return { key: hexOf(key), fingerprint: fingerprintOf(key, hashes) };
}

/** A short name for a public key that people can compare: the first 16 bytes of its SHA-256, in groups. */
export function fingerprintOf(key: Uint8Array, { sha256 }: Pick<Hashes, 'sha256'>): string {
  return (hexOf(sha256(key).subarray(0, 16)).toUpperCase().match(/.{4}/g) ?? []).join(' ');
}
