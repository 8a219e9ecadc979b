/** What is known about a kind of board in advance, as data: names over its memories, and what must not be touched. */
import type { PartitionRole } from '../../flash/layout.ts';
import type { Region } from '../../flash/map.ts';

/** A range of one memory; `setting` is the number of its alternate setting, address and size are in bytes. */
export interface ProfileRange {
  readonly setting: number;
  readonly address: number;
  readonly size: number;
}

/** A named range. `type` says more exactly what it is for. */
export interface ProfilePartition extends ProfileRange {
  readonly name: string;
  readonly role: PartitionRole;
  readonly type: string;
}

/** How an application can be laid out on a board; what a linker has to be told stands in `pieces`, in order. */
export interface AppLayout {
  readonly id: string;
  readonly name: string;
  readonly why: string;
  readonly pieces: readonly (ProfileRange & { readonly linker: string; readonly access: 'rx' | 'r' })[];
  /** Whether the board’s own firmware goes on updating the application over the air. */
  readonly keepsOta: boolean;
}

/** What people wish for and a board cannot give, with the reason. */
export interface Wish {
  readonly id: string;
  readonly name: string;
  readonly why: string;
}

/** What module-aware firmware does with a board's flash. */
export interface ModuleBoard {
  readonly platform: number;
  /** The user application's own sector, and the only place that an update over the air fills. */
  readonly user: ProfileRange;
  /** How far a user module may reach where updates over the air are given up. */
  readonly userMost: ProfileRange;
  /** Where the firmware looks for a user application to restore. */
  readonly factory: ProfileRange | null;
  /** Sectors that an extension may have, the best first. */
  readonly extensions: readonly ProfileRange[];
  readonly monolithic: ProfileRange;
}

/** A kind of board. */
export interface BoardProfile {
  readonly id: string;
  readonly name: string;
  readonly chip: string;
  /** The chips by which UF2 families name its own (`uf2-families.ts`); none where nothing tells the chip. */
  readonly uf2Chips: readonly string[];
  /** `e_machine` of its programs. */
  readonly machine: number;
  /** The USB ids that tell it; null where its memory tells it. */
  readonly usb: readonly { readonly vendorId: number; readonly productId: number }[] | null;
  /** The shapes of its first memory (see `shapeOf`); null where the USB ids are enough. */
  readonly shapes: readonly string[] | null;
  /** How sure that is, in words; null where it is certain. */
  readonly unsure: string | null;
  readonly partitions: readonly ProfilePartition[];
  readonly guards: readonly (ProfileRange & { readonly reason: string })[];
  /** What erases a range behind a person's back; `scratch`: the board uses it at every update, so that data there is its own. */
  readonly erasedBy: readonly (ProfileRange & { readonly by: string; readonly scratch?: true })[];
  /** Sectors that data may have, the best first. */
  readonly free: readonly ProfileRange[];
  readonly layouts: readonly AppLayout[];
  readonly wishes: readonly Wish[];
  readonly modules: ModuleBoard | null;
  /** Where these facts come from. */
  readonly sources: readonly string[];
}

/** What regions are made of, as a text to compare: `0x8000000: 4*16K 1*64K 7*128K`. Rights do not count. */
export function shapeOf(regions: readonly Region[]): string {
  const parts: { start: number; end: number; runs: { count: number; size: number }[] }[] = [];
  for (const { start, runs } of regions) {
    const size = runs.reduce((sum, run) => sum + run.count * run.size, 0);
    let part = parts.at(-1);
    if (part === undefined || part.end !== start) parts.push((part = { start, end: start, runs: [] }));
    part.end += size;
    for (const run of runs) {
      const last = part.runs.at(-1);
      if (last?.size === run.size) last.count += run.count;
      else part.runs.push({ ...run });
    }
  }
  const sized = (size: number) => (size % 1024 === 0 ? `${size / 1024}K` : `${size}`);
  const said = ({ start, runs }: (typeof parts)[number]) =>
    `0x${start.toString(16)}: ${runs.map(({ count, size }) => `${count}*${sized(size)}`).join(' ')}`;
  return parts.map(said).join('; ');
}

/** What tells one kind of board from another. */
export interface Traits {
  readonly vendorId: number;
  readonly productId: number;
  /** The regions of the first memory. */
  readonly regions: readonly Region[];
}

/** The first profile that a board fits; those that name USB ids go before those that only know a shape. */
export function profileOf(profiles: readonly BoardProfile[], traits: Traits): BoardProfile | null {
  const shape = shapeOf(traits.regions);
  const fits = ({ usb, shapes }: BoardProfile) =>
    (usb === null ||
      usb.some(({ vendorId, productId }) => vendorId === traits.vendorId && productId === traits.productId)) &&
    (shapes === null || shapes.includes(shape));
  const sorted = profiles.toSorted((a, b) => Number(a.usb === null) - Number(b.usb === null));
  return sorted.find(fits) ?? null;
}
