/** One flash for one command: connected, read, and asked through the same session that the page has. */
import { factsOf, Failure } from '../flash/failure.ts';
import type { Inspection } from '../flash/family.ts';
import { isBlank } from '../flash/fates.ts';
import type { Partition } from '../flash/layout.ts';
import type { Range } from '../flash/map.ts';
import { LARGEST_FLASH, overlaps, bare } from '../flash/map.ts';
import type { PartitionListing } from '../flash/partition-contents.ts';
import type { ContentsView } from '../session/contents/contents-viewer.ts';
import { shareDone } from '../session/progress.ts';
import type { Intent } from '../session/intents.ts';
import type { ConnectedState, SessionState, Work } from '../session/state.ts';
import type { Call } from './command.ts';
import type { CommandHost, Opened } from './host.ts';
import { commandFailure, noSuchName } from './failures.ts';

/** A connected flash. */
export class FlashSession {
  constructor(
    private readonly opened: Opened,
    /** What it is called: the file, or the virtual board. */
    readonly name: string,
  ) {}

  /** The state of the session; throws the failure that ended the connection. */
  get state(): ConnectedState {
    const { state } = this.opened.session;
    if (state.kind === 'connected') return state;
    const failure = state.kind === 'disconnected' ? state.failure : null;
    throw failure === null
      ? commandFailure('path-unreadable', { values: { path: this.name, why: 'it was closed' } })
      : new Failure(failure);
  }

  /** The board as the page shows it. */
  get board(): Inspection {
    return this.state.board;
  }

  /** What the session is doing or has done. */
  get work(): Work {
    return this.state.work;
  }

  /** Connects, and reads the apps whole: a file is quick to read. Throws the `Failure`s of that. */
  async connect(): Promise<void> {
    await this.opened.session.connect();
    if ((this.board.examinable ?? 0) > 0) await this.tell({ do: 'examine' });
  }

  /** Reads and checks everything that a start needs and that is kept, where the family has such a closer look. */
  async diagnose(): Promise<void> {
    if ((this.board.diagnosable ?? 0) > 0) await this.tell({ do: 'diagnose' });
  }

  /** Carries out an intent. Throws the failure that ended the connection. */
  async tell(intent: Intent): Promise<ConnectedState> {
    await this.opened.session.dispatch(intent);
    return this.state;
  }

  /** Looks into a partition; null if nothing can be listed. */
  async look(partition: Partition): Promise<ContentsView | null> {
    const { contents } = await this.tell({ do: 'open-contents', range: bare(partition) });
    return contents ?? null;
  }

  /** What a partition holds; null if it is blank, or nothing can be listed. */
  async listing(partition: Partition): Promise<PartitionListing | null> {
    const held = this.board.contents.filter((content) => overlaps(content, partition));
    return isBlank(held) ? null : ((await this.look(partition))?.listing ?? null);
  }

  /** The partition of this name, of several the one that `suits`, or the first that does; throws `no-such-name`. */
  partition(wanted: string | null, what: string, suits: (partition: Partition) => boolean): Partition {
    const { partitions } = this.board.layout;
    const named = partitions.filter(({ name }) => wanted === null || name === wanted);
    const found = named.find(suits) ?? (wanted === null ? undefined : named[0]);
    if (found !== undefined) return found;
    throw noSuchName('partition', wanted ?? what, `on ${this.name}`, namesOf(partitions));
  }

  /** The app partition of this name; throws `no-such-name`. */
  app(wanted: string): Partition {
    const apps = this.board.layout.partitions.filter(({ role }) => role === 'app');
    const found = apps.find(({ name }) => name === wanted);
    if (found !== undefined) return found;
    throw noSuchName('app partition', wanted, `on ${this.name}`, namesOf(apps));
  }

  /** Carries out an intent that makes a file of what the flash holds; null if it made none. */
  async fileOf(intent: Intent): Promise<Uint8Array | null> {
    let file: Uint8Array | null = null;
    this.opened.onFile = (data) => (file = data);
    await this.tell(intent);
    const problem = this.state.contents?.problem ?? null;
    if (file === null && problem !== null) throw new Failure(problem);
    return file;
  }

  /** Makes a recovery bundle: see `Opened.bundle`. */
  bundle(...how: Parameters<Opened['bundle']>): Promise<Uint8Array | null> {
    return this.opened.bundle(...how);
  }

  /** The whole flash as it is now. */
  bytes(): Promise<Uint8Array> {
    return this.opened.bytes();
  }

  /** The MD5 of a range in hex; null if this flash has no such range, or does not show it. */
  digest(range: Range): Promise<string | null> {
    return this.opened.digest(range);
  }
}

/**
 * Opens the virtual board of `--board`, or the image that is the first operand, and connects; also gives the other operands.
 * `known` is the chip where another file names it.
 */
export async function openFlash(
  call: Call,
  known: string | null = null,
): Promise<{ flash: FlashSession; rest: readonly string[] }> {
  const { given, host } = call;
  const id = given.value('board');
  if (id !== null) return { flash: await connected(openBoard(id, host), id, call), rest: given.operands };
  const [path = '', ...rest] = given.operands;
  return { flash: await openImage(path, { chip: given.value('chip'), known }, call), rest };
}

/** A virtual board; throws `no-such-board`. */
export function openBoard(id: string, host: CommandHost): Opened {
  if (!host.boards.some((board) => board.id === id)) throw commandFailure('no-such-board', { values: { board: id } });
  return host.openBoard(id);
}

/** Opens an image and connects; `chip` is a chip or board that was given, `known` one that is asked only if the image says none. */
async function openImage(
  path: string,
  { chip, known }: { readonly chip: string | null; readonly known: string | null },
  call: Call,
): Promise<FlashSession> {
  // What is a little larger is named by the rule that says how large a flash can be.
  const data = await call.host.files.read(path, 2 * LARGEST_FLASH);
  const name = baseName(path);
  const open = (as: string | null) => call.host.openImage({ name, data, chip: as });
  const opened = await open(chip).catch((error: unknown) => {
    if (known === null || chip !== null || factsOf(error).name !== 'image-of-which-chip') throw error;
    return open(known);
  });
  return connected(opened, name, call);
}

/** A connected session for what was opened, whose work is shown as progress. */
export async function connected(opened: Opened, name: string, { progress }: Call): Promise<FlashSession> {
  opened.onState = (state) => progress(progressOf(state));
  const flash = new FlashSession(opened, name);
  await flash.connect();
  return flash;
}

function namesOf(partitions: readonly Partition[]): readonly string[] {
  return partitions.map(({ name }) => name);
}

/** The last part of a path. */
export function baseName(path: string): string {
  return (
    path
      .replace(/[/\\]+$/, '')
      .split(/[/\\]/)
      .at(-1) ?? path
  );
}

function progressOf(state: SessionState): string | null {
  if (state.kind === 'connecting') return state.says;
  if (state.kind !== 'connected') return null;
  const { work } = state;
  if (work.kind !== 'surveying' && work.kind !== 'flashing') return null;
  const share = shareDone(work.progress);
  return share === null ? work.progress.says : `${work.progress.says}: ${Math.floor(100 * share)} %`;
}
