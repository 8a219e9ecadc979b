/**
 * The flash of an opened image: the bytes of its file, which never change, and beside them the erase units that were written.
 * It is as strict as NOR flash: whole erase units, and only erased cells are programmed.
 */
import { bytes, hex } from '../flash/finding.ts';
import type { EraseUnit, FlashMap, Range, Region } from '../flash/map.ts';
import { contains, rangeEnd, regionOf, regionRange, unitsOf, unitsTouching } from '../flash/map.ts';
import { unitKey } from '../flash/survey.ts';
import { sameBytes } from '../formats/binary.ts';
import { md5Hex } from '../formats/hashes.ts';
import { imageRangeFailure } from './failures.ts';

/** The bytes of a file that lie at an address of a region; what no piece covers is erased. */
export interface FilePiece {
  readonly region: string;
  readonly address: number;
  readonly data: Uint8Array;
}

/** What a rewrite leaves erased for a later commit. */
interface RewriteHow {
  readonly deferred?: Range;
}

/** Flash over the bytes of a file. Only written erase units are copied; addresses and sizes in bytes. */
export class ImageFlash {
  readonly #written = new Map<string, Uint8Array>();
  #saved: ReadonlyMap<string, Uint8Array> = new Map();

  /** `pieces` do not overlap; `refusal` is why a region is never written, null if it may be. */
  constructor(
    readonly map: FlashMap,
    private readonly pieces: readonly FilePiece[],
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
  rewrite(range: Range, content: Uint8Array, { deferred }: RewriteHow): void {
    const region = this.#regionOf(range);
    const units = unitsTouching(region, range.address, range.size);
    const size = units.reduce((sum, unit) => sum + unit.size, 0);
    if (units[0]?.address !== range.address || size !== range.size || content.length !== range.size) {
      throw new RangeError(`a rewrite of ${bytes(range.size)} at ${hex(range.address)} is not of whole erase units`);
    }
    if (deferred !== undefined && !contains(range, deferred)) {
      throw new RangeError(`${hex(deferred.address)} is deferred, but not rewritten`);
    }
    this.#allow(region, range);
    for (const unit of units) {
      const from = unit.address - range.address;
      const data = content.slice(from, from + unit.size);
      if (deferred !== undefined) {
        const start = Math.max(0, deferred.address - unit.address);
        const end = Math.min(unit.size, rangeEnd(deferred) - unit.address);
        if (start < end) data.fill(erasedIn(region), start, end);
      }
      this.#written.set(unitKey(unit), data);
    }
  }

  /** Programs a range of which every cell is erased. Throws a `Failure` if one is not, and changes nothing then. */
  commit(range: Range, data: Uint8Array): void {
    const region = this.#regionOf(range);
    if (data.length !== range.size) throw new RangeError(`${bytes(data.length)} for a place of ${bytes(range.size)}`);
    this.#allow(region, range);
    const held = this.#bytes(range, this.#written);
    const at = held.findIndex((byte) => byte !== erasedIn(region));
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

  /** The bytes of a range with these units written; a view, which nobody may change, wherever one piece has all of it. */
  #bytes(range: Range, written: ReadonlyMap<string, Uint8Array>): Uint8Array {
    const region = this.#regionOf(range);
    const units =
      written.size === 0
        ? []
        : unitsTouching(region, range.address, range.size).flatMap((unit): FilePiece[] => {
            const data = written.get(unitKey(unit));
            return data === undefined ? [] : [{ region: unit.region, address: unit.address, data }];
          });
    const own = this.pieces.filter((piece) => piece.region === range.region && reaches(piece, range));
    const [only, ...more] = units.length > 0 ? units : own;
    if (only !== undefined && more.length === 0 && contains(rangeOf(only), range)) {
      return only.data.subarray(range.address - only.address, rangeEnd(range) - only.address);
    }
    const all = new Uint8Array(range.size).fill(erasedIn(region));
    for (const piece of [...own, ...units]) {
      const from = Math.max(piece.address, range.address);
      const to = Math.min(piece.address + piece.data.length, rangeEnd(range));
      all.set(piece.data.subarray(from - piece.address, to - piece.address), from - range.address);
    }
    return all;
  }
}

function rangeOf({ region, address, data }: FilePiece): Range {
  return { region, address, size: data.length };
}

function reaches(piece: FilePiece, range: Range): boolean {
  return piece.address < rangeEnd(range) && range.address < piece.address + piece.data.length;
}

function erasedIn({ erasedByte = 0xff }: Region): number {
  return erasedByte;
}
