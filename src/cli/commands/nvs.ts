/** `nvs list`, `get`, `set` and `export`: the settings of a flash, or of the image of one partition. */
import type { ContentEdit, StoredSetting } from '../../flash/partition-contents.ts';
import { plainCharacters } from '../../flash/names.ts';
import { wrongValue } from '../arguments.ts';
import { showOrApplyPlan } from '../carry-out.ts';
import type { Answer, Call, Command } from '../command.ts';
import { openContent } from '../contents.ts';
import { commandFailure, noSuchName } from '../failures.ts';
import { FLASH_OPTIONS, OUT, PARTITION, SHOW_SECRETS, shownListing, shownSetting } from '../options.ts';
import { applySettings, PLAN_OPTIONS } from '../planning.ts';
import { findingLines, hasProblem } from '../words/findings.ts';
import { blocks, columns, section } from '../words/text.ts';
import { EXIT } from '../exit-status.ts';

/** More settings than anyone sets in one call. */
const MOST_SET = 1000;
/** A value of more characters than this is cut in the list; `get` prints it whole. */
const LONGEST = 100;

async function listed(call: Call): Promise<Answer> {
  const { given, paint } = call;
  const { flash, partition, listing } = await openContent('settings', call);
  const showSecrets = given.has('show-secrets');
  const rows = listing.settings
    .map((setting) => shownSetting(setting, showSecrets))
    .map((setting) => [nameOf(setting), setting.type, shortened(setting.value)]);
  return {
    status: hasProblem(listing.findings) ? EXIT.problems : EXIT.sound,
    result: blocks(
      [`${partition.name}: ${listing.details}`],
      columns(rows),
      section(paint, 'Findings', findingLines(listing.findings, flash.board.layout, paint)),
    ),
    json: { source: flash.name, partition: partition.name, listing: shownListing(listing, showSecrets) },
  };
}

function shortened(value: string | null): string {
  if (value === null) return '(unreadable)';
  const plain = plainCharacters(value);
  return plain.length > LONGEST ? `${plain.slice(0, LONGEST)}…` : plain;
}

async function got(call: Call): Promise<Answer> {
  const { flash, listing, rest, partition } = await openContent('settings', call);
  const [name = ''] = rest;
  const setting = listing.settings.find((each) => nameOf(each) === name);
  if (setting === undefined) throw noSetting(name, partition.name, listing.settings);
  if (setting.secret && !call.given.has('show-secrets')) throw commandFailure('secret-hidden', { values: { name } });
  if (setting.value === null)
    throw commandFailure('not-that-content', {
      values: { where: name, what: 'value that can be read', why: 'it is damaged, or of an unknown type.' },
    });
  return {
    status: EXIT.sound,
    result: `${setting.value}\n`,
    json: { source: flash.name, partition: partition.name, setting },
  };
}

function noSetting(name: string, where: string, settings: readonly StoredSetting[]) {
  return noSuchName('setting', name, `in ${where}`, settings.map(nameOf));
}

async function changed(call: Call): Promise<Answer> {
  const { given } = call;
  const { flash, listing, range, rest, partition } = await openContent('settings', call);
  await applySettings(flash, call);
  const type = given.oneOf('type', listing.types);
  const sets = rest.map((text): ContentEdit => {
    const [, name = '', value = ''] = /^([^=]+\/[^=]+)=([^]*)$/.exec(text) ?? [];
    if (name === '') throw wrongOperand(text);
    const own = listing.settings.find((each) => nameOf(each) === name);
    return { edit: 'set', ...partsOf(name), type: type ?? own?.type ?? 'string', value };
  });
  const deletions = given.all('delete').map((name): ContentEdit => {
    if (!listing.settings.some((each) => nameOf(each) === name))
      throw noSetting(name, partition.name, listing.settings);
    return { edit: 'delete-setting', ...partsOf(name) };
  });
  await flash.tell({ do: 'edit-contents', range, edits: [...deletions, ...sets] });
  return showOrApplyPlan(flash, call);
}

function wrongOperand(text: string) {
  return commandFailure('operands-wrong', {
    values: { command: 'nvs set', takes: 'NAMESPACE/KEY=VALUE', given: `“${text}” is` },
  });
}

async function exported(call: Call): Promise<Answer> {
  const { given } = call;
  const { flash, listing, range } = await openContent('settings', call);
  const as = given.oneOf('to', ['csv', 'json']) ?? 'csv';
  const secret = listing.settings.find((each) => each.secret);
  // A file without them would look whole, and lose them where it is imported.
  if (secret !== undefined && !given.has('show-secrets'))
    throw commandFailure('secret-hidden', { values: { name: nameOf(secret) } });
  const data = await flash.fileOf({ do: 'save-settings', range, as });
  if (data === null) throw wrongValue('to', 'csv or json', as);
  const notice = flash.state.contents?.notice ?? '';
  const notes = notice === '' ? [] : [notice];
  const out = given.value('out');
  return out === null
    ? { status: EXIT.sound, result: data, notes }
    : {
        status: EXIT.sound,
        result: '',
        files: [{ path: out, data }],
        notes,
        json: { source: flash.name, written: out },
      };
}

function nameOf({ namespace, key }: Pick<StoredSetting, 'namespace' | 'key'>): string {
  return `${plainCharacters(namespace)}/${plainCharacters(key)}`;
}

function partsOf(name: string): { readonly namespace: string; readonly key: string } {
  const at = name.indexOf('/');
  return { namespace: name.slice(0, at), key: name.slice(at + 1) };
}

/** The commands for settings. */
export const nvs: readonly Command[] = [
  {
    name: 'nvs list',
    operands: 'IMAGE',
    least: 1,
    most: 1,
    says: 'List the settings of a flash, or of the image of an NVS partition; secrets are hidden.',
    options: [...FLASH_OPTIONS, PARTITION, SHOW_SECRETS],
    run: listed,
  },
  {
    name: 'nvs get',
    operands: 'IMAGE NAMESPACE/KEY',
    least: 2,
    most: 2,
    says: 'Print the value of one setting.',
    options: [...FLASH_OPTIONS, PARTITION, SHOW_SECRETS],
    run: got,
  },
  {
    name: 'nvs set',
    operands: 'IMAGE [NAMESPACE/KEY=VALUE…]',
    least: 1,
    most: MOST_SET,
    says: 'Change settings in a copy of a flash, or of the image of an NVS partition.',
    more: [
      'A setting keeps its type; a new one is a string unless --type says otherwise. Without -o only the plan is shown.',
    ],
    options: [
      ...FLASH_OPTIONS,
      OUT,
      PARTITION,
      { name: 'type', value: 'TYPE', says: 'The type of the values: u8 … i64, string or blob.' },
      { name: 'delete', value: 'NAMESPACE/KEY', many: true, says: 'Delete a setting.' },
      ...PLAN_OPTIONS,
    ],
    run: changed,
  },
  {
    name: 'nvs export',
    operands: 'IMAGE',
    least: 1,
    most: 1,
    says: 'Save all settings as the CSV of ESP-IDF’s generator, or as JSON.',
    more: ['With a secret among them, --show-secrets is needed: a file without it would lose it.'],
    options: [
      ...FLASH_OPTIONS,
      OUT,
      PARTITION,
      { name: 'to', value: 'FORM', says: 'csv or json; csv if omitted.' },
      SHOW_SECRETS,
    ],
    run: exported,
  },
];
