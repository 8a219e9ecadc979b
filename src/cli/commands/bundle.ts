/** `bundle make`, `show`, `verify` and `sign`: recovery bundles. */
import { bundleFailure } from '../../bundle/failures.ts';
import { LARGEST_PEM, seedInPem } from '../../bundle/ed25519.ts';
import type { Bundle, BundleReading } from '../../bundle/read.ts';
import { factsOfBundle } from '../../bundle/read.ts';
import { isIncludedByDefault } from '../../bundle/default-parts.ts';
import { bytes, hex } from '../../flash/finding.ts';
import type { Layout, Partition } from '../../flash/layout.ts';
import { plainName } from '../../flash/names.ts';
import { whyNoWrite } from '../../session/backup-scope.ts';
import { wrongValue } from '../arguments.ts';
import type { Answer, Call, Command, OptionWords } from '../command.ts';
import { commandFailure, noSuchName } from '../failures.ts';
import { baseName, openFlash } from '../flash-session.ts';
import { FLASH_OPTIONS, OUT } from '../options.ts';
import { addFiles, planAnswer } from '../planning.ts';
import { findingLines, refusalLines } from '../words/findings.ts';
import { blocks, columns, section } from '../words/text.ts';
import { EXIT } from '../exit-status.ts';

const KEY: OptionWords = {
  name: 'key',
  value: 'FILE',
  says: 'The private key to sign with, as PEM: saved by the page, or made by “openssl genpkey -algorithm ed25519”.',
};

/** The private key of `--key`; null if none is given. Throws the failures of reading and `key-foreign`. */
async function keyOf({ given, host }: Call): Promise<Uint8Array | null> {
  const path = given.value('key');
  if (path === null) return null;
  const seed = seedInPem(new TextDecoder().decode(await host.files.read(path, LARGEST_PEM)));
  if (typeof seed !== 'string') return seed;
  throw bundleFailure('key-foreign', { values: { file: plainName(path), what: seed } });
}

async function readingOf({ given, host }: Call): Promise<BundleReading> {
  const [path = ''] = given.operands;
  const [source, ...others] = await host.files.sources(path);
  const reading = source === undefined || others.length > 0 ? null : await host.bundles.read(source);
  if (reading === null) throw commandFailure('not-a-bundle', { values: { file: plainName(path) } });
  return reading;
}

/** The answer about a bundle that is not used. */
function refused({ paint, given }: Call, reading: Extract<BundleReading, { kind: 'refused' }>): Answer {
  const { finding } = reading;
  return {
    status: EXIT.problems,
    result: blocks(findingLines([finding], null, paint)),
    json: { file: given.operands[0], sound: false, finding },
  };
}

/** Who signed a bundle, in a line. */
function signerLine({ signer }: Pick<Bundle, 'signer'>): string {
  return signer === null
    ? 'Not signed: nothing shows who made it or whether it was changed since.'
    : `Signed with the key ${signer.fingerprint}; it has not changed since.`;
}

async function show(call: Call): Promise<Answer> {
  const reading = await readingOf(call);
  if (reading.kind === 'refused') return refused(call, reading);
  const { bundle } = reading;
  const { manifest, images, signer, others } = bundle;
  const facts = factsOfBundle(bundle, null);
  const { paint } = call;
  const rows = images.map(({ name, region, address, size, file }) => [name, region, hex(address), bytes(size), file]);
  return {
    status: EXIT.sound,
    result: blocks(
      [paint('strong', manifest.name), `Made ${manifest.made} with ${manifest.app}.`],
      [paint(signer === null ? 'warning' : 'good', signerLine(bundle))],
      [`Fits: ${facts.targets.join('; ')}`],
      section(paint, 'Brings', columns(rows)),
      section(paint, 'Stays as it is', columns(facts.keeps.map(({ name, role, size }) => [name, role, bytes(size)]))),
      section(paint, 'Notes', manifest.notes === '' ? [] : manifest.notes.split('\n').map((line) => `  ${line}`)),
      section(paint, 'Not listed by the bundle, and not used', columns(others.map((name) => [plainName(name)]))),
    ),
    json: { file: call.given.operands[0], manifest, signer, others },
  };
}

async function verify(call: Call): Promise<Answer> {
  const wanted = call.given.value('by');
  if (wanted !== null && !/^[0-9a-f]{64}$/i.test(wanted))
    throw wrongValue('by', 'a public key of 64 hex digits', wanted);
  const reading = await readingOf(call);
  if (reading.kind === 'refused') return refused(call, reading);
  const { bundle } = reading;
  const { signer } = bundle;
  const isTheirs = wanted === null || signer?.key === wanted.toLowerCase();
  const { paint } = call;
  return {
    status: isTheirs ? EXIT.sound : EXIT.problems,
    result: blocks(
      ['Every byte is what the manifest lists.'],
      [paint(signer === null ? 'warning' : 'good', signerLine(bundle))],
      isTheirs ? [] : [paint('problem', `It is not signed with the key ${wanted}.`)],
    ),
    json: { file: call.given.operands[0], sound: true, signer, signedAsWanted: isTheirs },
  };
}

/** A file as an answer: written where `-o` says, otherwise to standard output. */
function made(call: Call, data: Uint8Array, says: string): Answer {
  const out = call.given.value('out');
  return out === null
    ? { status: EXIT.sound, result: data, notes: [says] }
    : { status: EXIT.sound, result: `${says}\n`, json: { written: out }, files: [{ path: out, data }] };
}

async function sign(call: Call): Promise<Answer> {
  const seed = await keyOf(call);
  if (seed === null) throw wrongValue('key', 'a file with a private key', '');
  const reading = await readingOf(call);
  if (reading.kind === 'refused') return refused(call, reading);
  const { data, fingerprint } = await call.host.bundles.sign(reading.bundle, seed);
  return made(call, data, `Signed with the key ${fingerprint}.`);
}

/** The partitions that go in: what is usual and can be written, with what `--with` names and without what `--without` names. */
function chosenFrom(call: Call, layout: Layout, where: string): readonly Partition[] {
  const partitions = layout.partitions.filter((each) => whyNoWrite({ layout }, each) === null);
  const [more, less] = [call.given.all('with'), call.given.all('without')];
  for (const name of [...more, ...less])
    if (!partitions.some((each) => each.name === name))
      throw noSuchName(
        'partition',
        name,
        where,
        partitions.map((each) => each.name),
      );
  return partitions.filter(
    (each) => (isIncludedByDefault(each) || more.includes(each.name)) && !less.includes(each.name),
  );
}

async function make(call: Call): Promise<Answer> {
  const { given, paint } = call;
  const seed = await keyOf(call);
  const { flash, rest } = await openFlash(call);
  const ofFiles = rest.length > 0;
  if (ofFiles) await addFiles(flash, call, rest);
  if (ofFiles && flash.work.kind !== 'planned') return { ...planAnswer(flash, call), status: EXIT.refused };
  const name = given.value('name') ?? baseName(ofFiles ? (rest[0] ?? '') : flash.name);
  const parts = ofFiles ? [] : chosenFrom(call, flash.board.layout, `on ${flash.name}`);
  const data = await flash.bundle(
    ofFiles ? 'files' : 'board',
    { name, notes: given.value('notes') ?? '', parts },
    seed,
  );
  if (data !== null)
    return made(call, data, ofFiles ? 'Made of these files.' : `Made of ${parts.map((each) => each.name).join(', ')}.`);
  const { work, board } = flash.state;
  const refusals = work.kind === 'refused' ? work.refusals : [];
  const lines = refusals.flatMap((refusal) => refusalLines(refusal, board.layout, paint));
  return { status: EXIT.refused, result: blocks(lines), json: { source: flash.name, refusals } };
}

/** The commands. */
export const bundle: readonly Command[] = [
  {
    name: 'bundle make',
    operands: 'IMAGE [FILE…]',
    least: 1,
    most: 33,
    says: 'Make a recovery bundle from a flash, or from files as they would be written to it.',
    more: ['Settings, keys and data of this board stay out unless --with names them.'],
    options: [
      ...FLASH_OPTIONS,
      { name: 'name', value: 'TEXT', says: 'What the bundle is called.' },
      { name: 'notes', value: 'TEXT', says: 'Notes for whoever uses it.' },
      {
        name: 'with',
        value: 'PARTITION',
        many: true,
        says: 'A partition to include although its content belongs to this board.',
      },
      { name: 'without', value: 'PARTITION', many: true, says: 'A partition to leave out.' },
      KEY,
      OUT,
    ],
    run: make,
  },
  {
    name: 'bundle show',
    operands: 'FILE',
    least: 1,
    most: 1,
    says: 'Show what a recovery bundle brings, which boards it fits and who signed it.',
    options: [],
    run: show,
  },
  {
    name: 'bundle verify',
    operands: 'FILE',
    least: 1,
    most: 1,
    says: 'Check every byte of a recovery bundle and its signature.',
    more: ['Exit status 1 if it was changed, or is not signed with the key of --by.'],
    options: [{ name: 'by', value: 'KEY', says: 'The public key that must have signed it, 64 hex digits.' }],
    run: verify,
  },
  {
    name: 'bundle sign',
    operands: 'FILE',
    least: 1,
    most: 1,
    says: 'Sign a recovery bundle; an existing signature is replaced.',
    options: [KEY, OUT],
    run: sign,
  },
];
