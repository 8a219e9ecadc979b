/** Finds unencrypted apps on a chip that encrypts its flash: their headers can be read, and the chip cannot start them. */
import type { DiagnosisReads } from '../../flash/family.ts';
import { hex } from '../../flash/finding.ts';
import type { Finding } from '../../flash/finding.ts';
import { APP_HEAD_SIZE, readAppHead } from '../../formats/app-header.ts';
import { appName } from '../../formats/app-words.ts';
import type { EspInspection } from '../board/inspection.ts';
import { REGION } from '../loader/target.ts';
import { APP_ALIGNMENT } from '../partitions/row-rules.ts';
import { diagnosisFinding } from './findings.ts';
import type { Checked } from './checked.ts';

/** Reads the start of each place that an app can have. Rejects with the `Failure`s of reading. */
export async function findPlainApps({ esp, identity }: EspInspection, how: DiagnosisReads): Promise<Checked> {
  const findings: Finding[] = [];
  for (let address = APP_ALIGNMENT; address < esp.flashSize; address += APP_ALIGNMENT) {
    how.watch.cancel.check();
    const head = readAppHead(
      await how.bytesOf({ region: REGION, address, size: APP_HEAD_SIZE }).read(0, APP_HEAD_SIZE),
    );
    // Ciphertext has no description with the right magic, and hardly ever this chip's id.
    if (head === null || head.description === null || head.header.chip.name !== identity.chip) continue;
    const values = { address: hex(address), app: appName(head.description) };
    const place = { in: 'flash', range: { region: REGION, address, size: APP_ALIGNMENT } } as const;
    findings.push(diagnosisFinding('plain-app-on-encrypting-chip', place, values));
  }
  const says = 'Flash encryption is on: what is encrypted can be judged only by the chip itself.';
  return { checks: [{ name: 'flash', state: 'unchecked', says }], findings };
}
