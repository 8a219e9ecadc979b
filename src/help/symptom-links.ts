/** The symptoms of a board that does not talk, by name, and which failures lead to which: light enough for the start page. */

/** The names of the symptoms, in the order of the help page; each is a fragment of it. */
export const SYMPTOM_NAMES = [
  'talk-not-listed',
  'talk-esp-buttons',
  'talk-dfu-buttons',
  'talk-cable',
  'talk-busy',
  'talk-linux',
  'talk-windows',
  'talk-speed',
  'talk-power',
] as const;

/** The name of a symptom. */
export type SymptomName = (typeof SYMPTOM_NAMES)[number];

/** What to try first for a failure of connecting, and the words of the link to it. */
const FIRST: Readonly<Record<string, readonly [SymptomName, string]>> = {
  'no-loader': ['talk-esp-buttons', 'The buttons for download mode, drawn'],
  'no-loader-usb': ['talk-esp-buttons', 'The buttons for download mode, drawn'],
  'no-answer': ['talk-power', 'What a weak supply looks like'],
  'port-busy': ['talk-busy', 'Who may hold the port'],
  'port-failed': ['talk-cable', 'Cables without data wires, drawn'],
  'not-plugged-in': ['talk-not-listed', 'Why a board is not in the list'],
  'no-port': ['talk-not-listed', 'Why a board is not in the list'],
  'link-lost': ['talk-power', 'What a weak supply looks like'],
  'line-noise': ['talk-speed', 'When the speed is too high'],
  'dfu-access-denied': ['talk-linux', 'The udev rule, to copy'],
  'dfu-interface-busy': ['talk-windows', 'Drivers on Windows'],
  'dfu-not-found': ['talk-dfu-buttons', 'The buttons for DFU mode, drawn'],
  'dfu-lost': ['talk-cable', 'Cables without data wires, drawn'],
};

/** The symptom to look at first after a failure, with the words of a link to it; null if there is none. */
export function symptomOf(failure: string): { readonly name: SymptomName; readonly words: string } | null {
  const [name, words] = FIRST[failure] ?? [];
  return name === undefined || words === undefined ? null : { name, words };
}

/** Every failure that leads to a symptom. */
export const LED: readonly string[] = Object.keys(FIRST);
