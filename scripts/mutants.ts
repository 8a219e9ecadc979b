/**
 * Makes the condition of each rule false, one at a time, and checks that a case of `src/testing/rules/table.ts` notices. Run by
 * hand: `node scripts/run.mjs scripts/mutants.ts`. Nothing is written: the changed source exists only in memory.
 */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseAst, runnerImport } from 'vite';
import type * as Table from '../src/testing/rules/table.ts';

const FILES = [
  'src/esp/partitions/row-rules.ts',
  'src/esp/partitions/table-rules.ts',
  'src/esp/partitions/table.ts',
  'src/esp/partitions/layout-rules.ts',
  'src/esp/partitions/csv-row.ts',
  'src/esp/partitions/csv.ts',
  'src/formats/app-image.ts',
  'src/flash/refuse.ts',
  'src/esp/board/assess.ts',
  'src/esp/arrange/check.ts',
  'src/esp/arrange/check-chip.ts',
  'src/esp/arrange/check-file.ts',
  'src/esp/arrange/check-merged.ts',
  'src/esp/arrange/check-reach.ts',
  'src/esp/arrange/check-security.ts',
  'src/esp/arrange/check-settings.ts',
  'src/esp/arrange/check-table.ts',
  'src/formats/intel-hex.ts',
  'src/formats/uf2.ts',
  'src/formats/zip.ts',
  'src/import/hex.ts',
  'src/import/uf2.ts',
  'src/import/elf.ts',
  'src/import/dfu-file.ts',
  'src/import/unpack.ts',
  'src/esp/import/elf.ts',
  'src/import/archive.ts',
  'src/import/runs.ts',
  'src/import/build.ts',
  'src/import/idf-build.ts',
  'src/import/web-tools.ts',
  'src/import/find-builds.ts',
];
const TABLE = 'src/testing/rules/table.ts';

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/** One mutant: the range of the source to replace, and the replacement. */
interface Mutant {
  readonly kind: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly by: string;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value && 'end' in value;
}

/** A node's child nodes, each with the name of its property. */
function parts(node: Node): { readonly key: string; readonly node: Node }[] {
  return Object.entries(node).flatMap(([key, value]: [string, unknown]) =>
    (Array.isArray(value) ? value : [value]).filter(isNode).map((child) => ({ key, node: child })),
  );
}

function part(node: Node, key: string): Node | undefined {
  return parts(node).find((p) => p.key === key)?.node;
}

/** The nodes around a node, outermost first, each with the property and child that lead inwards. */
type Path = readonly { readonly node: Node; readonly key: string; readonly child: Node }[];

/**
 * The condition of the last early return before a statement in a block; undefined if there is none. A return with a report of
 * its own does not count.
 */
function guardBefore(block: Node, before: Node, kinds: ReadonlySet<string>): Node | undefined {
  const leaves = (statement: Node): boolean => {
    const then = statement.type === 'IfStatement' ? part(statement, 'consequent') : undefined;
    return then?.type === 'ReturnStatement' && !names(then, kinds);
  };
  const guard = parts(block).findLast(({ node }) => node.end <= before.start && leaves(node));
  return guard && part(guard.node, 'test');
}

/** Whether a node or one of its descendants names a kind. */
function names(node: Node, kinds: ReadonlySet<string>): boolean {
  const own = node.type === 'Literal' && 'value' in node && typeof node.value === 'string' && kinds.has(node.value);
  return own || parts(node).some((p) => names(p.node, kinds));
}

/** What to replace so that a report below this node is never made; null if the node decides nothing. */
function silence(
  { node, key, child }: Path[number],
  kinds: ReadonlySet<string>,
): { readonly at: Node; readonly by: string } | null {
  const replace = (name: string, by: string) => {
    const at = part(node, name);
    return at === undefined ? null : { at, by };
  };
  switch (node.type) {
    case 'IfStatement':
    case 'ConditionalExpression':
      if (key === 'consequent') return replace('test', 'false');
      return key === 'alternate' ? replace('test', 'true') : null;
    case 'LogicalExpression':
      return key === 'right' ? replace('left', 'false') : null;
    case 'ForOfStatement':
      return key === 'body' ? replace('right', '[]') : null;
    case 'SwitchCase':
      return key === 'consequent' ? replace('test', 'NaN') : null;
    case 'CallExpression': {
      // A mapped list: an empty one reports nothing.
      const callee = part(node, 'callee');
      const list = callee?.type === 'MemberExpression' ? part(callee, 'object') : undefined;
      const mapped = key === 'arguments' && parts(node).some((p) => p.node.type === 'ArrowFunctionExpression');
      return mapped && list !== undefined ? { at: list, by: '[]' } : null;
    }
    case 'BlockStatement': {
      const guard = guardBefore(node, child, kinds);
      // Without a guard: a function without a condition of its own, or one whose condition is outside the block.
      return guard === undefined ? { at: node, by: '{}' } : { at: guard, by: 'true' };
    }
    default:
      return null;
  }
}

function mutantsOf(source: string, kinds: ReadonlySet<string>): Mutant[] {
  const found: Mutant[] = [];
  const visit = (node: Node, path: Path): void => {
    if (node.type === 'Literal' && 'value' in node && typeof node.value === 'string' && kinds.has(node.value)) {
      const inside = [...path].toReversed();
      // A list of kinds, or a comparison with one, reports nothing.
      const reports = !['ArrayExpression', 'BinaryExpression'].includes(inside[0]?.node.type ?? '');
      const quiet = inside.flatMap((p) => silence(p, kinds) ?? [])[0];
      if (reports && quiet !== undefined) {
        const line = source.slice(0, node.start).split('\n').length;
        found.push({ kind: node.value, line, start: quiet.at.start, end: quiet.at.end, by: quiet.by });
      }
    }
    for (const { key, node: child } of parts(node)) visit(child, [...path, { node, key, child }]);
  };
  for (const statement of parseAst(source, { lang: 'ts' }).body) visit(statement, []);
  return found;
}

/** The rule table, loaded with one file's source replaced. */
async function load(file = '', code = ''): Promise<typeof Table> {
  const path = resolve(file);
  const transform = (_: string, id: string): string | null => (file !== '' && id === path ? code : null);
  const { module } = await runnerImport<typeof Table>(resolve(TABLE), {
    configFile: false,
    logLevel: 'silent',
    plugins: [{ name: 'mutant', enforce: 'pre', transform }],
  });
  return module;
}

/** Whether one of the cases fails. Without its check a reader may also read past the end of its bytes: that counts too. */
async function fails({ complaint }: typeof Table, cases: typeof Table.RULES): Promise<boolean> {
  for (const rule of cases) {
    try {
      if ((await complaint(rule)) !== null) return true;
    } catch (error) {
      if (error instanceof RangeError || error instanceof TypeError) return true;
      throw error;
    }
  }
  return false;
}

const sound = await load();
if (await fails(sound, sound.RULES)) throw new Error(`a case of ${TABLE} fails without any mutant`);
const kinds = new Set(sound.RULES.map(({ kind }) => kind));
const tried = new Set<string>();
let [made, alive] = [0, 0];
for (const file of FILES) {
  const source = await readFile(file, 'utf8');
  for (const { kind, line, start, end, by } of mutantsOf(source, kinds)) {
    tried.add(kind);
    made++;
    const code = source.slice(0, start) + by + source.slice(end);
    const changed = await load(file, code);
    if (
      await fails(
        changed,
        changed.RULES.filter((rule) => rule.kind === kind),
      )
    )
      continue;
    alive++;
    console.log(`alive: ${kind}, ${file}:${line}: "${source.slice(start, end)}" made ${by}`);
  }
}
const untried = [...kinds].filter((kind) => !tried.has(kind));
console.log(`${tried.size} of ${kinds.size} rules made false, in ${made} places; ${alive} mutants alive`);
if (untried.length > 0) console.log(`no report site found in these files: ${untried.join(', ')}`);
if (alive > 0) process.exitCode = 1;
