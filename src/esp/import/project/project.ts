/** Finds the settings of an ESP-IDF project or of a Raft SysType among dropped files, and checks them against the board. */
import { bytes, hex } from '../../../flash/finding.ts';
import type { Packed, UnpackContext } from '../../../import/packed.ts';
import { baseName, folderOf, wholeOf } from '../../../import/packed.ts';
import type { Project } from '../../../import/project.ts';
import type { EspInspection } from '../../board/inspection.ts';
import { readCsv } from '../../partitions/csv.ts';
import type { ProjectFacts } from './check.ts';
import { checkProject, placeOf } from './check.ts';
import type { ProjectSetting } from './settings.ts';
import { flashSizeOf, readFeatures, readSdkconfig, settingOf, positionOfKey, positionOfRow } from './settings.ts';

const CONFIG = /^sdkconfig(\.defaults(\.\w+)?)?$/;
const FEATURES = 'features.cmake';
const SYS_TYPES = 'SysTypes.json';
const CSV = 'partitions.csv';
/** Larger files than any of these are. */
const LARGEST = 1 << 20;

interface Read {
  readonly file: Packed;
  readonly name: string;
  readonly text: string;
}

/** The project whose settings lie in the outermost folder that has some; null if none or several do. */
export async function projectOf(
  files: readonly Packed[],
  work: UnpackContext,
  board: EspInspection,
): Promise<Project | null> {
  const folder = projectFolder(files);
  if (folder === null) return null;
  const own = files.filter(({ path, size }) => folderOf(path) === folder && size <= LARGEST);
  const texts: Read[] = [];
  for (const file of own.filter(({ path }) => isSettings(baseName(path)) || baseName(path) === CSV)) {
    const text = await textOf(file, work);
    if (text !== null) texts.push({ file, name: baseName(file.path), text });
  }
  const facts = factsOf(texts, board);
  const read = texts.filter(({ name }) => name !== CSV);
  if (facts.config.length + facts.features.length === 0) return null;
  return {
    container: facts.features.length > 0 ? 'Raft SysType' : 'ESP-IDF settings',
    says: saysOf(facts),
    read: read.map(({ file, name }) => ({ file, why: whyRead(name, facts) })),
    findings: checkProject(facts, board),
  };
}

function isSettings(name: string): boolean {
  return CONFIG.test(name) || name === FEATURES || name === SYS_TYPES;
}

function projectFolder(files: readonly Packed[]): string | null {
  const folders = [
    ...new Set(
      files
        .filter(({ path }) => CONFIG.test(baseName(path)) || baseName(path) === FEATURES)
        .map(({ path }) => folderOf(path)),
    ),
  ];
  const depth = (folder: string) => folder.split('/').length;
  const outermost = Math.min(...folders.map(depth));
  const [first, ...others] = folders.filter((folder) => depth(folder) === outermost);
  return first === undefined || others.length > 0 ? null : first;
}

async function textOf(file: Packed, { budget, yieldNow }: UnpackContext): Promise<string | null> {
  await yieldNow();
  if (!budget.readList(file.size)) return null;
  const opened = await file.open();
  return opened.kind === 'open' ? new TextDecoder().decode(await wholeOf(opened.source, yieldNow)) : null;
}

function factsOf(texts: readonly Read[], board: EspInspection): ProjectFacts {
  // What was built counts more than the defaults that it was built from.
  const rank = (name: string) => (name === 'sdkconfig' ? 2 : name === 'sdkconfig.defaults' ? 0 : 1);
  const configs = texts.filter(({ name }) => CONFIG.test(name)).toSorted((a, b) => rank(a.name) - rank(b.name));
  const csv = texts.find(({ name }) => name === CSV);
  const update = texts.find(({ name }) => name === SYS_TYPES);
  return {
    config: configs.flatMap(({ file, text }) => readSdkconfig(file.path, text)),
    features: texts.filter(({ name }) => name === FEATURES).flatMap(({ file, text }) => readFeatures(file.path, text)),
    update: update === undefined ? null : positionOfKey(update.file.path, update.text, 'ESPOTAUpdate'),
    table:
      csv === undefined
        ? { name: 'the board’s table', rows: board.esp.table.reading.rows, spotOf: () => 'in the board’s table' }
        : {
            name: csv.name,
            rows: readCsv(csv.text, { name: csv.file.path, flashSize: board.esp.flashSize }).rows,
            spotOf: ({ name }) => placeOf(positionOfRow(csv.file.path, csv.text, name)),
          },
  };
}

function saysOf({ config, features }: ProjectFacts): string {
  const size = flashSizeOf(config);
  const offset = Number(settingOf(config, 'CONFIG_PARTITION_TABLE_OFFSET')?.value);
  const system = settingOf(features, 'FS_TYPE')?.value;
  const facts = [
    ...(size === null ? [] : [`${bytes(size.size)} of flash`]),
    ...(Number.isSafeInteger(offset) ? [`the partition table at ${hex(offset)}`] : []),
    ...(system === undefined ? [] : [system]),
  ];
  const what = features.length > 0 ? 'A Raft SysType' : 'The settings of an ESP-IDF project';
  return `${what}${facts.length === 0 ? '' : `: ${facts.join(', ')}`}.`;
}

function whyRead(name: string, { config, update }: ProjectFacts): string {
  if (name === SYS_TYPES) return update === null ? 'read: it does not use ESPOTAUpdate' : 'read: it uses ESPOTAUpdate';
  const count = (settings: readonly ProjectSetting[]) => settings.filter(({ file }) => baseName(file) === name).length;
  return name === FEATURES ? 'read for FS_TYPE' : `read for its settings (${count(config)}), not written`;
}
