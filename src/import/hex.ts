/** Intel HEX files as parts for the flash. */
import type { Source, Unpacked } from '../flash/dropped-file.ts';
import type { Finding } from '../flash/finding.ts';
import type { HexFault } from '../formats/intel-hex.ts';
import { IntelHexReader } from '../formats/intel-hex.ts';
import { unpackFinding } from './findings.ts';
import { knownPlace } from './other-chips.ts';
import type { UnpackContext } from './packed.ts';
import { nothingUsable, piecesOf } from './packed.ts';
import { partsOf, sparseLimits, tooLarge, tooMany, unusable } from './runs.ts';

const CONTAINER = 'Intel HEX';

/** Unpacks an Intel HEX file with the rules of a board. Nothing of a damaged one is used. */
export async function unpackHex(source: Source, { rules, budget, yieldNow }: UnpackContext): Promise<Unpacked> {
  const { path: name } = source;
  const large = tooLarge(source.size, rules);
  if (large !== null) return nothingUsable(CONTAINER, '', [{ name, why: large }], []);
  const reader = new IntelHexReader(rules.addresses.limit, sparseLimits(rules));
  for await (const piece of piecesOf(source, yieldNow)) if (reader.push(piece) !== null || reader.bytes.full) break;
  const fault = reader.bytes.full ? null : reader.end();
  if (fault !== null) return unusable(CONTAINER, name, faultFinding(fault, name));
  const refused = budget.refuse(reader.bytes.size);
  if (refused !== null) return nothingUsable(CONTAINER, '', [{ name, why: refused }], []);
  const runs = reader.bytes.take(rules.addresses.mostRuns);
  if (runs === null) return unusable(CONTAINER, name, tooMany(name, rules));
  const { findings, ...found } = partsOf('An Intel HEX file', name, runs, rules);
  const { textAfterEnd: line } = reader;
  const after = line === null ? [] : [unpackFinding('hex-after-end', { in: 'file', name, line })];
  return { container: CONTAINER, ...found, findings: [...findings, ...after] };
}

function faultFinding({ fault, line, values }: HexFault, name: string): Finding {
  return unpackFinding(fault, { in: 'file', name, line }, { ...values, ...knownPlace(values['address']) });
}
