/** UF2 files as parts for the flash: blocks for other chips are skipped and listed. */
import type { Source, Unpacked } from '../flash/dropped-file.ts';
import type { Finding } from '../flash/finding.ts';
import { hex } from '../flash/finding.ts';
import { inPieces } from '../flash/yielding.ts';
import { md5InPieces } from '../formats/hashes.ts';
import type { Uf2Fault, Uf2Passed } from '../formats/uf2.ts';
import { Uf2Reader } from '../formats/uf2.ts';
import type { BoardRules } from './board-rules.ts';
import { thisBoard } from './board-rules.ts';
import { unpackFinding } from './findings.ts';
import { knownPlace } from './other-chips.ts';
import type { UnusedFile, UnpackContext } from './packed.ts';
import { nothingUsable, piecesOf } from './packed.ts';
import { partsOf, sparseLimits, tooLarge, tooMany, unusable } from './runs.ts';
import { familyChip } from './uf2-families.ts';

const CONTAINER = 'UF2';

/** Unpacks a UF2 file with the rules of a board. Nothing of a damaged one is used. */
export async function unpackUf2(source: Source, { rules, budget, yieldNow }: UnpackContext): Promise<Unpacked> {
  const { path: name } = source;
  const large = tooLarge(source.size, rules);
  if (large !== null) return nothingUsable(CONTAINER, '', [{ name, why: large }], []);
  const reader = new Uf2Reader(rules.uf2Families, rules.addresses.limit, sparseLimits(rules));
  for await (const piece of piecesOf(source, yieldNow)) if (reader.push(piece) !== null || reader.bytes.full) break;
  const refused = budget.refuse(reader.bytes.size);
  if (refused !== null) return nothingUsable(CONTAINER, '', [{ name, why: refused }], []);
  const runs = reader.bytes.full ? null : await inPieces(reader.end(rules.addresses.mostRuns, md5InPieces), yieldNow);
  if (runs === null) return unusable(CONTAINER, name, tooMany(name, rules));
  if ('fault' in runs) return unusable(CONTAINER, name, faultFinding(runs, name));
  const passed = passedOver(reader.passed, name, rules);
  if (runs.length === 0) return nothingUsable(CONTAINER, 'A UF2 file with nothing for this board.', passed, []);
  const found = partsOf('A UF2 file', name, runs, rules);
  return { container: CONTAINER, ...found, left: [...found.left, ...passed] };
}

function faultFinding({ fault, offset, values }: Uf2Fault, name: string): Finding {
  return unpackFinding(fault, { in: 'file', name, offset }, { ...values, ...knownPlace(values['address']) });
}

function passedOver({ families, files, comments }: Uf2Passed, name: string, rules: BoardRules): UnusedFile[] {
  const blocks = (count: number): string => `${name}: ${count} ${count === 1 ? 'block' : 'blocks'}`;
  const left = [...families].map(([family, count]) => {
    const chip = familyChip(family);
    const why =
      chip === null
        ? `for a different kind of chip (UF2 family ${hex(family)})`
        : rules.chip === null
          ? `for the ${chip}, but ${thisBoard(rules)}`
          : `for the ${chip}, not for this board`;
    return { name: blocks(count), why };
  });
  if (files > 0)
    left.push({ name: blocks(files), why: 'files for a USB drive that a running program provides, not for the flash' });
  if (comments > 0) left.push({ name: blocks(comments), why: 'marked as comments, not for the flash' });
  // The list stays readable for a file for many chips.
  return left.length > 20 ? [{ name, why: `it has blocks for ${families.size} other kinds of chips` }] : left;
}
