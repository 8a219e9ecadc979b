/**
 * The flash of an opened image: the bytes of its file, which never change, and beside them the erase units that were written.
 * It is as strict as NOR flash: whole erase units, and only erased cells are programmed.
 */
import { withoutRange } from '../flash/content.ts';
import { bytes, hex } from '../flash/finding.ts';
import type { Image, Segment } from '../flash/image.ts';
import { imageWithin } from '../flash/image.ts';
import type { EraseUnit, FlashMap, Range, Region } from '../flash/map.ts';
import {
  contains,
  erasedByteOf,
  rangeEnd,
  regionOf,
  regionRange,
  unitsOf,
  unitsTouching,
  sizeOf,
} from '../flash/map.ts';
import { unitKey } from '../flash/survey.ts';
import type { RewriteOptions } from '../flash/target.ts';
import { sameBytes } from '../formats/binary.ts';
import { md5Hex } from '../formats/hashes.ts';
import { imageRangeFailure } from './failures.ts';

/** Flash over the bytes of a file. Only written erase units are copied; addresses and sizes in bytes. */
export class ImageFlash {
  readonly #written = new Map<string, Uint8Array>();
  #saved: ReadonlyMap<string, Uint8Array> = new Map();

  /** What no segment of the file covers is erased; `refusal` is why a region is never written, null if it may be. */
  constructor(
    readonly map: FlashMap,
    private readonly file: Image,
    private readonly refusal: (region: Region) => string | null,
  ) {}

  /** A copy of a range. Throws a `RangeError` outside of the map. */
  read(range: Range): Uint8Array {
    return this.#bytes(range, this.#written).slice();
  }

  /** The MD5 of a range, in hex. */
  digest(range: Range): string {
    return md5Hex(this.#bytes(range, this.#written));
  }

  /** The whole of a region as it is now: a view of the file if nothing of it was written and the file has all of it. */
  whole(id: string): Uint8Array {
    return this.#bytes(regionRange(regionOf(this.map, id)), this.#written);
  }

  /**
   * Replaces whole erase units. Throws a `Failure` for a region that is never written, and a `RangeError` for what is not made of
   * whole units or reaches out of the map.
   */
  rewrite(range: Range, content: Uint8Array, { deferred }: Pick<RewriteOptions, 'deferred'>): void {
    const region = this.#regionOf(range);
    const units = unitsTouching(region, range.address, range.size);
    const size = sizeOf(units);
    if (units[0]?.address !== range.address || size !== range.size || content.length !== range.size) {
      throw new RangeError(`a rewrite of ${bytes(range.size)} at ${hex(range.address)} is not of whole erase units`);
    }
    if (deferred !== undefined && !contains(range, deferred)) {
      throw new RangeError(`${hex(deferred.address)} is deferred, but not rewritten`);
    }
    this.#allow(region, range);
    const erased = erasedByteOf(this.map, region.id);
    const now = deferred === undefined ? content : withoutRange(range, deferred, content, erased);
    for (const unit of units) {
      const from = unit.address - range.address;
      this.#written.set(unitKey(unit), now.slice(from, from + unit.size));
    }
  }

  /** Programs a range of which every cell is erased. Throws a `Failure` if one is not, and changes nothing then. */
  commit(range: Range, data: Uint8Array): void {
    const region = this.#regionOf(range);
    if (data.length !== range.size) throw new RangeError(`${bytes(data.length)} for a place of ${bytes(range.size)}`);
    this.#allow(region, range);
    const held = this.#bytes(range, this.#written);
    const erased = erasedByteOf(this.map, region.id);
    const at = held.findIndex((byte) => byte !== erased);
    if (at >= 0) {
      const byte = (held[at] ?? 0).toString(16).toUpperCase().padStart(2, '0');
      const values = { address: hex(range.address), size: bytes(range.size) };
      throw imageRangeFailure('flash-image-not-erased', range, {
        ...values,
        difference: `it holds ${byte} at +${hex(at)}`,
      });
    }
    for (const unit of unitsTouching(region, range.address, range.size)) {
      const whole = this.read(unit);
      const from = Math.max(range.address, unit.address);
      const part = data.subarray(from - range.address, Math.min(rangeEnd(range), rangeEnd(unit)) - range.address);
      whole.set(part, from - unit.address);
      this.#written.set(unitKey(unit), whole);
    }
  }

  /** The erase units that differ from the file, in order. */
  changed(): EraseUnit[] {
    return this.#differing(new Map());
  }

  /** Whether everything that differs from the file was saved. */
  get isSaved(): boolean {
    return this.#differing(this.#saved).length === 0;
  }

  /** Notes that what is in the flash now has been saved. */
  noteSaved(): void {
    this.#saved = new Map(this.#written);
  }

  /** The units that differ from the file with these units written. */
  #differing(before: ReadonlyMap<string, Uint8Array>): EraseUnit[] {
    const keys = new Set([...before.keys(), ...this.#written.keys()]);
    if (keys.size === 0) return [];
    return this.map.regions
      .flatMap(unitsOf)
      .filter((unit) => keys.has(unitKey(unit)))
      .filter((unit) => !sameBytes(this.#bytes(unit, this.#written), this.#bytes(unit, before)));
  }

  #allow(region: Region, range: Range): void {
    const reason = region.access.erase && region.access.write ? this.refusal(region) : 'it is read-only on the board';
    if (reason !== null) throw imageRangeFailure('flash-image-not-writable', range, { name: region.name, reason });
  }

  #regionOf(range: Range): Region {
    const region = regionOf(this.map, range.region);
    if (range.size < 0 || !contains(regionRange(region), range)) {
      throw new RangeError(`there is no ${hex(range.address)} (${bytes(range.size)}) in "${range.region}"`);
    }
    return region;
  }

  /** The bytes of a range with these units written; a view, which nobody may change, wherever one segment has all of it. */
  #bytes(range: Range, written: ReadonlyMap<string, Uint8Array>): Uint8Array {
    const region = this.#regionOf(range);
    const units =
      written.size === 0
        ? []
        : unitsTouching(region, range.address, range.size).flatMap((unit): Segment[] => {
            const data = written.get(unitKey(unit));
            return data === undefined ? [] : [{ region: unit.region, address: unit.address, data }];
          });
    const [own, over] = [imageWithin(this.file, range), imageWithin(units, range)];
    const [first] = over.length > 0 ? over : own;
    if (first?.data.length === range.size) return first.data;
    const all = new Uint8Array(range.size).fill(erasedByteOf(this.map, region.id));
    for (const { address, data } of [...own, ...over]) all.set(data, address - range.address);
    return all;
  }
}
