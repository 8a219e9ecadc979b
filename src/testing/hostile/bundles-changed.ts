/** Recovery bundles with changed bytes, forged signatures, and names that are paths. */
import type { Case } from './bundle-drop.ts';
import {
  text,
  APP,
  FS,
  UNSIGNED,
  SIGNED,
  FILES,
  of,
  flipped,
  listing,
  imagesWith,
  named,
  WRONG,
  DAMAGED,
} from './bundle-drop.ts';
import {
  archiveOf,
  donorBundle,
  DONOR,
  filesIn,
  manifestIn,
  OTHER_SEED,
  rewritten,
  SEED,
  sha256Hex,
  USUAL,
} from '../bundles.ts';
import { ed25519 } from '../../bundle/ed25519.ts';
import { hexOf } from '../../formats/binary.ts';
const BYTES: readonly Case[] = [
  ...[0, 4095, 8191].map((at): Case => ({
    name: `byte ${at} of an image changed, its CRC made right`,
    attacks: 'bundles: an archive’s CRC taken for a digest',
    comes: 'left out, bundle-changed',
    make: () => archiveOf({ ...FILES, [APP]: flipped(of(APP), at) }),
  })),
  {
    name: 'two images of one size swapped',
    attacks: 'bundles: digests that are looked for among all',
    comes: 'left out, bundle-changed',
    make: async () => {
      const half = await donorBundle(null, { ...USUAL, parts: DONOR.layout.partitions });
      const own = filesIn(half);
      return archiveOf({
        ...own,
        [APP]: own['nvs-0x1000.bin'] ?? new Uint8Array(),
        'nvs-0x1000.bin': own[APP] ?? new Uint8Array(),
      });
    },
  },
  {
    name: 'the digests of two images swapped',
    attacks: 'bundles: digests without their places',
    comes: /^left out, bundle-(changed|damaged)$/,
    make: () => {
      const [first, second] = manifestIn(UNSIGNED).images.map(({ sha256 }) => sha256);
      return imagesWith((_, i) => ({ sha256: i === 0 ? second : first }));
    },
  },
  {
    name: 'an image and its digest changed in a signed bundle',
    attacks: 'signatures: only of what is not changed',
    comes: 'left out, bundle-signature-wrong',
    make: () => {
      const app = flipped(of(APP), 100);
      return rewritten(
        SIGNED,
        (manifest) => {
          manifest['images'] = manifestIn(SIGNED).images.map((image) =>
            image.file === APP ? { ...image, sha256: sha256Hex(app) } : image,
          );
        },
        { files: { [APP]: app } },
      );
    },
  },
  {
    name: 'the address of an image changed in a signed bundle',
    attacks: 'signatures: bytes without their places',
    comes: 'left out, bundle-signature-wrong',
    make: () =>
      rewritten(SIGNED, (manifest) => {
        manifest['images'] = manifestIn(SIGNED).images.map((image) =>
          image.file === APP ? { ...image, address: 0x5000 } : image,
        );
      }),
  },
  {
    name: 'a manifest of a signed bundle with other white space',
    attacks: 'signatures: a manifest that is read otherwise than it is signed',
    comes: 'left out, bundle-signature-wrong',
    make: () => rewritten(SIGNED, () => undefined),
  },
];

const signatureWith = async (change: (signature: Record<string, unknown>) => object): Promise<Uint8Array> => {
  const own = filesIn(SIGNED);
  const signature: Record<string, unknown> = JSON.parse(new TextDecoder().decode(own['signature.json']));
  return archiveOf({ ...own, 'signature.json': text(JSON.stringify({ ...signature, ...change(signature) })) });
};

const FORGED = 'left out, bundle-signature-wrong';
const SIGNATURES: readonly Case[] = [
  {
    name: 'a signature of another bundle',
    attacks: 'signatures: believed by their looks',
    comes: FORGED,
    make: async () =>
      archiveOf({
        ...FILES,
        'signature.json':
          filesIn(await donorBundle(SEED, { ...USUAL, name: 'b' }))['signature.json'] ?? new Uint8Array(),
      }),
  },
  {
    name: 'the key of someone else',
    attacks: 'signatures: a name that did not sign',
    comes: FORGED,
    make: async () => {
      const key = hexOf(await (await ed25519()).publicKey(OTHER_SEED));
      return signatureWith(() => ({ key }));
    },
  },
  {
    name: 'a key of small order, with a signature that fits every message',
    attacks: 'signatures: keys that anyone signs with',
    comes: FORGED,
    make: () => signatureWith(() => ({ key: `01${'00'.repeat(31)}`, signature: `01${'00'.repeat(63)}` })),
  },
  {
    name: 'a signature with S raised by the group’s order',
    attacks: 'signatures: a second one for the same manifest',
    comes: FORGED,
    make: () => signatureWith(({ signature }) => ({ signature: withOrder(String(signature)) })),
  },
  ...(
    [
      ['of zeros', { signature: '00'.repeat(64) }],
      ['of no length', { signature: '' }],
      ['one digit short', { signature: 'ab'.repeat(63) }],
      ['that is a number', { signature: 7 }],
      ['with a key of no curve', { key: 'ff'.repeat(32) }],
      ['with a key that is a list', { key: [1, 2] }],
      ['by “none”', { algorithm: 'none' }],
      ['by another algorithm', { algorithm: 'RSA' }],
    ] as const
  ).map(([what, change]): Case => ({
    name: `a signature ${what}`,
    attacks: 'signatures: a value that throws',
    comes: FORGED,
    make: () => signatureWith(() => change),
  })),
  {
    name: 'a signature of 5 MiB',
    attacks: 'signatures: read whatever their size',
    comes: DAMAGED,
    make: () => archiveOf({ ...FILES, 'signature.json': text(' '.repeat(5 << 20)) }),
  },
  {
    name: 'a signature nested a hundred thousand deep',
    attacks: 'JSON: a parser that calls itself',
    comes: DAMAGED,
    make: () => archiveOf({ ...FILES, 'signature.json': text('['.repeat(100_000)) }),
  },
];

const NAMES: readonly Case[] = [
  ...[
    '../../etc/passwd',
    '/etc/passwd',
    'C:\\boot.ini',
    'a/b.bin',
    '..',
    '.hidden',
    'manifest.json',
    'signature.json',
    'con\u0000.bin',
    '\u202egnp.bin',
    'x'.repeat(150),
    '',
  ].map((file): Case => ({
    name: `an image named ${JSON.stringify(file.slice(0, 30))}`,
    attacks: 'names: a path, or a file that is already something else',
    comes: WRONG,
    make: () => named(file),
  })),
  {
    name: 'an image whose file is only there under a path',
    attacks: 'names: looked for in other folders',
    comes: DAMAGED,
    make: () => {
      const { [APP]: app = new Uint8Array(), ...files } = FILES;
      return archiveOf({ ...files, [`x/${APP}`]: app });
    },
  },
  {
    name: 'two images in one file',
    attacks: 'names: bytes that are used twice',
    comes: WRONG,
    make: () => imagesWith(() => ({ file: FS })),
  },
  {
    name: 'two images whose names differ in case',
    attacks: 'names: one file on other systems',
    comes: WRONG,
    make: () => imagesWith((_, i) => ({ file: i === 0 ? 'A.bin' : 'a.bin' })),
  },
  {
    name: 'two different files of one name in the archive',
    attacks: 'archives: the digest of one, the bytes of the other',
    comes: DAMAGED,
    make: () => {
      const twin = APP.replace('app0', 'app9');
      const packed = archiveOf({ ...FILES, [twin]: flipped(of(APP), 7) });
      return renamed(packed, twin, APP);
    },
  },
  {
    name: 'names that turn and hide text',
    attacks: 'names: a bundle shown as another',
    comes: /^2 parts, bundle-unsigned/,
    make: () =>
      listing((manifest) => Object.assign(manifest, { name: '\u202egnp\u200b', notes: '\u0007\u202e', app: '\u202e' })),
  },
];

/** An archive with a name replaced by another of the same length wherever it is. */
function renamed(packed: Uint8Array, from: string, to: string): Uint8Array {
  const copy = packed.slice();
  const letters = text(from);
  for (let at = 0; at + letters.length <= copy.length; at++)
    if (letters.every((letter, i) => copy[at + i] === letter)) copy.set(text(to), at);
  return copy;
}

/** A signature with its second half raised by the order of the group (RFC 8032, 5.1), which the strict rules forbid. */
function withOrder(signature: string): string {
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  const bytes = signature.slice(64).match(/../g) ?? [];
  const raised = BigInt(`0x${bytes.toReversed().join('')}`) + order;
  const digits = raised.toString(16).padStart(64, '0').match(/../g) ?? [];
  return signature.slice(0, 64) + digits.toReversed().join('');
}

/** Bundles of which what they say of themselves is not so. */
export const CHANGED_BUNDLES: readonly Case[] = [...BYTES, ...SIGNATURES, ...NAMES];
