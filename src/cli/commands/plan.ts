/** `plan`, `apply` and `layout`: what writing files or a new layout comes to, and the flash afterwards. */
import { LARGEST_CSV } from '../../flash/layout-editor.ts';
import type { Answer, Call, Command, OptionWords } from '../command.ts';
import { showOrApplyPlan, applyPlan, outputFile } from '../carry-out.ts';
import { openFlash } from '../flash-session.ts';
import { FLASH_OPTIONS, OUT } from '../options.ts';
import { addFiles, grantConsents, applySettings, PLAN_OPTIONS, planAnswer } from '../planning.ts';

/** More files than anyone names one by one; the session has its own limits. */
const MOST_OPERANDS = 1000;

const PLACE: readonly OptionWords[] = [
  {
    name: 'place',
    value: 'FILE=PARTITION',
    many: true,
    says: 'Where a file goes, by the name of a partition or an address.',
  },
  { name: 'build', value: 'ID', says: 'Which of several builds to use, as the plan names them.' },
];

async function planned(call: Call) {
  const { flash, rest } = await openFlash(call);
  await applySettings(flash, call);
  await addFiles(flash, call, rest);
  await grantConsents(flash, call);
  return flash;
}

/** The command `plan`. */
export const plan: Command = {
  name: 'plan',
  operands: 'IMAGE [FILE…]',
  least: 1,
  most: MOST_OPERANDS,
  says: 'Show what writing files or settings would do, and every reason against it; nothing is written.',
  more: ['Exit status 3 if it is refused, or a question is open.'],
  options: [...FLASH_OPTIONS, ...PLACE, ...PLAN_OPTIONS],
  run: async (call): Promise<Answer> => planAnswer(await planned(call), call),
};

/** The command `apply`. */
export const apply: Command = {
  name: 'apply',
  operands: 'IMAGE [FILE…]',
  least: 1,
  most: MOST_OPERANDS,
  says: 'Write files into a copy of a flash: the plan is carried out and verified.',
  more: [
    'The result goes to -o; IMAGE stays as it is unless that is its name. Exit status 3 if it is refused, or a question is open.',
  ],
  options: [...FLASH_OPTIONS, OUT, ...PLACE, ...PLAN_OPTIONS],
  run: async (call): Promise<Answer> => {
    const out = outputFile(call);
    return applyPlan(await planned(call), call, out);
  },
};

/** The command `layout`. */
export const layout: Command = {
  name: 'layout',
  operands: 'IMAGE CSV',
  least: 2,
  most: 2,
  says: 'Change the layout of a flash: the plan says what becomes of each partition; content moves with it.',
  more: ['Without -o only the plan is shown. Exit status 3 if it is refused, or a question is open.'],
  options: [...FLASH_OPTIONS, OUT, ...PLAN_OPTIONS],
  run: async (call): Promise<Answer> => {
    const { flash, rest } = await openFlash(call);
    const [path = ''] = rest;
    await applySettings(flash, call);
    const csv = new TextDecoder().decode(await call.host.files.read(path, LARGEST_CSV));
    await flash.tell({ do: 'change-layout', csv });
    return showOrApplyPlan(flash, call);
  },
};
