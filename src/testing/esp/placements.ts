/** For tests: a board inspected from bytes, and files placed on it as a session would. */
import type { Choice, DroppedFile, Placement } from '../../flash/dropped-file.ts';
import type { Arrangement } from '../../flash/arrangement.ts';
import { imageIn } from '../../flash/arrangement.ts';
import type { Refusal } from '../../flash/finding.ts';
import type { Image } from '../../flash/image.ts';
import type { Layout } from '../../flash/layout.ts';
import { makeCancel } from '../../flash/failure.ts';
import type { Chosen, OnProgress } from '../../flash/target.ts';
import { chooseEsp } from '../../esp/board/choose.ts';
import type { EspDevice } from '../../esp/loader/device.ts';
import { inspectEsp } from '../../esp/board/inspect.ts';
import type { EspInspection } from '../../esp/board/inspection.ts';
import type { Security } from '../../esp/board/security.ts';
import { OPEN } from '../../esp/board/security.ts';
import { REGION } from '../../esp/loader/target.ts';
import { arrangeEsp } from '../../esp/arrange/arrange.ts';

/** The identity of a test board; by default an ESP32 of revision 3. */
export interface TestIdentity {
  readonly chip?: string;
  readonly revision?: string;
  readonly package?: string;
  /** An open chip by default. */
  readonly security?: Security;
  /** In Secure Download Mode nothing can be read, and the flash size is unknown. */
  readonly locked?: boolean;
  /** A USB-UART bridge by default. */
  readonly connection?: EspDevice['connection'];
  /** Why the ROM loader does the work; by default the stub runs. */
  readonly withoutStub?: EspDevice['withoutStub'];
  readonly chosen?: Chosen;
}

/** A chip that encrypts its flash, and what it still does for a loader. */
export function encrypting(manual: Security['encryption']['manual']): Security {
  return { ...OPEN, encryption: { on: true, count: { set: 1, of: 7 }, manual } };
}

/** The inspection of a board whose flash holds these bytes; `onProgress` hears how far the reading is. */
export async function boardOf(
  flash: Uint8Array,
  identity: TestIdentity = {},
  onProgress?: OnProgress,
): Promise<EspInspection> {
  const never = () => Promise.reject(new RangeError('a test board is only read'));
  const { locked = false, withoutStub = null, security = locked ? { ...OPEN, download: 'secure' } : OPEN } = identity;
  const target: EspDevice = {
    connection: identity.connection === undefined ? 'bridge' : identity.connection,
    mode: locked ? 'secure-download' : withoutStub === null ? 'stub' : 'rom',
    security,
    flashSize: locked ? null : flash.length,
    withoutStub,
    tune: () => Promise.resolve('in-force'),
    identify: () =>
      Promise.resolve({
        family: 'esp',
        chip: identity.chip ?? 'ESP32',
        revision: identity.revision ?? '3',
        key: null,
        facts: identity.package === undefined ? [] : [{ name: 'Package', value: identity.package }],
      }),
    readMap: () => {
      const access = { read: true, erase: true, write: true };
      const runs = [{ count: flash.length / 0x1000, size: 0x1000 }];
      return Promise.resolve({ regions: [{ id: REGION, name: 'SPI flash', start: 0, runs, access }] });
    },
    ...(!locked && { read: ({ address, size }) => Promise.resolve(flash.slice(address, address + size)) }),
    rewrite: never,
    restart: never,
    close: () => Promise.resolve(),
    pace: () => ({ writeBytesPerSecond: 1, readBytesPerSecond: 1, digestBytesPerSecond: 1, stretchMs: 1 }),
  };
  const read = await inspectEsp(target, makeCancel(), () => undefined, undefined, onProgress);
  return chooseEsp(read, identity.chosen ?? {});
}

/** A file with a name. */
export function named(name: string, data: Uint8Array): DroppedFile {
  return { name, data };
}

/** A text as a file. */
export function textFile(name: string, text: string): DroppedFile {
  return { name, data: new TextEncoder().encode(text) };
}

/** Places files as a session would; `chosen` are the ids of a person's choices, by file name. */
export function place(
  files: readonly DroppedFile[],
  board: EspInspection,
  chosen: Readonly<Record<string, string>> = {},
): Placement[] {
  const request = { files: files.map((file) => ({ file, choice: chosen[file.name] ?? null })) };
  return arrangeEsp(request, board).placements.map(({ file, choice }) => ({ file, choice }));
}

/** The arrangement of placed files. */
export function arranged(placements: readonly Placement[], board: EspInspection): Arrangement {
  return arrangeEsp({ files: placements.map(({ file, choice }) => ({ file, choice: choice?.id ?? null })) }, board);
}

/** The choices for one of several files, best first. */
export function placesFor(file: DroppedFile, files: readonly DroppedFile[], board: EspInspection): readonly Choice[] {
  const all = files.includes(file) ? files : [...files, file];
  const { placements } = arrangeEsp({ files: all.map((each) => ({ file: each, choice: null })) }, board);
  return placements[all.indexOf(file)]?.choices ?? [];
}

/** Every refusal and every question for the placed files. */
export function checkFiles(placements: readonly Placement[], board: EspInspection): readonly Refusal[] {
  return arranged(placements, board).refusals;
}

/** What the board will start, in words. */
export function afterwardsOf(placements: readonly Placement[], board: EspInspection): string {
  return arranged(placements, board).boot.says;
}

/** The layout of the flash afterwards. */
export function layoutAfter(placements: readonly Placement[], board: EspInspection): Layout {
  return arranged(placements, board).layout;
}

/** The bytes of all placements and settings, sorted; empty if two placements overlap. */
export function imageOf(placements: readonly Placement[], board: EspInspection): Image {
  return imageIn(arranged(placements, board).content);
}

/** The kinds of all refusals and, prefixed with `?`, of all questions; sorted. */
export function kindsOf(placements: readonly Placement[], board: EspInspection): string[] {
  return checkFiles(placements, board)
    .map(({ kind, consent }) => (consent === undefined ? kind : `?${kind}`))
    .toSorted();
}

/** The ids of the choices for a file; those that are never a default in brackets, those that do not fit prefixed with `!`. */
export function choiceIds(choices: readonly Choice[]): string[] {
  return choices.map(({ id, byHand, fits }) => `${fits ? '' : '!'}${byHand === true ? `(${id})` : id}`);
}

/** A flash with the bytes of all placements and settings written over it. */
export function written(flash: Uint8Array, placements: readonly Placement[], board: EspInspection): Uint8Array {
  const after = flash.slice();
  for (const { address, data } of imageOf(placements, board)) after.set(data, address);
  return after;
}

/** A bootloader with its own description and without a hash; `length` in bytes, a multiple of 16. */
export function bareBootloader(length: number): Uint8Array {
  const data = new Uint8Array(length);
  const view = new DataView(data.buffer);
  const size = length - 48;
  data.set([0xe9, 1, 2, 0x20]);
  view.setUint32(24, 0x3fff0030, true);
  view.setUint32(28, size, true);
  data.set([0x50, 0, 0, 0, 1], 32);
  data.set(new TextEncoder().encode('v5.3.1'), 40);
  data[length - 1] = data.subarray(32, 32 + size).reduce((sum, byte) => sum ^ byte, 0xef);
  return data;
}
