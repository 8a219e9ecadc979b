/** The target for a board that speaks DfuSe: its memories are regions, and erase units are written one after the other. */
import type { Clock } from '../../flash/clock.ts';
import type { Cancel, FailureKind } from '../../flash/failure.ts';
import { Failure, unlessSent } from '../../flash/failure.ts';
import { bytes, hex } from '../../flash/finding.ts';
import type { EraseUnit, FlashMap, Range, Region } from '../../flash/map.ts';
import { contains, rangeEnd, regionRange, unitsTouching, without, sizeOf } from '../../flash/map.ts';
import type { Identity, Pace, RewriteOptions, Target, Watch } from '../../flash/target.ts';
import type { AlternateSetting, DfuDevice } from './device.ts';
import type { CurrentOperation } from './conversation.ts';
import type { DfuSe } from './dfuse.ts';
import { dfuFailure } from '../failures.ts';
import { neverWritten } from './memory-string.ts';

/** What a target is made of. */
export interface DfuParts {
  readonly dfuse: DfuSe;
  readonly dfu: DfuDevice['dfu'];
  readonly identity: Identity;
  /** Whether the device can be read at all: its descriptor may say that it cannot. */
  readonly canRead: boolean;
  /** The number of the alternate setting that is selected. */
  readonly alternate: number;
}

/** Timeout for erasing one unit, in ms: a base, plus this per 128 KiB, which takes 4 s at the slowest (8-bit) on an F2. */
const ERASE_MS = 3_000;
const ERASE_MS_PER_128K = 8_000;

/** Bytes per second of an STM32F2 at 3.3 V: 128 KiB take 1 s to erase, and 0.5 s to program with the transfers. */
const TYPICAL_ERASE = 128 * 1024;
const TYPICAL_PROGRAM = 256 * 1024;
const TYPICAL_READ = 200 * 1024;

/** Bytes per second to erase, check for blank and program, until enough was measured. */
function typicalWrite({ transferSize, behaviour }: DfuSe['options']): number {
  // Two status requests and the download itself take a few milliseconds besides.
  const blocks = behaviour.blockMs === 0 ? Infinity : (transferSize * 1000) / (behaviour.blockMs + 4);
  return 1 / (1 / TYPICAL_ERASE + 1 / TYPICAL_READ + 1 / Math.min(TYPICAL_PROGRAM, blocks));
}

/** Measured time below which the typical rate is used instead, in ms. */
const ENOUGH_MS = 200;

/** Measures a transfer rate from the work that was done. */
class Stopwatch {
  #bytes = 0;
  #ms = 0;

  /** `typical` is the rate, in bytes per second, until at least `ENOUGH_MS` was measured. */
  constructor(
    private readonly clock: Clock,
    private readonly typical: number,
  ) {}

  /** Runs `work` and counts its time and `bytes`. */
  async time<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    const start = this.clock.now();
    const result = await work();
    this.#ms += this.clock.now() - start;
    this.#bytes += bytes;
    return result;
  }

  /** In bytes per second. */
  rate(): number {
    return this.#ms < ENOUGH_MS || this.#bytes === 0 ? this.typical : (this.#bytes / this.#ms) * 1000;
  }
}

/** A connected board in DFU mode. */
export class DfuTarget implements DfuDevice {
  readonly noOutput = true;
  readonly dfu: DfuDevice['dfu'];
  readonly read?: NonNullable<Target['read']>;
  readonly unlock?: NonNullable<Target['unlock']>;

  readonly #dfuse: DfuSe;
  readonly #reading: Stopwatch;
  readonly #writing: Stopwatch;
  /** The addresses of the units that were erased in this connection. */
  readonly #erased = new Set<number>();
  #alternate: number;

  constructor(private readonly parts: DfuParts) {
    this.dfu = parts.dfu;
    this.#dfuse = parts.dfuse;
    this.#alternate = parts.alternate;
    this.#reading = new Stopwatch(parts.dfuse.link.clock, TYPICAL_READ);
    this.#writing = new Stopwatch(parts.dfuse.link.clock, typicalWrite(parts.dfuse.options));
    if (parts.canRead && !parts.dfu.readProtected) this.read = (range, watch) => this.#read(range, watch);
    if (parts.dfu.unlockMs !== null) this.unlock = () => this.#dfuse.readUnprotect();
  }

  identify(): Promise<Identity> {
    return Promise.resolve(this.parts.identity);
  }

  /** The regions of all memories; none is readable if the device cannot be read, whatever its memory strings say. */
  readMap(): Promise<FlashMap> {
    const readable = this.read !== undefined;
    const regions = this.dfu.settings.flatMap(regionsOf).map((region) => ({
      ...region,
      access: { ...region.access, read: region.access.read && readable },
    }));
    return Promise.resolve({ regions });
  }

  rewrite(range: Range, content: Uint8Array, watch: Watch & RewriteOptions): Promise<void> {
    return unlessSent((sends) => this.#rewrite(range, content, watch, sends));
  }

  commit(range: Range, data: Uint8Array): Promise<void> {
    return unlessSent((sends) => this.#commit(range, data, sends));
  }

  async #rewrite(range: Range, content: Uint8Array, watch: Watch & RewriteOptions, sends: () => void): Promise<void> {
    const { setting, region } = this.#whereIs(range);
    const units = unitsTouching(region, range.address, range.size);
    const whole = units[0]?.address === range.address && sizeOf(units) === range.size;
    if (!whole || content.length !== range.size) {
      throw new RangeError(`a rewrite of ${bytes(range.size)} at ${hex(range.address)} is not of whole erase units`);
    }
    this.#allow(setting, region, range);
    const { deferred } = watch;
    await this.#work(setting, watch.cancel, async () => {
      for (const group of groupsOf(units, this.dfu.transferSize)) {
        for (const unit of group) {
          watch.cancel.check();
          await this.#writing.time(0, () => this.#erase(unit, sends));
        }
        const [first] = group;
        const last = group.at(-1);
        if (first === undefined || last === undefined) continue;
        const piece = { region: region.id, address: first.address, size: rangeEnd(last) - first.address };
        for (const part of without(piece, deferred === undefined ? [] : [deferred])) {
          const from = part.address - range.address;
          const onBytes = (done: number) => watch.onBytes?.(from + done);
          await this.#program(part, content.subarray(from, from + part.size), { cancel: watch.cancel, sends, onBytes });
        }
        watch.onBytes?.(rangeEnd(piece) - range.address);
      }
    });
  }

  async #commit(range: Range, data: Uint8Array, sends: () => void): Promise<void> {
    const { setting, region } = this.#whereIs(range);
    if (data.length !== range.size) throw new RangeError(`${bytes(data.length)} for a place of ${bytes(range.size)}`);
    this.#allow(setting, region, range);
    await this.#work(setting, null, async () => {
      const trace = await this.#firstNotBlank(range);
      if (trace !== null) throw dfuFailure('dfu-not-blank', aboutUnit(range, trace));
      await this.#program(range, data, { cancel: null, sends, onBytes: () => undefined });
    });
  }

  async restart(): Promise<void> {
    const flash = this.dfu.settings.flatMap(regionsOf)[0];
    const setting = this.dfu.settings[0];
    if (setting !== undefined) await this.#select(setting);
    // ST's ROM starts from the vector table at its address pointer: at the start of the first memory.
    await this.#dfuse.leave(flash?.start ?? null);
  }

  async close(): Promise<void> {
    const { link } = this.#dfuse;
    link.end(dfuFailure('dfu-lost'));
    await link.close();
  }

  pace(): Pace {
    const readBytesPerSecond = this.#reading.rate();
    // The device has no digest: it is computed from a read.
    return {
      writeBytesPerSecond: this.#writing.rate(),
      readBytesPerSecond,
      digestBytesPerSecond: readBytesPerSecond,
      stretchMs: 20,
    };
  }

  async #read(range: Range, watch: Watch): Promise<Uint8Array> {
    const { setting } = this.#whereIs(range);
    const into = new Uint8Array(range.size);
    const doing = { command: `read ${hex(range.address)}`, place: { in: 'flash', range } } as const;
    await this.#dfuse.link.stoppable(watch.cancel, doing.command, () =>
      this.#work(setting, watch.cancel, () =>
        this.#reading.time(range.size, () =>
          this.#dfuse.read(range.address, into, doing, (done) => {
            watch.onBytes?.(done);
            watch.cancel.check();
          }),
        ),
      ),
    );
    return into;
  }

  async #erase(unit: EraseUnit, sends: () => void): Promise<void> {
    const doing: CurrentOperation = {
      command: `erase ${hex(unit.address)}`,
      place: { in: 'flash', range: unit },
      sends,
    };
    await this.#dfuse.erase(unit.address, ERASE_MS + (unit.size / 0x20000) * ERASE_MS_PER_128K, doing);
    // A write-protected sector accepts its erase without reporting an error. Its ends mostly tell, and what lies between is read
    // back later; if that was wrong, it is erased again, and then all of it is checked before it is programmed.
    const again = this.#erased.has(unit.address);
    this.#erased.add(unit.address);
    for (const end of again ? [unit] : endsOf(unit, this.#dfuse.options.transferSize)) {
      const trace = await this.#firstNotBlank(end);
      const at = end.address - unit.address + (trace?.at ?? 0);
      if (trace !== null) throw dfuFailure('dfu-unit-protected', aboutUnit(unit, { ...trace, at }));
    }
  }

  /** The first byte of a range that is not blank, `at` from its start; null if it is blank or cannot be read. */
  async #firstNotBlank(range: Range): Promise<{ readonly at: number; readonly byte: number } | null> {
    if (this.read === undefined) return null;
    const { blank } = this.#dfuse.options.behaviour;
    const into = new Uint8Array(range.size);
    const doing = { command: `check that ${hex(range.address)} is blank`, place: { in: 'flash', range } } as const;
    await this.#reading.time(range.size, () => this.#dfuse.read(range.address, into, doing, () => undefined));
    const at = into.findIndex((byte) => byte !== blank);
    return at < 0 ? null : { at, byte: into[at] ?? 0 };
  }

  /** Programs erased cells in transfers; those of blank bytes only are left out. */
  async #program(
    range: Range,
    data: Uint8Array,
    { cancel, sends, onBytes }: { readonly cancel: Cancel | null; sends(): void; onBytes(done: number): void },
  ): Promise<void> {
    const { transferSize, behaviour } = this.#dfuse.options;
    const doing = { command: `write ${hex(range.address)}`, place: { in: 'flash', range }, sends } as const;
    for (let at = 0; at < data.length; at += transferSize) {
      cancel?.check();
      const block = data.subarray(at, at + transferSize);
      if (block.some((byte) => byte !== behaviour.blank)) {
        await this.#writing.time(block.length, () => this.#dfuse.write(range.address + at, block, doing));
      }
      onBytes(at + block.length);
    }
  }

  /** Does some work in one memory and leaves the device idle, so that it can be found again. */
  async #work(setting: AlternateSetting, cancel: Cancel | null, work: () => Promise<void>): Promise<void> {
    cancel?.check();
    try {
      await this.#select(setting);
      await work();
    } catch (error) {
      if (kindOf(error) === 'lost') throw error;
      await this.#dfuse.toIdle().catch((later: unknown) => {
        // The first failure is the one to report; but a stop implies that the board is usable, and this one is not.
        if (kindOf(error) === 'stopped') throw later;
      });
      throw error;
    }
    await this.#dfuse.toIdle();
  }

  async #select({ number }: AlternateSetting): Promise<void> {
    if (this.#alternate === number) return;
    await this.#dfuse.selectAlternate(number);
    this.#alternate = number;
  }

  #allow(setting: AlternateSetting, region: Region, range: Range): void {
    if (this.dfu.readProtected) throw dfuFailure('dfu-read-protected', { place: { in: 'flash', range } });
    const reason = neverWritten(setting.memory, region);
    if (reason === null) return;
    throw dfuFailure('dfu-never-written', { values: { name: region.name, reason }, place: { in: 'flash', range } });
  }

  #whereIs(range: Range): { readonly setting: AlternateSetting; readonly region: Region } {
    for (const setting of this.dfu.settings) {
      const region = regionsOf(setting).find(({ id }) => id === range.region);
      if (region === undefined) continue;
      if (contains(regionRange(region), range)) return { setting, region };
    }
    throw new RangeError(`there is no ${hex(range.address)} (${bytes(range.size)}) in "${range.region}"`);
  }
}

function regionsOf({ memory }: AlternateSetting): readonly Region[] {
  return memory.kind === 'memory' ? memory.regions : [];
}

/** The first and the last transfer of a unit; all of one that is not much more. */
function endsOf({ region, address, size }: EraseUnit, transfer: number): Range[] {
  if (size <= 4 * transfer) return [{ region, address, size }];
  return [address, address + size - transfer].map((at) => ({ region, address: at, size: transfer }));
}

/** Adjacent units in groups of at least `least` bytes, one transfer: on an L0, that is 16 pages. */
function groupsOf(units: readonly EraseUnit[], least: number): EraseUnit[][] {
  const groups: EraseUnit[][] = [];
  let size = Infinity;
  for (const unit of units) {
    if (size >= least) {
      groups.push([]);
      size = 0;
    }
    groups.at(-1)?.push(unit);
    size += unit.size;
  }
  return groups;
}

function aboutUnit(range: Range, { at, byte }: { readonly at: number; readonly byte: number }) {
  const difference = `it holds ${byte.toString(16).toUpperCase().padStart(2, '0')} at +${hex(at)}`;
  const values = { address: hex(range.address), size: bytes(range.size), difference };
  const { region, address, size } = range;
  return { values, place: { in: 'flash', range: { region, address, size } } } as const;
}

function kindOf(error: unknown): FailureKind | null {
  return error instanceof Failure ? error.facts.kind : null;
}
