/** Why what a partition holds cannot be changed as asked. The codecs word nothing else for these. */
import type { Refusal, RefusalKind } from '../../flash/finding.ts';
import { bytes, refusals } from '../../flash/finding.ts';
import type { Range } from '../../flash/map.ts';
import { Failure } from '../../flash/failure.ts';
import { plainCharacters } from '../../flash/names.ts';

/** A size in the values of a refusal, in words. */
export function sizeIn(value: string | number | undefined): string {
  return typeof value === 'number' ? bytes(value) : String(value);
}

/** The register. Values: `format`, `path`, `paths`, `name`, `why` as text; `needed`, `available` in bytes. */
export const CONTENT_REFUSALS = {
  'contents-too-large': {
    says: (v) =>
      `${v['what']} needs ${sizeIn(v['needed'])}, and ${v['format']} has ${sizeIn(v['available'])} free for it here.`,
    next: (_, at) => `Delete or leave out something larger, or make the partition larger ${at.layout}.`,
  },
  'no-such-file': {
    says: (v) => `There is no ${v['path']} in this file system.`,
    next: (_, at) => `Choose one of the files ${at.either('in the list', 'that “sectorwise fs ls” lists')}.`,
  },
  'file-exists': {
    says: (v) => `${v['path']} exists already.`,
    next: 'Choose another name, or delete it first.',
  },
  'bad-file-name': {
    says: (v) => `${v['path']} cannot be a name in ${v['format']}: ${v['why']}.`,
    next: 'Choose another name.',
  },
  'bad-file-names': {
    says: (v) => `${v['format']} cannot keep these names: ${v['paths']}.`,
    next: 'Choose other names, or leave them out.',
  },
  'settings-do-not-pack': {
    says: (v) =>
      `The settings have ${sizeIn(v['needed'])} and there are ${sizeIn(v['available'])}, but NVS keeps a string in one page, and ` +
      'no order of them leaves room for all.',
    next: (_, at) => `Delete or shorten a setting, or make the partition larger ${at.layout}.`,
  },
  'no-such-setting': {
    says: (v) => `There is no setting ${v['name']} in this partition.`,
    next: (_, at) => `Choose one of the settings ${at.either('in the list', 'that “sectorwise nvs list” lists')}.`,
  },
  'bad-setting': {
    says: (v) => `${v['name']} cannot be set: ${v['why']}.`,
    next: 'Correct the value.',
  },
  'settings-file-wrong': {
    says: (v) => `${v['file']} cannot be imported: ${v['at']} is wrong, because ${v['why']}.`,
    next: 'Correct the file and import it again.',
  },
  'contents-damaged': {
    says: (v) => `This ${v['format']} is damaged (${v['why']}), so changing it could lose what is left.`,
    next: 'Save what can be read first, then recreate it.',
  },
  'contents-unreadable': {
    says: (v) => `This cannot be changed: ${v['why']}.`,
    next: 'Choose another partition.',
  },
  'contents-recreated': {
    says: (v) => `${v['partition']} is recreated, so what it holds is replaced. ${v['holds']}`,
    next: (_, at) => at.kept,
    consent: 'Recreate it. I do not need this content.',
  },
  'edits-overlap': {
    says: (v) =>
      `${v['partition']} and ${v['other']} share flash from ${v['address']}, so changes of both cannot be flashed together.`,
    next: (_, at) => `Change only one of them ${at.contents}, or correct the table ${at.layout} first.`,
  },
  'edits-overwritten': {
    says: (v) => `What you change in ${v['partition']} cannot be flashed together with this: ${v['why']}.`,
    next: (_, at) => at.withdrawn,
  },
  'no-place-in-partition': {
    says: (v) => `${v['file']} has no place here: one partition is open, and no board.`,
    next: (_, at) =>
      at.either(
        `Add it to the file system ${at.contents}, or open the flash image that it is for, or connect the board, and drop it there.`,
        'Add it to the file system with “sectorwise fs put”, or give it with the flash image that it is for.',
      ),
  },
} as const satisfies Record<string, RefusalKind>;

/** Makes a refusal about a partition's content. */
export const contentRefusal = refusals(CONTENT_REFUSALS);

/** Why content cannot be changed, `why` as a clause; the partition is the caller's to name. */
export function unchangeable(why: string): { readonly refusal: Refusal } {
  return { refusal: contentRefusal('contents-unreadable', { in: 'device' }, { why }) };
}

/** A codec knows no addresses: on the board its refusal is about the partition. */
export function refusalAt(refusal: Refusal, range: Range): Refusal {
  return { ...refusal, place: { in: 'flash', range } };
}

/** Rejects with the failure `no-such-file`: every format words it like this, and content without files answers nothing else. */
export function noFile(path: string): Promise<never> {
  const {
    kind: name,
    place: _,
    ...facts
  } = contentRefusal('no-such-file', { in: 'device' }, { path: plainCharacters(path) });
  return Promise.reject(new Failure({ ...facts, name, kind: 'refused' }));
}
