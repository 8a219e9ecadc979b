/** `verify`: whether a flash holds what the report of a job claims. */
import { count } from '../../flash/english.ts';
import { bytes, span } from '../../flash/finding.ts';
import { neighbours, spanOf } from '../../flash/map.ts';
import type { Range } from '../../flash/map.ts';
import { plainName } from '../../flash/names.ts';
import { isObject, readJson, textIn } from '../../formats/json.ts';
import type { JsonObject } from '../../formats/json.ts';
import type { Answer, Call, Command } from '../command.ts';
import { commandFailure } from '../failures.ts';
import { openFlash } from '../flash-session.ts';
import { FLASH_OPTIONS } from '../options.ts';
import { blocks, columns, section } from '../words/text.ts';
import { EXIT } from '../exit-status.ts';

/** A report of a job on 128 MB names 32,768 erase units. */
const LARGEST_REPORT = 64 << 20;

/** An erase unit that a report calls verified, and the MD5 that it had then, in hex. */
interface Claim extends Range {
  readonly md5: string;
}

/** What of a report is compared. */
interface Claims {
  readonly says: string;
  readonly chip: string | null;
  readonly verified: readonly Claim[];
  /** How many erase units it does not call verified. */
  readonly others: number;
}

function claimsIn(name: string, data: Uint8Array): Claims {
  const wrong = (why: string) => commandFailure('not-a-report', { values: { file: plainName(name), why } });
  const json = readJson(data);
  if (json.kind !== 'object') throw wrong('it is not JSON');
  const report = json.object;
  if (textIn(report, 'format') !== 'sectorwise-report') throw wrong('it does not call itself one');
  if (report['version'] !== 1) throw wrong('it is of another version');
  const { units, identity } = report;
  if (!Array.isArray(units)) throw wrong('it names no erase units');
  const all: readonly unknown[] = units;
  const verified = all.flatMap((unit): Claim[] => {
    if (!isObject(unit)) throw wrong('an erase unit in it is not one');
    if (textIn(unit, 'state') !== 'verified') return [];
    const claim = claimOf(unit);
    if (claim === null) throw wrong('an erase unit in it has no place or no digest');
    return [claim];
  });
  return {
    says: plainName(textIn(report, 'says') ?? ''),
    chip: isObject(identity) ? textIn(identity, 'chip') : null,
    verified,
    others: all.length - verified.length,
  };
}

function claimOf(unit: JsonObject): Claim | null {
  const [region, md5, size] = [textIn(unit, 'region'), textIn(unit, 'after'), unit['size']];
  const address = Number(textIn(unit, 'address') ?? Number.NaN);
  if (region === null || md5 === null || typeof size !== 'number') return null;
  if (!Number.isSafeInteger(address) || !Number.isSafeInteger(size) || address < 0 || size <= 0) return null;
  return { region, address, size, md5 };
}

async function run(call: Call): Promise<Answer> {
  const [path = '', ...images] = call.given.operands;
  const claims = claimsIn(path, await call.host.files.read(path, LARGEST_REPORT));
  const { flash } = await openFlash({ ...call, given: call.given.withOperands(images) }, claims.chip);
  const differing: (Claim & { readonly found: string | null })[] = [];
  for (const claim of claims.verified) {
    const { region, address, size, md5 } = claim;
    const found = await flash.digest({ region, address, size });
    if (found !== md5) differing.push({ ...claim, found });
  }
  const { paint } = call;
  const { verified, others } = claims;
  const holds = verified.length > 0 && differing.length === 0;
  const equal = verified.length - differing.length;
  const summary =
    verified.length === 0
      ? 'The report calls no erase unit verified: there is nothing to compare.'
      : `${equal} of ${count(verified.length, 'erase unit')} that the report calls verified ${equal === 1 ? 'holds' : 'hold'} what it says.`;
  return {
    status: holds ? EXIT.sound : EXIT.problems,
    result: blocks(
      [`The report: ${claims.says}`],
      [
        paint(holds ? 'good' : 'problem', summary),
        ...(others === 0
          ? []
          : [`${count(others, 'erase unit')} of it ${others === 1 ? 'is' : 'are'} not called verified.`]),
      ],
      section(
        paint,
        'Different',
        columns(
          neighbours(differing, (before, next) => (before.found === null) === (next.found === null)).map((group) => [
            group[0]?.region ?? '',
            span(spanOf(group)),
            bytes(spanOf(group).size),
            group[0]?.found === null ? 'not in this flash' : 'holds something else',
          ]),
        ),
      ),
    ),
    json: {
      source: flash.name,
      report: path,
      holds,
      verified: verified.length,
      notVerified: others,
      different: differing,
    },
  };
}

/** The command. */
export const verify: Command = {
  name: 'verify',
  operands: 'REPORT IMAGE',
  least: 2,
  most: 2,
  says: 'Compare a flash with the report of a job: does it hold what was verified then?',
  more: ['Exit status 1 if anything differs, or the report calls nothing verified.'],
  options: FLASH_OPTIONS,
  run,
};
