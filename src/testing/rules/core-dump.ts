/** Test support: damaged core dumps, for each finding about them. Nothing of the app imports it. */
import { buildCoreDump, withChecksum } from '../../virtual-boards/esp/firmware/core-dump.ts';
import { explained, XTENSA_CRASH } from '../contents/core-dumps.ts';
import type { RuleCase } from './case.ts';
import { kindsOf, patched } from './case.ts';

const SOUND = buildCoreDump(XTENSA_CRASH);

async function reported(dump: Uint8Array, size?: number): Promise<readonly string[]> {
  return kindsOf((await explained(dump, [], size))?.findings ?? []);
}

function rule(kind: string, dump: Uint8Array): RuleCase {
  return { kind, image: () => dump, broken: () => reported(dump), mended: () => reported(SOUND) };
}

/** Every finding about a core dump. */
export const CORE_DUMP_CASES: readonly RuleCase[] = [
  {
    kind: 'core-dump-cut',
    also: ['core-dump-damaged'],
    broken: () => reported(SOUND, 0x200),
    mended: () => reported(SOUND),
  },
  rule('core-dump-checksum', patched(SOUND, SOUND.length - 1, (SOUND.at(-1) ?? 0) ^ 1)),
  rule('core-dump-version', patched(SOUND, 4, 9)),
  rule('core-dump-damaged', withChecksum(patched(SOUND, 12, 0), XTENSA_CRASH.version)),
  rule('core-dump-no-crashed-task', buildCoreDump({ ...XTENSA_CRASH, crashedTcb: 0xdeadbeef })),
];
