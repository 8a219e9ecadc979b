/** Where next steps lead, as each face of the program words it: the page has views, the command line has commands and options. */

/** The words for each step, inside a sentence unless it says otherwise. */
export interface Steps {
  /** Where the flash size is chosen that a board does not report. */
  readonly flashSize: string;
  readonly layout: string;
  /** Where settings and files are changed. */
  readonly contents: string;
  /** Where they are made again. */
  readonly recreated: string;
  /** How one of two changes waits for the other, as a sentence. */
  readonly withdrawn: string;
  /** Whether what is overwritten can be had again, as a sentence. */
  readonly kept: string;
  /** Where it is chosen what starts. */
  readonly starts: string;
  /** Where it is chosen where a file goes. */
  readonly places: string;
  /** How the latest version is had, at the beginning of a sentence. */
  readonly latest: string;
  /** How a file is given once more. */
  readonly again: string;
  readonly backups: string;
  /** How files are given. */
  readonly drop: string;
  /** How a file is taken out again. */
  readonly out: string;
  /** Where the speed of a link and the form of its transfers are set. */
  readonly link: string;
  /** How the ROM unlocks a chip. */
  readonly unlock: string;
  /** What makes a table binary. */
  readonly binary: string;
  /** To set an option of a plan, named `option` on the command line (`erase=all`), and as `words` on the page (“Erase” to “Everything”). */
  readonly set: (option: string, words: string) => string;
  /** To choose a place for a file, one that is no partition: by its id, and by its name on the page. */
  readonly choose: (id: string, name: string) => string;
  /** The words of this face, where no step is shared. */
  readonly either: (onPage: string, byCommand: string) => string;
}

/** On the page. */
export const ON_PAGE: Steps = {
  flashSize: 'under “Flashing options” in the view Flash',
  layout: 'in the view Layout',
  contents: 'in the view Contents',
  recreated: 'in the view Contents',
  withdrawn: 'Withdraw your changes in the view Contents, or flash the rest first.',
  kept: 'What is backed up first can be restored under Backups.',
  starts: 'under “Change what starts”',
  places: 'under “Write to”',
  latest: 'Reload this page to get the latest Sectorwise',
  again: 'remove it and choose it again',
  backups: 'under “Backups”',
  drop: 'drop',
  out: 'remove',
  link: 'under “Flashing options”',
  unlock: 'choose “Unlock this chip”',
  binary: '“Save the partition table as .bin”',
  set: (_, words) => `set ${words} under “Flashing options” in the view Flash`,
  choose: (_, name) => `choose “${name}”`,
  either: (onPage) => onPage,
};

/** On the command line, which writes a result and changes nothing else by itself. */
export const BY_COMMAND: Steps = {
  flashSize: 'with --set flash-size=BYTES',
  layout: 'with “sectorwise layout”',
  contents: 'with “sectorwise nvs” or “sectorwise fs”',
  recreated: 'on Sectorwise’s page',
  withdrawn: 'Make one change first, and the other one to its result.',
  kept: 'Nothing else keeps it: write the result to another file if you may need it.',
  starts: 'with “sectorwise boot set”',
  places: 'with --place',
  latest: 'Install the latest Sectorwise',
  again: 'run the command again',
  backups: 'on Sectorwise’s page',
  drop: 'give',
  out: 'leave out',
  link: 'on Sectorwise’s page',
  unlock: 'unlock it on Sectorwise’s page',
  binary: '“sectorwise table --to bin”',
  set: (option) => `plan or apply with --set ${option}`,
  choose: (id) => `use --place FILE=${id}`,
  either: (_, byCommand) => byCommand,
};
