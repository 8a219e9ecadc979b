/** The settings of a partition with the chosen edits, as rows to show. */
import type { StoredSetting } from '../../src/flash/partition-contents.ts';
import { isSecretSetting } from '../../src/flash/secret-names.ts';
import type { EditShown } from '../../src/session/contents/chosen-edits.ts';

/** An edit with the id by which it is withdrawn. */
export interface OwnEdit {
  readonly id: number;
  readonly edit: EditShown;
}

/** One row: the setting as it is on the board, null for a new one, and what it becomes, null if it stays. */
export interface SettingRow {
  readonly namespace: string;
  readonly key: string;
  readonly now: StoredSetting | null;
  readonly edit: {
    readonly id: number;
    readonly to: { readonly type: string; readonly value: string } | 'deleted';
  } | null;
  /** Whether its value is hidden until asked for. */
  readonly secret: boolean;
}

/** The rows of one namespace. */
export interface NamespaceRows {
  readonly namespace: string;
  readonly rows: readonly SettingRow[];
}

/** The settings with their edits, by namespace; both in the order of their names. */
export function settingRows(settings: readonly StoredSetting[], edits: readonly OwnEdit[]): readonly NamespaceRows[] {
  const rows = new Map<string, SettingRow>();
  const nameOf = (namespace: string, key: string) => JSON.stringify([namespace, key]);
  for (const now of settings) {
    const { namespace, key, secret } = now;
    rows.set(nameOf(namespace, key), { namespace, key, now, edit: null, secret });
  }
  for (const { id, edit } of edits) {
    // What is recreated holds nothing but what is set after that.
    if (edit.edit === 'make')
      for (const [name, row] of rows) {
        if (row.now === null) rows.delete(name);
        else rows.set(name, { ...row, edit: { id, to: 'deleted' } });
      }
    if (edit.edit !== 'set' && edit.edit !== 'delete-setting') continue;
    const { namespace, key } = edit;
    const name = nameOf(namespace, key);
    const before = rows.get(name) ?? { namespace, key, now: null, secret: isSecretSetting(namespace, key) };
    const to = edit.edit === 'set' ? { type: edit.type, value: edit.value } : 'deleted';
    rows.set(name, { ...before, edit: { id, to } });
  }
  const all = [...rows.values()].toSorted((a, b) => order(a.namespace, b.namespace) || order(a.key, b.key));
  const names = [...new Set(all.map(({ namespace }) => namespace))];
  return names.map((namespace) => ({ namespace, rows: all.filter((row) => row.namespace === namespace) }));
}

/** What is being typed: for a row, or for a new setting (`row` is empty). */
export interface Draft {
  readonly row: string;
  readonly namespace: string;
  readonly key: string;
  readonly type: string;
  readonly value: string;
  /** What was stored when it was begun; null for a new setting. */
  readonly was: Pick<StoredSetting, 'type' | 'value'> | null;
}

/** What to say of a draft whose setting is not stored as it was when the draft was begun; empty if it is. */
export function draftNote({ namespace, key, was }: Draft, settings: readonly StoredSetting[]): string {
  if (was === null) return '';
  const now = settings.find((each) => each.namespace === namespace && each.key === key);
  if (now === undefined) return 'This setting is not stored any more. “Change” stores it again.';
  return now.type === was.type && now.value === was.value ? '' : 'What is stored has changed since you began to type.';
}

/** What stands for a value that is hidden. */
export const HIDDEN = '••••••••';

/** A value as it is shown; null where it cannot be read. */
export function valueText(value: string | null): string {
  if (value === null) return 'cannot be read';
  return value === '' ? '(empty)' : value;
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
