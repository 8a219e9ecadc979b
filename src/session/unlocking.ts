/**
 * Removing the protection of a whole chip: it erases everything, leaves the bus, comes back and is read. It is no job: nothing of
 * it can be resumed or rolled back, and only what the chip shows afterwards says what became of it.
 */
import type { FailureWords } from '../flash/failure.ts';
import { factsOf, failures, unlessStopped } from '../flash/failure.ts';
import type { Cancel } from '../flash/failure.ts';
import type { Inspection } from '../flash/family.ts';
import type { Finding } from '../flash/finding.ts';
import { bytes, hex } from '../flash/finding.ts';
import type { Partition } from '../flash/layout.ts';
import type { EraseUnit, FlashMap, Range } from '../flash/map.ts';
import { contains, erasedByteOf, overlaps, unitsOf, sizeOf } from '../flash/map.ts';
import type { Target } from '../flash/target.ts';
import { isAgreed } from '../flash/unlock.ts';
import { markKey } from './board-key.ts';
import { sessionFinding } from './findings.ts';
import { shareDone } from './progress.ts';
import type { SessionContext } from './session-parts.ts';
import type { Progress, SessionState } from './state.ts';

/** What is shown while a chip is unlocked. */
type Unlocking = Extract<SessionState, { kind: 'unlocking' }>;

/** The register of what ends the wait for a chip that erases itself. */
export const UNLOCK_FAILURES = {
  'unlock-unwatched': {
    kind: 'stopped',
    says: () => 'You stopped waiting. If the chip has begun to erase itself, it goes on: that cannot be stopped.',
    next: 'Leave it plugged in for a minute, then connect again: Sectorwise reads whether it is unlocked and its flash is blank.',
  },
} as const satisfies Record<string, FailureWords>;

/** Makes one of these failures. */
export const unlockFailure = failures<keyof typeof UNLOCK_FAILURES>(UNLOCK_FAILURES);

/** How often the time that has passed is shown, in ms. */
const TICK_MS = 500;

/** The connected board that is to be unlocked, and who gets the reports. */
interface UnlockWork extends Pick<SessionContext, 'clock' | 'settings' | 'now'> {
  readonly target: Target;
  readonly board: Inspection;
  readonly cancel: Cancel;
}

/** The connected board, as far as it matters here: a chip proved empty is noted as that. */
interface UnlockedBoard {
  readonly target: Target | null;
  readonly read: Inspection | null;
  noteBlank(ranges: readonly Range[]): void;
}

/** Unlocking the chip of one session: what is shown of it, and what became of it. */
export class ChipUnlock {
  #outcome: Finding | null = null;

  constructor(
    private readonly context: SessionContext,
    private readonly say: (state: Unlocking) => void,
  ) {}

  /** What became of unlocking the connected chip, as a part of the session's state. */
  get view(): { readonly unlocked?: Finding } {
    return this.#outcome === null ? {} : { unlocked: this.#outcome };
  }

  /** Another board is being connected, or a job begins: what became of this one is no longer shown. */
  forget(): void {
    this.#outcome = null;
  }

  /**
   * Unlocks a chip, which then is to be given up and connected again; false if it cannot be unlocked, or what was typed does not
   * agree to it. Rejects as `unlockChip` does.
   */
  async unlock(work: UnlockWork, typed: string): Promise<boolean> {
    if (!mayUnlock(work, typed)) return false;
    const board = work.board.identity.chip;
    const show = (step: Unlocking['step'], part: number | null) => this.say({ kind: 'unlocking', board, step, part });
    await unlockChip(work, (part) => show('erasing', part));
    show('returning', null);
    return true;
  }

  /** Finds out what became of unlocking a board that was just read; rejects as `settleUnlock` does. */
  async settle(connected: UnlockedBoard, cancel: Cancel) {
    const { target, read } = connected;
    if (target === null || read === null) return;
    const board = read.identity.chip;
    const show = (done: number, total: number) =>
      this.say({ kind: 'unlocking', board, step: 'reading', part: total === 0 ? null : done / total });
    const found = await settleUnlock({ ...this.context, target, board: read, cancel }, show);
    this.#outcome = found ?? this.#outcome;
    if (found?.kind === 'chip-unlocked') connected.noteBlank(blankedPartitions(read));
  }
}

/** What is shown while a board is connected: a chip that comes back from being unlocked is still that. */
export function whileConnecting(before: SessionState, says: string, progress?: Progress): SessionState {
  if (before.kind !== 'unlocking') return { kind: 'connecting', says, ...(progress !== undefined && { progress }) };
  return { ...before, step: 'reading', part: progress === undefined ? null : shareDone(progress) };
}

/** Whether a board can be unlocked, and what was typed agrees to it. */
function mayUnlock({ target, board }: Pick<UnlockWork, 'target' | 'board'>, typed: string): boolean {
  return target.unlock !== undefined && board.unlock !== undefined && isAgreed(board.unlock, typed);
}

/**
 * Records that a chip is being unlocked, and makes it erase itself; resolves once it has left the bus. `onPart` hears which part
 * of the longest time has passed, 0 to 1. Rejects with the target's `Failure`s, or with `unlock-unwatched` after a stop.
 */
async function unlockChip(work: UnlockWork, onPart: (part: number) => void): Promise<void> {
  const { target, board, cancel, clock } = work;
  const ms = board.unlock?.ms ?? 0;
  if (target.unlock === undefined || ms === 0) throw new RangeError('a board that cannot be unlocked');
  const from = clock.now();
  let forget = (): void => undefined;
  const tick = (): void => {
    onPart(Math.min(1, (clock.now() - from) / ms));
    forget = clock.at(TICK_MS, tick);
  };
  tick();
  try {
    await unlessStopped(cancel, putDown(work, { started: String(work.now()) }));
    await unlessStopped(cancel, target.unlock());
  } catch (error) {
    if (!cancel.cancelled) throw error;
    throw unlockFailure('unlock-unwatched');
  } finally {
    forget();
  }
}

/**
 * What became of a chip that was to be unlocked: proved empty by reading all of it, or why not; null if no unlock of a chip like
 * this is on record. Rejects with the `Failure`s of a lost link; the record then stays.
 */
async function settleUnlock(work: UnlockWork, onBytes: (done: number, total: number) => void): Promise<Finding | null> {
  const { settings, board, cancel } = work;
  const { started } = await unlessStopped(cancel, settings.load(recordKey(board)));
  if (started === undefined) return null;
  const found = board.unlock === undefined ? await readBack(work, onBytes) : unfinished();
  await putDown(work, {});
  return found;
}

function unfinished(): Finding {
  return sessionFinding('unlock-unfinished', { in: 'device' });
}

/** Reads everything that the erase covers, and says whether it is blank. */
async function readBack(work: UnlockWork, onBytes: (done: number, total: number) => void): Promise<Finding> {
  const { target, board, cancel } = work;
  const units = erasable(board);
  const total = sizeOf(units);
  let done = 0;
  onBytes(done, total);
  for (const unit of units) {
    const place = { in: 'flash', range: unit } as const;
    let data: Uint8Array;
    try {
      data = (await target.read?.(unit, { cancel })) ?? new Uint8Array();
    } catch (error) {
      const { kind, says: why } = factsOf(error);
      if (kind !== 'refused') throw error;
      return sessionFinding('unlock-unproved', place, { address: hex(unit.address), why });
    }
    const blank = erasedByteOf(board.layout.map, unit.region);
    const at = data.findIndex((byte) => byte !== blank);
    if (at >= 0) {
      const byte = hex(data[at] ?? 0);
      return sessionFinding('unlock-not-blank', place, { address: hex(unit.address + at), byte });
    }
    onBytes((done += unit.size), total);
  }
  return sessionFinding('chip-unlocked', { in: 'device' }, { size: bytes(total) });
}

/** The erase units that can be erased, written and read, without guarded ones: option bytes and OTP stay. */
function erasable({ layout }: Pick<Inspection, 'layout'>): EraseUnit[] {
  const isOpen = ({ access }: FlashMap['regions'][number]) => access.erase && access.write && access.read;
  return layout.map.regions
    .filter(isOpen)
    .flatMap(unitsOf)
    .filter((unit) => !layout.guards.some((guard) => overlaps(guard, unit)));
}

/** The partitions all of which the erase covers. */
function blankedPartitions(board: Pick<Inspection, 'layout'>): readonly Partition[] {
  const erased = erasable(board);
  return board.layout.partitions.filter(
    (partition) => sizeOf(erased.filter((unit) => contains(partition, unit))) === partition.size,
  );
}

/** The record outlives the tab: the chip may be found again by another one. */
function putDown(
  { settings, board }: Pick<UnlockWork, 'settings' | 'board'>,
  record: Readonly<Record<string, string>>,
) {
  return settings.save(recordKey(board), record);
}

function recordKey({ identity }: Pick<Inspection, 'identity'>): string {
  return `unlock ${markKey(identity)}`;
}
