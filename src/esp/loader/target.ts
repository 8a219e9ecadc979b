/** The target for Espressif boards: the operations that a plan needs, over whichever loader runs. */
import type { Cancel } from '../../flash/failure.ts';
import { makeCancel, unlessSent } from '../../flash/failure.ts';
import { bytes, hex } from '../../flash/finding.ts';
import type { FlashMap, Range } from '../../flash/map.ts';
import { rangeEnd, splitRange } from '../../flash/map.ts';
import type {
  Bounds,
  Chosen,
  Identity,
  ListenOptions,
  Pace,
  RewriteOptions,
  Target,
  Tuned,
  Watch,
} from '../../flash/target.ts';
import { USUAL_BOUNDS } from '../../flash/target.ts';
import { UNIT } from '../flash-geometry.ts';
import type { EspDevice } from './device.ts';
import { ASSUMED_FLASH_SIZE } from './device.ts';
import { espFailure } from '../failures.ts';
import type { FlashChip } from './identify.ts';
import { listen, isPortRestart } from './listen.ts';
import type { Link } from './open-link.ts';
import { paceOf, timesAsLong } from './pace.ts';
import { restart } from './restart.ts';
import type { SendMode } from './rewrite.ts';
import { partsOf, rewrite } from './rewrite.ts';
import { ResilientLink } from './resilient-link.ts';
import type { Security } from '../board/security.ts';
import { FLASH_SIZE, TRANSFER, wantsStub } from '../board/setting-ids.ts';

/** The id of an Espressif board's only region. */
export const REGION = 'flash';

/** What is sent in one transfer, in bytes, after an error on the wire: two 64 KiB blocks are erased at once. */
const SHORT = 0x20000;
/** The most that one command reads, in bytes, by the ROM and by the stub: over USB alone on its bus, 256 KiB take 0.3 to 0.4 s. */
const READ_LIMIT = { slow: 0x400, stream: 0x40000 } as const;
/** What one command reads over USB until a read has shown how fast the bus is, and the least read that shows it, in bytes. */
const [FIRST_READ, TELLING_READ] = [0x10000, 0x4000];

/** The parts of a target. */
export interface EspParts {
  readonly link: Link;
  readonly identity: Identity;
  readonly security: Security;
  /** Null if the flash chip cannot be read. */
  readonly flash: FlashChip | null;
  readonly chosen: Chosen;
  readonly comesBack: () => Promise<SerialPort | null>;
}

/** A connected board. */
export class EspTarget implements EspDevice {
  readonly read?: NonNullable<Target['read']>;
  readonly digest?: NonNullable<Target['digest']>;

  readonly #link: ResilientLink;
  #raw = false;
  /** How fast the last long enough read was, in bytes per ms; null before it. */
  #readPerMs: number | null = null;

  constructor(private readonly parts: EspParts) {
    const { dialect } = parts.link.commands;
    this.#link = new ResilientLink(parts.link, parts.chosen, parts.comesBack);
    this.#raw = parts.chosen[TRANSFER] === 'raw';
    if (dialect.read !== null) this.read = (range, watch) => this.#read(range, watch);
    if (dialect.digest !== null) this.digest = (range, watch) => this.#digest(range, watch?.cancel ?? makeCancel());
  }

  get mode() {
    return this.parts.link.mode;
  }

  /** esptool waits 8 s for a MiB at worst (`MD5_TIMEOUT_PER_MB`), which is a quarter of a second for 32 KiB; the stub is far faster. */
  get mostDigested(): number {
    return this.mode === 'stub' ? Infinity : 0x8000;
  }

  get connection() {
    return this.parts.link.connection;
  }

  get withoutStub() {
    const { withoutStub } = this.parts.link;
    return withoutStub && { ...withoutStub, times: timesAsLong(this.parts.link, this.#link.rate) };
  }

  /** The stub ends each read with the MD5 of what it sent. */
  get readsProved(): boolean {
    return this.parts.link.commands.dialect.read === 'stream';
  }

  get security(): Security {
    return this.parts.security;
  }

  get flashSize(): number | null {
    return this.parts.flash?.size ?? null;
  }

  /** Current baud rate; null over USB. */
  get speed(): number | null {
    return this.#link.rate;
  }

  /** Raises the speed to the chosen rate, or in automatic speed as far as it works. */
  speedUp(cancel: Cancel, onSay: (words: string) => void): Promise<void> {
    return this.#link.speedUp(cancel, onSay);
  }

  async tune(chosen: Chosen, cancel: Cancel = makeCancel()): Promise<Tuned> {
    const { link, chosen: first, flash } = this.parts;
    const [was, wanted] = [wantsStub(first), wantsStub(chosen)];
    // No new connection for what already runs, nor for a stub that was tried and did not start.
    if (wanted ? !was && link.withoutStub !== null : was && link.mode === 'stub') return 'next-connection';
    this.#raw = chosen[TRANSFER] === 'raw';
    const size = Number(chosen[FLASH_SIZE] ?? ASSUMED_FLASH_SIZE);
    if (flash === null && size > 0 && size !== this.#link.assumedSize) {
      this.#link.assumedSize = size;
      await this.#work('set the flash size', null, cancel, ({ commands }) => commands.setFlashSize(size));
    }
    await this.#link.choose(chosen, cancel);
    return 'in-force';
  }

  identify(): Promise<Identity> {
    return Promise.resolve(this.parts.identity);
  }

  readMap(): Promise<FlashMap> {
    const size = this.parts.flash?.size ?? this.#link.assumedSize;
    const runs = [{ count: size / UNIT, size: UNIT }];
    const access = { read: this.read !== undefined, erase: true, write: true };
    return Promise.resolve({ regions: [{ id: REGION, name: 'SPI flash', start: 0, runs, access }] });
  }

  rewrite(range: Range, content: Uint8Array, watch: Watch & RewriteOptions): Promise<void> {
    return unlessSent((sends) => this.#rewrite(range, content, watch, sends));
  }

  async #rewrite(range: Range, content: Uint8Array, watch: Watch & RewriteOptions, sends: () => void): Promise<void> {
    if (range.address % UNIT !== 0 || range.size % UNIT !== 0 || content.length !== range.size) {
      throw new RangeError(`a rewrite of ${bytes(range.size)} at ${hex(range.address)} is not of whole erase units`);
    }
    const encrypt = watch.encrypt ?? false;
    if (encrypt) this.#mustEncrypt(range);
    const { dialect } = this.parts.link.commands;
    // Data to be encrypted is sent raw (esptool cmds.py, write_flash: "compress and encrypt options are mutually exclusive").
    const packed = dialect.unpacks && !this.#raw && !encrypt;
    for (const part of partsOf(range, dialect)) {
      const own = { packed, encrypt, erases: dialect.erasesFirst, sends };
      const from = part.address - range.address;
      const bytesOf = (some: Range) => content.subarray(some.address - range.address, rangeEnd(some) - range.address);
      const watching = { cancel: watch.cancel, onBytes: (done: number) => watch.onBytes?.(from + done) };
      if (await this.#rewritten(part, bytesOf(part), own, watching, part.size > SHORT)) continue;
      // After an error on the wire, what is sent again is short.
      for (const short of splitRange(part, SHORT)) {
        const at = short.address - range.address;
        const onBytes = (done: number) => watch.onBytes?.(at + done);
        await this.#rewritten(short, bytesOf(short), own, { ...watching, onBytes }, false);
      }
    }
  }

  /** Rewrites a range in one transfer; false if the wire damaged it and it is to be sent in shorter ones (`once`). */
  async #rewritten(
    range: Range,
    content: Uint8Array,
    { erases, sends, ...how }: Pick<SendMode, 'packed' | 'encrypt'> & { readonly erases: boolean; sends(): void },
    watch: Watch,
    once: boolean,
  ): Promise<boolean> {
    watch.cancel.check();
    let tries = 0;
    const piece = { what: `erase and write ${hex(range.address)}`, range, cancel: watch.cancel, erases };
    const done = await this.#link.work(piece, async ({ commands, transport }) => {
      if (once && tries++ > 0) return false;
      if (!transport.isEnded) sends();
      const { rate } = this.#link;
      // The ROM erases everything before the first block.
      const perMs = rate === null || erases ? null : rate / 10_000;
      const mode = { ...how, piece: this.#pieceSize(commands.dialect.block), perMs };
      await rewrite(commands, range.address, content, mode, watch);
      return true;
    });
    if (done) this.#link.wasClean(range.size);
    return done;
  }

  async restart(options: ListenOptions): Promise<void> {
    await this.#work('restart', null, options.cancel, restart).catch((error: unknown) => {
      if (!isPortRestart(this.#link.current, error)) throw error;
    });
    await listen(this.#link.current, options, this.parts.comesBack);
  }

  close(): Promise<void> {
    return this.#link.close();
  }

  pace(): Pace {
    return paceOf(this.parts.link.commands.dialect, this.#link.rate, this.#raw);
  }

  bounds(): Bounds {
    const { exact, mode } = this.#link.current.commands.dialect;
    const alone = mode !== 'stub';
    return { ...USUAL_BOUNDS, exact, eachStretch: alone, whole: alone };
  }

  async #read(range: Range, watch: Watch): Promise<Uint8Array> {
    let whole: Uint8Array | null = null;
    // A read cannot be aborted, so long ones are split into short pieces.
    let size = 0;
    for (let at = 0; at < range.size; at += size) {
      watch.cancel.check();
      // The rate may have changed since the last piece.
      const most = READ_LIMIT[this.parts.link.commands.dialect.read ?? 'slow'];
      size = Math.min(this.#readSize(most), range.size - at);
      const address = range.address + at;
      const { clock } = this.parts.link;
      const from = clock.now();
      const part = await this.#work(`read ${hex(address)}`, range, watch.cancel, ({ commands }) =>
        commands.read(address, size),
      );
      if (size >= TELLING_READ) this.#readPerMs = size / Math.max(1, clock.now() - from);
      // What was read in one piece is not copied.
      if (size < range.size) (whole ??= new Uint8Array(range.size)).set(part, at);
      else whole = part;
      this.#link.wasClean(size);
      watch.onBytes?.(at + size);
    }
    return whole ?? new Uint8Array(range.size);
  }

  #digest(range: Range, cancel: Cancel): Promise<string> {
    return this.#work(`digest of ${hex(range.address)}`, range, cancel, ({ commands }) => commands.digest(range));
  }

  #work<T>(what: string, range: Range | null, cancel: Cancel, work: (link: Link) => Promise<T>): Promise<T> {
    return this.#link.work({ what, range, cancel }, work);
  }

  /** Refuses, before anything is erased, what the loader or the chip would refuse afterwards. */
  #mustEncrypt(range: Range): void {
    const { chip, mode } = this.parts.link;
    const place = { in: 'flash', range } as const;
    if (!this.parts.link.commands.dialect.encrypts) {
      const loader = mode === 'stub' ? 'flasher' : 'own loader';
      throw espFailure('encrypt-impossible', {
        place,
        values: { reason: `the ${chip.name}’s ${loader} does not support it` },
      });
    }
    if (this.parts.security.encryption.manual === 'disabled') {
      throw espFailure('encrypt-impossible', { place, values: { reason: 'its eFuses permanently disable it' } });
    }
  }

  /** What one command reads, at most `most`: a bus that is shared may be far slower than USB can be. */
  #readSize(most: number): number {
    if (this.#link.rate !== null) return this.#pieceSize(most);
    if (this.#readPerMs === null) return Math.min(most, FIRST_READ);
    // One read that took long, as one that was repeated, is followed by one that tells again.
    return Math.max(Math.min(most, TELLING_READ), halfASecond(most, this.#readPerMs));
  }

  /** The largest size of a block, up to `most`, at the current rate; over USB any takes little time. */
  #pieceSize(most: number): number {
    const rate = this.#link.rate;
    return rate === null ? most : halfASecond(most, rate / 10_000);
  }
}

/** The largest size in bytes, up to `most`, that takes under half a second on the wire, as a cancel has to wait for it. */
function halfASecond(most: number, perMs: number): number {
  let size = most;
  while (size > 0x400 && size > perMs * 500) size /= 2;
  return size;
}
