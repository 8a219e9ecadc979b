/** Where next steps lead, as each face of the program words it: the page has views, the command line has commands and options. */

/**
 * `options`: settings of a plan; `contents`: where they are changed, `recreated`: where they are made again; `kept`: whether what is
 * overwritten can be had again; `withdrawn`: how one of two changes waits for the other; `starts`: what should start; `places`: where a file goes.
 */
export type Step = 'options' | 'layout' | 'contents' | 'recreated' | 'withdrawn' | 'kept' | 'starts' | 'places';

/** The words for each step, inside a sentence or, for `kept` and `withdrawn`, as one. */
export type Steps = Readonly<Record<Step, string>>;

/** On the page. */
export const ON_PAGE: Steps = {
  options: 'under “Flashing options” in the view Flash',
  layout: 'in the view Layout',
  contents: 'in the view Contents',
  recreated: 'in the view Contents',
  withdrawn: 'Withdraw your changes in the view Contents, or flash the rest first.',
  kept: 'The plan says whether it is backed up first. If so, it can be restored under Backups.',
  starts: 'under “Change what starts”',
  places: 'under “Write to”',
};

/** On the command line, which writes a result and changes nothing else by itself. */
export const BY_COMMAND: Steps = {
  options: 'with --set',
  layout: 'with “sectorwise layout”',
  contents: 'with “sectorwise nvs” or “sectorwise fs”',
  recreated: 'on Sectorwise’s page',
  withdrawn: 'Make one change first, and the other one to its result.',
  kept: 'Nothing else keeps it: write the result to another file if you may need it.',
  starts: 'with “sectorwise boot set”',
  places: 'with --place',
};
