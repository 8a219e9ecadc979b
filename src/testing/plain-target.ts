/** A device that is only bytes: for tests that do not depend on a wire. Callers inject the faults. */
import type { FlashMap, Range } from '../flash/map.ts';
import { overlaps, unitsTouching } from '../flash/map.ts';
import { withoutRange } from '../flash/content.ts';
import type { Md5 } from '../flash/survey.ts';
import type { Identity, Pace, RewriteOptions, Target, Watch } from '../flash/target.ts';

/** Called before each step of the device: throws to inject a fault. */
export type BeforeStep = (step: 'erase' | 'program' | 'digest' | 'read', range: Range) => void;

/** A target over an array of bytes, which erases unit by unit and then programs, as silicon does. */
export class PlainTarget implements Target {
  erases = 0;

  constructor(
    readonly flash: Uint8Array,
    private readonly map: FlashMap,
    private readonly md5: Md5,
    private readonly before: BeforeStep = () => undefined,
  ) {}

  identify(): Promise<Identity> {
    return Promise.resolve({
      family: 'plain',
      chip: 'Bytes',
      revision: '',
      key: { kind: 'mac', value: 'one' },
      facts: [],
    });
  }

  readMap(): Promise<FlashMap> {
    return Promise.resolve(this.map);
  }

  async read(range: Range): Promise<Uint8Array> {
    this.before('read', range);
    return this.flash.slice(range.address, range.address + range.size);
  }

  async digest(range: Range): Promise<string> {
    this.before('digest', range);
    return this.md5(this.flash.subarray(range.address, range.address + range.size));
  }

  async rewrite(range: Range, content: Uint8Array, watch: Watch & RewriteOptions): Promise<void> {
    const [region] = this.map.regions;
    if (region === undefined) throw new RangeError('no region');
    const units = unitsTouching(region, range.address, range.size);
    for (const unit of units) {
      watch.cancel.check();
      this.before('erase', unit);
      this.erases++;
      this.flash.fill(0xff, unit.address, unit.address + unit.size);
    }
    for (const unit of units) {
      watch.cancel.check();
      this.before('program', unit);
      const from = unit.address - range.address;
      const { deferred } = watch;
      const own = content.subarray(from, from + unit.size);
      this.flash.set(
        deferred && overlaps(deferred, unit) ? withoutRange(unit, deferred, own, 0xff) : own,
        unit.address,
      );
      watch.onBytes?.(from + unit.size);
    }
  }

  async commit(range: Range, data: Uint8Array): Promise<void> {
    const held = this.flash.subarray(range.address, range.address + range.size);
    if (held.some((byte) => byte !== 0xff)) throw new RangeError('a commit into cells that are not erased');
    this.before('program', range);
    this.flash.set(data, range.address);
  }

  restart(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  pace(): Pace {
    return { writeBytesPerSecond: 1e5, readBytesPerSecond: 1e5, digestBytesPerSecond: 1e6, stretchMs: 10 };
  }
}
