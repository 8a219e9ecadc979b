/** Where next steps lead, as each face of the program words it: the page has views, the command line has commands and options. */

/** `options`: settings of a plan; `kept`: whether what is overwritten can be had again; `starts`: what should start; `places`: where a file goes. */
export type Step = 'options' | 'layout' | 'contents' | 'kept' | 'starts' | 'places';

/** The words for each step, inside a sentence or, for `kept`, as one. */
export type Steps = Readonly<Record<Step, string>>;

/** On the page. */
export const ON_PAGE: Steps = {
  options: 'under “Flashing options” in the view Flash',
  layout: 'in the view Layout',
  contents: 'in the view Contents',
  kept: 'The plan says whether it is backed up first. If so, it can be restored under Backups.',
  starts: 'under “Change what starts”',
  places: 'under “Write to”',
};

/** On the command line, which writes a copy of the flash and changes nothing of what starts by itself. */
export const BY_COMMAND: Steps = {
  options: 'with --set',
  layout: 'with “sectorwise layout”',
  contents: 'with “sectorwise nvs” or “sectorwise fs”',
  kept: 'It is overwritten in the result only: IMAGE stays as it is.',
  starts: 'under “Change what starts” on Sectorwise’s page',
  places: 'with --place',
};
