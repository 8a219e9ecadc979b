/** `fs ls`, `get`, `put` and `build`: the files of a flash or of the image of one partition, and file systems from a folder. */
import { count } from '../../flash/english.ts';
import { bytes } from '../../flash/finding.ts';
import type { ContentEdit } from '../../flash/partition-contents.ts';
import { plainCharacters } from '../../flash/names.ts';
import type { Source } from '../../flash/dropped-file.ts';
import { wrongValue } from '../arguments.ts';
import { asFile, outputFile, showOrApplyPlan } from '../carry-out.ts';
import type { Answer, Call, Command } from '../command.ts';
import { openContent } from '../contents.ts';
import { commandFailure, noSuchName } from '../failures.ts';
import { FLASH_OPTIONS, OUT, PARTITION } from '../options.ts';
import { applySettings, PLAN_OPTIONS } from '../planning.ts';
import { findingLines, hasProblem, refusalLines } from '../words/findings.ts';
import { blocks, columns, section } from '../words/text.ts';
import { EXIT } from '../exit-status.ts';

/** More files and folders than anyone names in one call. */
const MOST_PUT = 1000;
/** The formats are those for a partition of a file system; the usual one comes first. */
const FILES = 'data, littlefs';

async function listed(call: Call): Promise<Answer> {
  const { flash, partition, listing } = await openContent('files', call);
  const { paint } = call;
  const rows = listing.entries.map(({ path, kind, size, modified }) => [
    kind === 'folder' ? 'folder' : bytes(size),
    modified === null ? '' : new Date(modified).toISOString().slice(0, 16).replace('T', ' '),
    plainCharacters(path),
  ]);
  return {
    status: hasProblem(listing.findings) ? EXIT.problems : EXIT.sound,
    result: blocks(
      [
        `${partition.name}: ${listing.format}, ${listing.details}; ${bytes(listing.usedBytes)} of ${bytes(listing.totalBytes)} used`,
      ],
      columns(rows),
      section(paint, 'Findings', findingLines(listing.findings, flash.board.layout, paint)),
    ),
    json: { source: flash.name, partition: partition.name, listing },
  };
}

async function got(call: Call): Promise<Answer> {
  const { flash, partition, listing, range, rest } = await openContent('files', call);
  const [path] = rest;
  const entry = listing.entries.find((each) => each.kind === 'file' && isPath(each.path, path ?? ''));
  if (path !== undefined && entry === undefined) {
    const names = listing.entries.map((each) => plainCharacters(each.path));
    throw noSuchName('file', path, `in ${partition.name}`, names);
  }
  const data = await flash.fileOf(
    entry === undefined ? { do: 'save-files', range } : { do: 'read-file', range, path: entry.path, save: true },
  );
  if (data === null)
    throw commandFailure('not-that-content', {
      values: { where: path ?? partition.name, what: 'file that can be read', why: 'nothing of it was read.' },
    });
  const out = call.given.value('out');
  if (out === null) return { status: EXIT.sound, result: data };
  const json = { source: flash.name, written: out, size: data.length };
  return { status: EXIT.sound, result: '', json, ...asFile(out, data) };
}

/** Whether an entry is meant, with or without the slash at its beginning. */
function isPath(path: string, wanted: string): boolean {
  return path === wanted || path === `/${wanted}`;
}

async function put(call: Call): Promise<Answer> {
  const { flash, range, rest } = await openContent('files', call);
  const { given } = call;
  await applySettings(flash, call);
  const deletions = given.all('delete').map((path): ContentEdit => ({ edit: 'delete-file', path }));
  const folder = (given.value('to') ?? '/').replace(/^\/?/, '/').replace(/\/*$/, '/');
  const writes: ContentEdit[] = [];
  for (const path of rest) writes.push(...(await writesOf(await call.host.files.sources(path), folder)));
  await flash.tell({ do: 'edit-contents', range, edits: [...deletions, ...writes] });
  return showOrApplyPlan(flash, call);
}

/** The edits that write sources below a folder; what lies in a folder of this computer keeps its path in it. */
async function writesOf(sources: readonly Source[], below: string): Promise<ContentEdit[]> {
  const edits: ContentEdit[] = [];
  for (const source of sources) {
    const at = source.path.indexOf('/');
    const data = await (source.whole?.() ?? source.read(0, source.size));
    // The same folder always makes the same bytes: no dates.
    edits.push({ edit: 'write-file', path: `${below}${source.path.slice(at + 1)}`, data, modified: null });
  }
  return edits;
}

async function built(call: Call): Promise<Answer> {
  const { given, host, paint } = call;
  const [path = ''] = given.operands;
  const out = outputFile(call);
  const formats = host.contents.formatsFor(FILES);
  const format =
    given.oneOf(
      'format',
      formats.map(({ id }) => id),
    ) ??
    formats[0]?.id ??
    '';
  const size = given.size('size');
  if (size === null) throw wrongValue('size', 'the size of the partition, such as 512K', '');
  const edits = await writesOf(await host.files.sources(path), '/');
  const made = await host.makeContents(format, size, edits);
  const json = { folder: path, partition: { format, size }, files: edits.length };
  if ('refusal' in made)
    return {
      status: EXIT.refused,
      result: blocks(refusalLines(made.refusal, null, paint)),
      json: { ...json, refusals: [made.refusal], written: null },
      notes: [`Nothing was written to ${out}.`],
    };
  const { data } = made;
  const named = formats.find(({ id }) => id === format)?.name ?? format;
  return {
    status: EXIT.sound,
    result: '',
    json: { ...json, refusals: [], written: out },
    files: [{ path: out, data }],
    notes: [`${out}: ${named}, ${bytes(data.length)}, ${count(edits.length, 'file')}.`],
  };
}

/** The commands for files. */
export const fs: readonly Command[] = [
  {
    name: 'fs ls',
    operands: 'IMAGE',
    least: 1,
    most: 1,
    says: 'List the files of a flash, or of the image of one partition: LittleFS, SPIFFS or FAT.',
    options: [...FLASH_OPTIONS, PARTITION],
    run: listed,
  },
  {
    name: 'fs get',
    operands: 'IMAGE [PATH]',
    least: 1,
    most: 2,
    says: 'Read a file, or all of them as a ZIP archive, to standard output or to -o.',
    options: [...FLASH_OPTIONS, OUT, PARTITION],
    run: got,
  },
  {
    name: 'fs put',
    operands: 'IMAGE [FILE…]',
    least: 1,
    most: MOST_PUT,
    says: 'Write files, or all files of a folder, into the file system of a copy of a flash, or of the image of one partition.',
    more: ['Without -o only the plan is shown.'],
    options: [
      ...FLASH_OPTIONS,
      OUT,
      PARTITION,
      { name: 'to', value: 'FOLDER', says: 'The folder in the file system; its root if omitted.' },
      { name: 'delete', value: 'PATH', many: true, says: 'Delete a file, or a folder with everything in it.' },
      ...PLAN_OPTIONS,
    ],
    run: put,
  },
  {
    name: 'fs build',
    operands: 'FOLDER',
    least: 1,
    most: 1,
    says: 'Make the image of a file system from a folder.',
    more: ['The same folder always makes the same image: files get no dates.'],
    options: [
      OUT,
      { name: 'size', value: 'SIZE', says: 'The size of the partition, such as 512K.' },
      {
        name: 'format',
        value: 'FORMAT',
        says: 'littlefs, spiffs, fat-wl (with wear levelling) or fat; littlefs if omitted.',
      },
    ],
    run: built,
  },
];
