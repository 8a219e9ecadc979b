/**
 * What the benchmark uses in place of `@noble/hashes` (see `scripts/bundle.ts`): the library itself, whose digests can be kept once
 * and given again, so that a row can leave hashing out of the time that it measures without asking for the time at each digest.
 */
import * as legacy from '@noble/hashes/legacy.js';
import * as sha2 from '@noble/hashes/sha2.js';

interface Running {
  update(data: Uint8Array): Running;
  digest(): Uint8Array<ArrayBuffer>;
}

/** A digest, and of how many bytes it is. */
interface Digest {
  readonly digest: Uint8Array<ArrayBuffer>;
  readonly size: number;
}

/** Digests in the order in which they were asked for; `next` indexes the next one to be given, null while they are kept. */
interface AtHand {
  readonly digests: Digest[];
  next: number | null;
}

let atHand: AtHand | null = null;

/** Runs `work` and keeps every digest that it asks for. */
export async function keepDigests(work: () => Promise<unknown>): Promise<readonly Digest[]> {
  const own: AtHand = { digests: [], next: null };
  await using(own, work);
  return own.digests;
}

/** Runs `work` with these digests in place of its own. Throws a `RangeError` unless it asks for as many, in the same order. */
export async function giveDigests<T>(digests: readonly Digest[], work: () => Promise<T>): Promise<T> {
  const given: AtHand = { digests: [...digests], next: 0 };
  const result = await using(given, work);
  if (given.next !== digests.length) throw new RangeError(`${given.next} of ${digests.length} digests were asked for`);
  return result;
}

async function using<T>(own: AtHand, work: () => Promise<T>): Promise<T> {
  atHand = own;
  try {
    return await work();
  } finally {
    atHand = null;
  }
}

function answer(size: number, work: () => Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (atHand === null) return work();
  if (atHand.next === null) {
    const digest = work();
    atHand.digests.push({ digest, size });
    return digest;
  }
  const given = atHand.digests[atHand.next++];
  if (given?.size !== size)
    throw new RangeError(`digest ${atHand.next} is of ${given?.size} bytes, and not of ${size}`);
  return given.digest;
}

function running(make: () => Running): Running {
  const own = atHand === null || atHand.next === null ? make() : null;
  let size = 0;
  const self: Running = {
    update(data) {
      size += data.length;
      own?.update(data);
      return self;
    },
    digest: () => answer(size, () => (own ?? make()).digest()),
  };
  return self;
}

const hash = (oneShot: (data: Uint8Array) => Uint8Array<ArrayBuffer>, create: () => Running) =>
  Object.assign((data: Uint8Array) => answer(data.length, () => oneShot(data)), { create: () => running(create) });

/** MD5, SHA-256 and SHA-512 of some bytes, or piece by piece with `create`. */
export const md5 = hash(legacy.md5, () => legacy.md5.create());
export const sha256 = hash(sha2.sha256, () => sha2.sha256.create());
export const sha512 = hash(sha2.sha512, () => sha2.sha512.create());
