/** Sessions over flash images in files, and dumps of virtual boards to open, for tests in Node. */
import type { Inspection } from '../flash/family.ts';
import type { Target } from '../flash/target.ts';
import type { ImageChoice } from '../flash/image-choice.ts';
import type { ImageWithFamily, OpenedImage } from '../flash-image/opened-image.ts';
import { withOpened } from '../flash-image/opened-image.ts';
import { openFlashImage, openToCompare } from '../flash-image/open.ts';
import { md5Hex } from '../formats/hashes.ts';
import { Session } from '../session/session.ts';
import type { SessionState } from '../session/state.ts';
import { makeBoard } from '../virtual-boards/catalogue.ts';
import { instantClock } from '../virtual-boards/clock.ts';
import { makeDfuBoard } from '../virtual-boards/dfu/catalogue.ts';
import { testClock } from './clock.ts';
import type { AnySession } from './esp/world.ts';

/** The whole flash of a virtual ESP board as it was made. */
export function espDump(id: string): Uint8Array {
  return makeBoard(id, testClock()).flash.snapshot();
}

/** The internal flash of a virtual board in DFU mode as it was made. */
export function dfuDump(id: string): Uint8Array {
  return makeDfuBoard(id, instantClock()).flash.snapshot();
}

/** Opens a file that must be a flash image. */
export async function openedImage(data: Uint8Array, choice?: ImageChoice, name = 'dump.bin'): Promise<OpenedImage> {
  const opened = await openFlashImage({ name, data }, choice);
  if (opened.kind === 'failure') throw new Error(opened.failure.says);
  if (opened.kind === 'question') throw new Error(opened.says);
  return opened;
}

/** A session over an opened image, connected; `files` gets what it saves, `onState` its states. */
export async function imageSession(
  opened: OpenedImage,
  files: SavedFiles = [],
  onState: (state: SessionState) => void = () => undefined,
): Promise<AnySession> {
  const session = withOpened<AnySession & Pick<Session<Inspection>, 'connect'>>(opened, (image) =>
    sessionOf(image, files, onState),
  );
  await session.connect();
  return session;
}

/** The files that a session wanted to save. */
export type SavedFiles = { readonly name: string; readonly data: Uint8Array }[];

function sessionOf<I extends Inspection, T extends Target>(
  { family, device }: ImageWithFamily<I, T>,
  files: SavedFiles,
  onState: (state: SessionState) => void,
): Pick<Session<I, T>, 'state' | 'dispatch' | 'connect'> {
  const clock = testClock();
  return new Session<I, T>({
    family,
    connect: () => Promise.resolve(device),
    openImage: openToCompare,
    md5: md5Hex,
    version: 'test',
    now: () => clock.now(),
    clock,
    newId: () => crypto.randomUUID(),
    onFile: (file) => files.push(file),
    onState,
  });
}
