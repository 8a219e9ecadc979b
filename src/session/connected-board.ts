/** The connected board: as read, with the user's settings applied, and whether it is the expected one. */
import type { Cancel } from '../flash/failure.ts';
import type { Family, Inspection, Setting } from '../flash/family.ts';
import type { Finding } from '../flash/finding.ts';
import type { Chosen, Identity, Target, Tuned } from '../flash/target.ts';
import { backupSetting } from './planning/backup-policy.ts';
import { boardKey, boardName, isSameBoard, markKey } from './board-key.ts';
import { sessionFinding } from './findings.ts';
import type { SettingsStore } from '../storage/settings-store.ts';
import type { BoardMark } from '../storage/records.ts';
import { compareSetting } from './planning/surroundings.ts';

/** Which board is expected: any, the previous one, or the current one, reconnected to apply a setting. */
export type Meant = 'any' | 'same' | 'as-chosen';

/** Remembers the user's settings for each board, and the previous board. */
export class ConnectedBoard<I extends Inspection, T extends Target> {
  #read: I | null = null;
  #board: I | null = null;
  #chosen: Chosen = {};
  #last: Identity | null = null;
  #notices: readonly Finding[] = [];
  #met = 0;
  #tuned: Tuned = 'in-force';

  constructor(
    private readonly family: Family<I, T>,
    private readonly settings: SettingsStore,
  ) {}

  /** The board as read; null while there is none. */
  get read(): I | null {
    return this.#read;
  }

  /** The board with the user's settings applied; null while there is none. */
  get board(): I | null {
    return this.#board;
  }

  /** The board as records of jobs and backups name it; null while there is none. */
  get mark(): BoardMark | null {
    const read = this.#read;
    return read === null ? null : { key: markKey(read.identity), identity: read.identity, layout: read.layout };
  }

  /** Distinguishes it from every board before it, even if it has no unique ID. */
  get id(): string {
    const identity = this.#last;
    if (identity === null) return '';
    return identity.key === null ? `unnamed ${this.#met}` : `${identity.chip} ${boardKey(identity)}`;
  }

  /** The settings known before it is known which board answers. */
  chosenFor(meant: Meant): Chosen {
    if (meant === 'as-chosen') return this.#chosen;
    return meant === 'any' || this.#last === null || this.#last.key === null ? {} : this.#chosen;
  }

  /**
   * Takes over a board that was read, with the settings stored for it. A board other than the expected one gives a finding.
   * Throws what the target throws while applying settings.
   */
  async meet(read: I, target: T, meant: Meant, cancel: Cancel): Promise<Tuned> {
    const { identity } = read;
    const was = meant === 'any' ? null : this.#last;
    const names = was === null || isSameBoard(was, identity) ? null : { is: boardName(identity), was: boardName(was) };
    if (names !== null) this.#notices = [sessionFinding('another-board', { in: 'device' }, names)];
    else if (meant !== 'as-chosen') this.#notices = [];
    this.#last = identity;
    this.#met++;
    if (identity.key !== null) this.#chosen = await this.settings.load(boardKey(identity));
    // Boards without a unique ID would share one entry: settings meant for one could harm another.
    else if (meant !== 'as-chosen') this.#chosen = {};
    try {
      const tuned = (await target.tune?.(this.#chosen, cancel)) ?? 'in-force';
      // Another connection would not apply it either.
      this.#tuned = meant === 'as-chosen' ? 'in-force' : tuned;
    } catch (error) {
      // Settings with which the link does not work must not lock the board out.
      if (!cancel.cancelled) await this.settings.save(boardKey(identity), {});
      throw error;
    }
    this.see(read, target);
    return this.#tuned;
  }

  /** Forgets the settings of the last board. */
  async unchoose(): Promise<void> {
    this.#chosen = {};
    if (this.#last !== null && this.#last.key !== null) await this.settings.save(boardKey(this.#last), {});
  }

  /** Takes over what has since been read from the same board. */
  see(read: I, target: T): void {
    const board = this.family.choose(read, this.#chosen);
    this.#read = read;
    const own = [backupSetting(this.#chosen, target), compareSetting(this.#chosen, target)];
    const settings = [...board.settings, ...own];
    this.#board = { ...board, settings, findings: [...this.#notices, ...board.findings] };
  }

  /**
   * Applies settings; those that this board does not offer are ignored. Returns whether all settings are in force. Throws what
   * the target throws.
   */
  async choose(wanted: Chosen, target: T, cancel: Cancel): Promise<Tuned> {
    const [read, board] = [this.#read, this.#board];
    if (read === null || board === null) return this.#tuned;
    const offered = Object.entries(wanted).filter(([id, value]) => board.settings.some((s) => offers(s, id, value)));
    if (offered.length === 0) return this.#tuned;
    const chosen = { ...this.#chosen, ...Object.fromEntries(offered) };
    this.#tuned = (await target.tune?.(chosen, cancel)) ?? 'in-force';
    this.#chosen = chosen;
    const passing = board.settings.filter((each) => each.passing === true).map((each) => each.id);
    const kept = Object.entries(chosen).filter(([each]) => !passing.includes(each));
    if (board.identity.key !== null) await this.settings.save(boardKey(board.identity), Object.fromEntries(kept));
    this.see(read, target);
    return this.#tuned;
  }

  /** The board is gone, but is remembered as the previous one. */
  forget(): void {
    [this.#read, this.#board] = [null, null];
  }
}

function offers(setting: Setting, id: string, value: string): boolean {
  return setting.id === id && setting.fixed === undefined && setting.options.some((option) => option.id === value);
}
