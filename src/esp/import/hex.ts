/** Intel HEX files as parts for the flash: on these chips their addresses are flash offsets, as esptool takes them. */
import type { Source, Unpacked } from '../../flash/family.ts';
import type { Finding } from '../../flash/finding.ts';
import type { HexFault } from '../../formats/intel-hex.ts';
import { IntelHexReader } from '../../formats/intel-hex.ts';
import { unpackFinding } from './findings.ts';
import type { Work } from './packed.ts';
import { nothing, slicesOf } from './packed.ts';
import { ADDRESS_LIMIT, LARGEST_TEXT, MOST_RUNS, partsOf, tooLarge } from './runs.ts';

const CONTAINER = 'Intel HEX';
const DAMAGED = 'it is damaged, so none of it is used';

/** Unpacks an Intel HEX file. Of a damaged one nothing is used. */
export async function unpackHex(source: Source, { budget }: Work): Promise<Unpacked> {
  const { path: name } = source;
  if (source.size > LARGEST_TEXT) return nothing(CONTAINER, '', [{ name, why: tooLarge(source.size) }], []);
  const reader = new IntelHexReader(ADDRESS_LIMIT);
  for await (const slice of slicesOf(source)) if (reader.push(slice) !== null) break;
  const fault = reader.end();
  if (fault !== null) return nothing(CONTAINER, '', [{ name, why: DAMAGED }], [faultFinding(fault, name)]);
  const refused = budget.refuse(reader.bytes.size);
  if (refused !== null) return nothing(CONTAINER, '', [{ name, why: refused }], []);
  const runs = reader.bytes.take(MOST_RUNS);
  if (runs === null) {
    const finding = unpackFinding('runs-too-many', { in: 'file', name }, { limit: MOST_RUNS });
    return nothing(CONTAINER, '', [{ name, why: DAMAGED }], [finding]);
  }
  const { findings, ...found } = partsOf('An Intel HEX file', name, runs);
  const { textAfterEnd: line } = reader;
  const after = line === null ? [] : [unpackFinding('hex-after-end', { in: 'file', name, line })];
  return { container: CONTAINER, ...found, findings: [...findings, ...after] };
}

function faultFinding({ fault, line, values }: HexFault, name: string): Finding {
  return unpackFinding(fault, { in: 'file', name, line }, values);
}
