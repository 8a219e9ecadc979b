/** Repairs of what starts: another slot that holds an app, entries rewritten, an app or a bootloader from a build. */
import type { BootOffer } from '../../flash/boot-choice.ts';
import type { Repair, RepairRule } from '../../flash/repair.ts';
import { REGION } from '../loader/target.ts';
import type { EspRepairContext } from './context.ts';
import { opens, ownRange } from './context.ts';
import { rangeOf } from '../partitions/layout.ts';

type Rule = RepairRule<EspRepairContext>;

/** There is no bootloader that this chip starts. */
export const BOOTLOADER: Rule = {
  restores: (_, { board: { esp } }) => {
    const { address } = esp.bootloader;
    return [{ region: REGION, address, size: esp.table.address - address }];
  },
  repairs: () => [
    opens(
      'flash',
      'Choose a bootloader',
      'The bootloader.bin of the build, or a bundle with one: Sectorwise puts it where this chip looks for it.',
    ),
  ],
  none: (_, at) => `A bootloader comes from a build: ${at.drop} its bootloader.bin.`,
};

/** An app does not start: another slot that is whole, or the app written again. */
export const APP: Rule = {
  restores: ownRange,
  repairs: (_, context) => [...otherSlots(context), chooseApp(context)],
  none: 'No other slot holds an app: flash one.',
};

/** No app partition that the bootloader tries holds an app: one that it does not try is selected, or one is written. */
export const NO_APP: Rule = {
  restores: (_, { board: { esp } }) => esp.prediction.order.map(rangeOf),
  repairs: (_, context) => [...otherSlots(context), chooseApp(context)],
  none: 'Flash an app that was built for this chip.',
};

/** No entry selects an app, or none that is to be relied on. */
export const ENTRIES: Rule = {
  repairs: (_, { selection, board }) => {
    const { loads, prediction } = board.esp;
    const starts = startOffers(selection?.offers ?? [], loads);
    const same = starts.filter(({ at }) => at.address === prediction.boots?.offset);
    const others = starts.filter((offer) => !same.includes(offer));
    return [...same, ...forgetOffers(selection?.offers ?? [], starts, prediction), ...others].map(asRepair);
  },
  none: 'No slot holds an app that could be selected: flash an app, which writes an entry, too.',
};

/** An entry that the bootloader gave up: its app is selected again, or another one. */
export const GIVEN_UP: Rule = {
  repairs: ({ values: { selects } }, { selection, board }) => {
    const { loads, prediction } = board.esp;
    const starts = startOffers(selection?.offers ?? [], loads);
    const nameOf = ({ at }: BootOffer) =>
      board.esp.table.reading.rows.find(({ offset }) => offset === at.address)?.name;
    const sorted = starts.toSorted((a, b) => Number(nameOf(b) === selects) - Number(nameOf(a) === selects));
    return [...sorted, ...forgetOffers(selection?.offers ?? [], starts, prediction)].map(asRepair);
  },
  none: 'No slot holds an app that could be selected: flash an app, which writes an entry, too.',
};

/** The offers that start an app which is there, as far as it was read; a whole one comes first. */
function startOffers(offers: readonly BootOffer[], loads: ReadonlySet<number>): readonly BootOffer[] {
  return offers.filter(({ choice }) => choice.do === 'start' && loads.has(choice.range.address));
}

/** Erasing the entries, where the app that starts has no offer of its own, as the factory app starts without any entry, or none has. */
function forgetOffers(
  offers: readonly BootOffer[],
  starts: readonly BootOffer[],
  { boots }: EspRepairContext['board']['esp']['prediction'],
): readonly BootOffer[] {
  const isOffered = boots === null || starts.some(({ at }) => at.address === boots.offset);
  return isOffered && starts.length > 0 ? [] : offers.filter(({ choice }) => choice.do === 'forget');
}

function otherSlots({ selection, board: { esp }, row }: EspRepairContext): Repair[] {
  const isWhole = ({ at }: BootOffer) => esp.examined.get(at.address)?.every(({ verdict }) => verdict !== 'problem');
  return startOffers(selection?.offers ?? [], esp.loads)
    .filter(({ at }) => at.address !== row?.offset)
    .toSorted((a, b) => Number(isWhole(b) === true) - Number(isWhole(a) === true))
    .map(asRepair);
}

function chooseApp({ row }: EspRepairContext): Repair {
  const where = row === null ? 'its partition' : row.name;
  return {
    label: 'Choose an app',
    reason: `The .bin file of the app: Sectorwise checks it before it writes it to ${where}.`,
    request: { do: 'open', view: 'flash', wants: 'app' },
  };
}

function asRepair({ label, does, choice }: BootOffer): Repair {
  return { label, reason: does, request: { do: 'choose-start', choice } };
}
