/** Checks both entries of otadata: a choice that was given up, or an entry that is damaged beside a good one. */
import { hex } from '../../flash/finding.ts';
import type { Finding } from '../../flash/finding.ts';
import type { EspInspection } from '../board/inspection.ts';
import { entriesOf, selectedBy, unitOf } from '../boot/choose.ts';
import { defectWords } from '../boot/otadata.ts';
import { REGION } from '../loader/target.ts';
import { diagnosisFinding } from './findings.ts';
import type { Checked } from './checked.ts';

/** What both entries say beyond which one counts. */
export function checkOtadata(board: EspInspection): Checked {
  const entries = entriesOf(board.esp);
  if (entries === null) return { checks: [], findings: [] };
  const { row, records, active } = entries;
  const findings = records.flatMap((record, index): Finding[] => {
    const place = { in: 'flash', range: { region: REGION, ...unitOf(row, index === 0 ? 0 : 1) } } as const;
    const values = { entry: index + 1, name: row.name };
    const { defects, seq, crc } = record;
    if (defects[0] === 'state-aborted' || defects[0] === 'state-invalid') {
      const selects = selectedBy(record, entries)?.name;
      const why = { why: defectWords(record), ...(selects !== undefined && { selects }) };
      return [diagnosisFinding('otadata-rolled-back', place, { ...values, ...why })];
    }
    if (defects[0] !== 'crc-wrong' || active === null) return [];
    const sums = { seq, stored: hex(crc.stored), computed: hex(crc.computed) };
    return [diagnosisFinding('otadata-entry-damaged', place, { ...values, ...sums })];
  });
  const says = records.map(({ says: own }, index) => `Entry ${index + 1}: ${own}`).join(' ');
  const damaged = records.some(({ defects }) => defects.includes('crc-wrong'));
  return { checks: [{ name: row.name, state: damaged ? 'damaged' : 'whole', says }], findings };
}
