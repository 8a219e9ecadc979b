/** Explains a core dump: which task crashed, why, where, in which app; and the files that gdb and esp-coredump take. */
import type { Finding } from '../../../flash/finding.ts';
import { bytes, hex } from '../../../flash/finding.ts';
import { chipName } from '../../../flash/identity.ts';
import { count, list } from '../../../flash/english.ts';
import type { ExplainedContent, PartitionBytes } from '../../../flash/partition-contents.ts';
import { plainName } from '../../../flash/names.ts';
import type { AppDescription } from '../../../formats/app-header.ts';
import { appName } from '../../../formats/words.ts';
import { readBinaryCore } from './binary.ts';
import { backtraceOf, causeOf, causeSays } from './crash.ts';
import type { CoreDump, Machine, Registers, Task } from './dump.ts';
import { readElfCore } from './elf-core.ts';
import type { ReadBody } from './elf-core.ts';
import { coreDumpFinding, placeAt } from './findings.ts';
import type { CoreDumpHeader } from './header.ts';
import { bodyEnd, checkChecksum, LONGEST_HEADER, readHeader } from './header.ts';

/** An app in the flash: the name of its partition and its description. */
export interface FlashedApp {
  readonly partition: string;
  readonly description: AppDescription;
}

type Fact = ExplainedContent['facts'][number];

/** Chips with an Xtensa processor, by `esp_chip_id_t`: ESP32, ESP32-S2, ESP32-S3. All later ones are RISC-V. */
const XTENSA_CHIPS = [0, 2, 9];
/** The most tasks that are listed. */
const MOST_LISTED = 64;
const MARKER = 0xdeadbeef;

/** Explains the core dump in a partition; null if there is none. Rejects with the `Failure`s of reading. */
export async function explainCoreDump(
  partition: PartitionBytes,
  apps: readonly FlashedApp[],
): Promise<ExplainedContent | null> {
  const header = readHeader(await partition.read(0, Math.min(LONGEST_HEADER, partition.size)));
  if (header === null) return null;
  const whole = header.size <= partition.size;
  const data = await partition.read(0, Math.min(header.size, partition.size));
  const raw = { name: 'core-dump.bin', label: 'the core dump as it is', data };
  const cut = coreDumpFinding('core-dump-cut', placeAt(0), { says: header.size, has: partition.size });
  const findings: Finding[] = whole ? [] : [cut];
  const { layout } = header;
  if (layout === null) {
    findings.push(coreDumpFinding('core-dump-version', placeAt(4), { version: header.version }));
    const says = `A core dump of ${bytes(header.size)} from ${header.chip.name}.`;
    return { kind: 'explained', format: 'Core dump', says, facts: fileFacts(header, null), saves: [raw], findings };
  }
  const checked = whole ? checkChecksum(data, layout) : null;
  const end = bodyEnd(header.size, layout, data.length);
  const { dump, findings: damages } = readBody(header, data.subarray(0, end), layout.header);
  findings.push(...(checked?.findings ?? []), ...damages);
  const elf = layout.body === 'elf' && dump !== null ? [elfOf(data.subarray(layout.header, end))] : [];
  const crashed = dump?.tasks.find(({ tcb }) => tcb === dump.crashedTcb);
  if (dump !== null && dump.crashedTcb !== null && crashed === undefined) {
    const tcb = dump.crashedTcb === MARKER ? 'unknown' : hex(dump.crashedTcb);
    findings.push(coreDumpFinding('core-dump-no-crashed-task', placeAt(layout.header), { tcb }));
  }
  return {
    kind: 'explained',
    format: 'Core dump',
    says: dump === null ? `A damaged core dump from ${header.chip.name}.` : saysOf(dump, crashed, header),
    facts: [...(dump === null ? [] : dumpFacts(dump, crashed, apps)), ...fileFacts(header, checked?.says ?? null)],
    saves: [...elf, raw],
    findings,
  };
}

function readBody(header: CoreDumpHeader, data: Uint8Array, start: number): ReadBody {
  if (header.layout?.body === 'elf') return readElfCore(data.subarray(start), start);
  const machine: Machine = XTENSA_CHIPS.includes(header.chip.id) ? 'xtensa' : 'riscv';
  return readBinaryCore(data, start, machine);
}

/** The file that `esp-coredump --core-format elf` and gdb's `--core` take: without the header and the checksum. */
function elfOf(data: Uint8Array): ExplainedContent['saves'][number] {
  return { name: 'core-dump.elf', label: 'the core dump as an ELF file for gdb', data };
}

/** A task's name, or what it is known by. */
function nameOf({ name, tcb }: Task): string {
  return name ?? `with the TCB at ${hex(tcb)}`;
}

function saysOf(dump: CoreDump, crashed: Task | undefined, { chip }: CoreDumpHeader): string {
  const who = crashed === undefined ? `The ${chip.name} crashed` : `The task ${nameOf(crashed)} crashed`;
  const where = dump.inInterrupt === true ? `${who} in an interrupt` : who;
  const pc = crashed?.registers.get('PC');
  const cause = causeOf(dump);
  // An app that calls abort() ends in an exception that ESP-IDF causes itself: its own words say more than the cause.
  if (dump.panic !== null && dump.panic !== '') return `${where}: ${plainName(dump.panic).replace(/\.$/, '')}.`;
  const at = pc === undefined ? '' : ` at ${hex(pc)}`;
  return cause === null ? `${where}${at}.` : `${where}${at}: ${causeSays(cause)}.`;
}

function dumpFacts(dump: CoreDump, crashed: Task | undefined, apps: readonly FlashedApp[]): readonly Fact[] {
  const cause = causeOf(dump);
  const accessed = cause?.address ?? null;
  const trace = crashed === undefined ? null : backtraceOf(dump, crashed);
  const facts: (Fact | null)[] = [
    dump.panic === null ? null : { name: 'Panic reason', value: plainName(dump.panic, 1000) },
    crashed === undefined ? null : { name: 'Crashed task', value: `${nameOf(crashed)}, TCB ${hex(crashed.tcb)}` },
    dump.inInterrupt === null ? null : { name: 'In an interrupt', value: dump.inInterrupt ? 'yes' : 'no' },
    cause === null ? null : { name: 'Exception', value: causeSays(cause) },
    accessed === null ? null : { name: accessed.register, value: hex(accessed.value) },
    crashed === undefined ? null : { name: 'PC', value: registersSay(crashed.registers, ['PC']).replace('PC ', '') },
    trace === null ? null : { name: 'Backtrace', value: traceSays(trace) },
    crashed === undefined ? null : { name: 'Registers', value: registersSay(rest(crashed.registers)) },
    { name: 'Exception registers', value: registersSay(rest(dump.exception)) },
    ...tasksSay(dump.tasks),
    { name: 'App', value: appSays(dump.elfSha256, apps) },
    { name: 'Memory', value: memorySays(dump) },
  ];
  return facts.filter((fact) => fact !== null && fact.value !== '').flatMap((fact) => fact ?? []);
}

/** Registers without those that have a line of their own. */
function rest(registers: Registers): Registers {
  const own = ['PC', 'EXCCAUSE', 'EXCVADDR', 'MCAUSE', 'MTVAL'];
  // EPC2 to EPS7 are zero unless an interrupt of that level was being served.
  const unused = /^EP[CS]\d$/;
  return new Map([...registers].filter(([name, value]) => !own.includes(name) && (value !== 0 || !unused.test(name))));
}

function registersSay(registers: Registers, names: readonly string[] = [...registers.keys()]): string {
  return names.map((name) => `${name} ${hex(registers.get(name) ?? 0)}`).join(', ');
}

function traceSays({ counters, whole }: { readonly counters: readonly number[]; readonly whole: boolean }): string {
  return `${counters.map(hex).join(' ')}${whole ? '' : ' … (the rest was not saved, or the stack is corrupted)'}`;
}

function tasksSay(tasks: readonly Task[]): readonly Fact[] {
  const listed = tasks.slice(0, MOST_LISTED).map((task, i): Fact => {
    const pc = task.registers.get('PC');
    return { name: `Task ${i + 1}`, value: `${nameOf(task)}${pc === undefined ? '' : `, PC ${hex(pc)}`}` };
  });
  const left = tasks.length - listed.length;
  return left > 0 ? [...listed, { name: 'More', value: count(left, 'task') }] : listed;
}

/** Whether the app that crashed is in the flash: gdb needs the ELF file of just that build. */
function appSays(sha: string | null, apps: readonly FlashedApp[]): string {
  if (sha === null) return 'the core dump does not say which';
  const begins = `ELF file’s SHA-256 begins ${sha}`;
  const same = apps.filter(({ description }) => description.elfSha256.toLowerCase().startsWith(sha));
  const [first] = same;
  if (first !== undefined)
    return `${appName(first.description)} in ${list(same.map(({ partition }) => partition))}; its ${begins}`;
  return apps.length === 0
    ? `its ${begins}`
    : `none of those in the flash now (${list(apps.map(({ partition }) => partition))}); its ${begins}`;
}

function memorySays({ memory: { pieces } }: CoreDump): string {
  const size = pieces.reduce((sum, { data }) => sum + data.length, 0);
  return `${bytes(size)} in ${count(pieces.length, 'piece')}: it can contain passwords and keys`;
}

function fileFacts(
  { size, chip, version, revision, layout }: CoreDumpHeader,
  checksum: string | null,
): readonly Fact[] {
  const body = layout === null ? '' : layout.body === 'elf' ? 'ELF, ' : 'binary, ';
  const about = `${body}version ${version}${checksum === null ? '' : `, ${checksum}`}`;
  const own = revision === null ? '' : `v${Math.floor(revision / 100)}.${revision % 100}`;
  return [
    { name: 'Chip', value: chipName({ chip: chip.name, revision: own }) },
    { name: 'Size', value: bytes(size) },
    { name: 'Format', value: about },
  ];
}
