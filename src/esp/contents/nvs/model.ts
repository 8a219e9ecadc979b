/** What an NVS partition shall hold, while edits are worked out: checked, and independent of pages. */
import { count } from '../../../flash/english.ts';
import type { Place, Refusal } from '../../../flash/finding.ts';
import type { ContentEdit } from '../../../flash/partition-contents.ts';
import { contentRefusal } from '../refusals.ts';
import { PAGE_SIZE } from './cells.ts';
import { MOST_IN_PAGE, MOST_KEY, TYPE } from './entry.ts';
import type { Format } from './format.ts';
import type { Contents, RawValue } from './rebuild.ts';
import type { Namespace } from './store.ts';
import { codeOf, isNvsType, NVS_TYPES, nameBytes, parseValue, shownName } from './values.ts';
import { MOST_OLD, mostBlob } from './write-values.ts';

/** Edits of settings. */
export type SettingEdit = Extract<ContentEdit, { readonly edit: 'set' | 'delete-setting' | 'compact' }>;

/** Where refusals are placed that concern the partition as a whole. */
export const ON_DEVICE: Place = { in: 'device' };

/** Stands for bytes that cannot be shown. */
const UNSHOWN = '\uFFFD';

/** One change, with names as bytes; `compact` writes what there is at that moment. */
export type Step =
  | { readonly step: 'set'; readonly namespace: string; readonly value: RawValue }
  | { readonly step: 'delete'; readonly ns: number; readonly key: string }
  | { readonly step: 'compact'; readonly contents: Contents };

/** A partition's content that edits change. */
export class Model {
  private namespaces: readonly Namespace[];
  /** By name; an older library can leave one with several types. */
  private readonly values = new Map<string, readonly RawValue[]>();
  private readonly pages: number;
  private readonly format: Format;

  /** `size` is the partition's, in bytes. */
  constructor(contents: Contents, size: number, format: Format) {
    this.namespaces = contents.namespaces;
    for (const value of contents.values) {
      const name = nameKey(value);
      this.values.set(name, [...(this.values.get(name) ?? []), value]);
    }
    this.pages = Math.floor(size / PAGE_SIZE);
    this.format = format;
  }

  get contents(): Contents {
    return { namespaces: this.namespaces, values: [...this.values.values()].flat() };
  }

  /** Applies an edit, or says why it cannot be. */
  apply(edit: SettingEdit): Step | Refusal {
    if (edit.edit === 'compact') return { step: 'compact', contents: this.contents };
    const name = `${edit.namespace}/${edit.key}`;
    if (edit.edit === 'delete-setting') {
      const found = this.find(edit.namespace, edit.key);
      if (found === null) return contentRefusal('no-such-setting', ON_DEVICE, { name });
      this.values.delete(nameKey(found));
      return { step: 'delete', ns: found.ns, key: found.key };
    }
    const set = this.set(edit);
    return typeof set === 'string' ? contentRefusal('bad-setting', ON_DEVICE, { name, why: set }) : set;
  }

  private namespaceOf(shown: string): Namespace | null {
    const bytes = nameBytes(shown);
    return this.namespaces.find(({ name }) => name === bytes || shownAs(name, shown)) ?? null;
  }

  private find(namespace: string, key: string): RawValue | null {
    const ns = this.namespaceOf(namespace)?.index;
    if (ns === undefined) return null;
    const exact = this.values.get(nameKey({ ns, key: nameBytes(key) }))?.[0];
    if (exact !== undefined || !key.includes(UNSHOWN)) return exact ?? null;
    for (const [value] of this.values.values())
      if (value !== undefined && value.ns === ns && shownAs(value.key, key)) return value;
    return null;
  }

  private set({ namespace, key, type, value }: Extract<SettingEdit, { readonly edit: 'set' }>): Step | string {
    const known = this.namespaceOf(namespace);
    const wrong = (known === null ? nameDefect('namespace', namespace) : null) ?? nameDefect('key', key);
    if (wrong !== null) return wrong;
    if (!isNvsType(type)) return `its type is none of ${NVS_TYPES.join(', ')}`;
    const parsed = parseValue(type, value);
    if ('why' in parsed) return parsed.why;
    const { data } = parsed;
    const most = this.mostBytes(codeOf(type));
    if (most !== null && data.length > most)
      // The NUL at its end is not counted.
      return type === 'string'
        ? `a string has at most ${count(most - 1, 'byte')} here, and this has ${data.length - 1}`
        : `a blob has at most ${count(most, 'byte')} here, and this has ${data.length}`;
    const to = known ?? this.addNamespace(nameBytes(namespace));
    if (to === null) return 'there are 254 namespaces, the most that NVS can have';
    const raw = { ns: to.index, key: this.find(namespace, key)?.key ?? nameBytes(key), type: codeOf(type), data };
    this.values.set(nameKey(raw), [raw]);
    return { step: 'set', namespace: to.name, value: raw };
  }

  /** The most bytes of a value, a string's NUL included; null for numbers. */
  private mostBytes(type: number): number | null {
    if (type === TYPE.oldBlob) return mostBlob(this.pages, this.format.blobs);
    if (type !== TYPE.string) return null;
    return this.format.blobs === 'old' ? MOST_OLD : MOST_IN_PAGE;
  }

  private addNamespace(name: string): Namespace | null {
    const index = freeIndex(this.contents);
    if (index === null) return null;
    const made = { name, index };
    this.namespaces = [...this.namespaces, made];
    return made;
  }
}

/**
 * The first index that no namespace has, nor any value: those of a namespace that has lost its name would come to life in a new
 * one. Null if all 254 are taken.
 */
export function freeIndex({ namespaces, values }: Contents): number | null {
  const used = new Set([...namespaces.map(({ index }) => index), ...values.map(({ ns }) => ns)]);
  for (let index = 1; index < 0xff; index++) if (!used.has(index)) return index;
  return null;
}

function nameKey({ ns, key }: { readonly ns: number; readonly key: string }): string {
  return `${ns} ${key}`;
}

/** Whether a name whose bytes cannot all be shown is the one that is shown so. */
function shownAs(bytes: string, shown: string): boolean {
  return shown.includes(UNSHOWN) && shownName(bytes) === shown;
}

function nameDefect(what: string, name: string): string | null {
  const { length } = nameBytes(name);
  if (length === 0) return `its ${what} is empty`;
  if (length > MOST_KEY) return `its ${what} has ${count(length, 'byte')}, and NVS allows ${MOST_KEY}`;
  return name.includes('\0') ? `its ${what} contains a NUL character` : null;
}
