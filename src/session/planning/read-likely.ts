/** Reads an erase unit that probably holds known bytes but for a few: digests tell where the first of these are. */
import type { EraseUnit } from '../../flash/map.ts';
import type { Md5 } from '../../flash/survey.ts';
import type { Target, Watch } from '../../flash/target.ts';
import { digestsSpareReading } from '../../flash/target.ts';

/** What is read around the first difference, in bytes: the digests of smaller parts take longer than reading them. */
const PART = 0x200;

/** What a reading needs. */
interface Reading extends Pick<Watch, 'cancel'> {
  readonly target: Target;
  readonly md5: Md5;
}

/**
 * The bytes of a unit whose digest (MD5, hex) by the device is `own`; null if what was read does not have that digest. Where digests
 * spare reading, only what differs from `likely` is read. Throws the `Failure`s of the target, and a `RangeError` if it cannot be
 * read.
 */
export async function readLikely(
  { target, md5, cancel }: Reading,
  unit: EraseUnit,
  likely: Uint8Array,
  own: string,
): Promise<Uint8Array | null> {
  const { region, address, size } = unit;
  if (own === md5(likely)) return likely;
  const read = (from: number, to: number): Promise<Uint8Array> => {
    if (target.read === undefined) throw new RangeError('reading from a board that cannot be read');
    return target.read({ region, address: address + from, size: to - from }, { cancel });
  };
  const proved = (data: Uint8Array) => (md5(data) === own ? data : null);
  if (target.digest === undefined || !digestsSpareReading(target.pace())) return proved(await read(0, size));
  // Everything before `from` is as likely; the first difference is before `to`.
  let [from, to] = [0, size];
  while (to - from > PART) {
    const half = from + Math.floor((to - from) / 2);
    const digest = await target.digest({ region, address: address + from, size: half - from }, { cancel });
    if (digest === md5(likely.subarray(from, half))) from = half;
    else to = half;
  }
  const data = likely.slice();
  data.set(await read(from, to), from);
  if (proved(data) !== null || to === size) return proved(data);
  data.set(await read(to, size), to);
  return proved(data);
}
