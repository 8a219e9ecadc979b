/** Explains what a part of a board in DFU mode holds: a Particle module, from its header. Everything else is only bytes. */
import { capital } from '../../flash/english.ts';
import type { Range } from '../../flash/map.ts';
import { bytes as sized, hex } from '../../flash/finding.ts';
import type { ExplainedContent, OpenedPartition, PartitionBytes } from '../../flash/partition-contents.ts';
import { CRC_SIZE, moduleLength } from '../particle/module.ts';
import { HEAD_BYTES, moduleName, platformName, readModuleHead } from '../particle/module-head.ts';
import type { ModuleHead } from '../particle/module-head.ts';
import type { DfuInspection } from './inspection.ts';

/** The port's `openContents` for boards in DFU mode. */
export async function openDfuContents(
  { dfu }: DfuInspection,
  range: Range,
  bytesOf: (range: Range) => PartitionBytes,
): Promise<OpenedPartition> {
  const content = bytesOf(range);
  // Where no profile has modules, words that look like a header are code.
  const head =
    (dfu.profile?.modules ?? null) === null
      ? null
      : readModuleHead(await content.read(0, Math.min(HEAD_BYTES, content.size)));
  const readFile = () => Promise.reject(new RangeError('reading a file of a module'));
  return { listing: head === null ? { kind: 'unknown' } : explained(head, range), readFile };
}

function explained(head: ModuleHead, { address }: Range): ExplainedContent {
  const { start, end, version, platform, dependencies } = head;
  const name = `${moduleName(head)}, version ${version}, for the ${platformName(platform)}`;
  const needs = dependencies.map((each) => `${moduleName(each)} from version ${each.version} on`).join(', ');
  const length = moduleLength(head);
  const place = `${hex(start)} to ${hex(start + length - 1)}, ${sized(length)}`;
  const elsewhere = start === address ? '' : `; it lies at ${hex(address)}`;
  return {
    kind: 'explained',
    format: 'Particle module',
    says: `${capital(name)}.`,
    facts: [
      { name: 'Module', value: moduleName(head) },
      { name: 'Version', value: String(version) },
      { name: 'Platform', value: `${platformName(platform)} (${platform})` },
      { name: 'Built for', value: `${place}${elsewhere}` },
      { name: 'Needs', value: needs === '' ? 'no other module' : needs },
      { name: 'Header', value: `at ${hex(head.at)} in it; its CRC is its last ${sized(CRC_SIZE)}, at ${hex(end)}` },
    ],
    saves: [],
    findings: [],
  };
}
