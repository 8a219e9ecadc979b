/** What people want to do, as steps: which views and buttons lead there. Words in “quotes” are on the page as they stand here. */

/** One thing to do; `boards` says what it concerns, where that is not every board. */
export interface Task {
  readonly name: string;
  readonly title: string;
  readonly boards: string;
  readonly steps: readonly string[];
}

/** All tasks, in the order in which they are usually met. */
export const TASKS: readonly Task[] = [
  {
    name: 'do-flash',
    title: 'Flash firmware',
    boards: '',
    steps: [
      'Connect the board: “Connect a board” for the ESP32 family, “Connect over DFU” for STM32 and Particle.',
      'In the view “Flash”, drop a build folder, a ZIP archive or single files.',
      'Check the place of each file under “Write to”, and what the plan changes and keeps.',
      'Press the button in the bar at the bottom. Where the board can be read, what is overwritten is backed up first and every erase unit is verified.',
    ],
  },
  {
    name: 'do-back-up',
    title: 'Back up a board',
    boards: '',
    steps: [
      'Below the map, press “Whole flash”, then “Back up the whole flash”.',
      'For one partition, select it on the map and press “Back up”.',
      'The backup is listed in the view “Backups”, which says how long this browser keeps it. “Export” under “More” saves it as a file.',
      '“Save as .bin” only saves the plain bytes as a file: no backup of them is kept.',
      'A plan that overwrites something backs it up by itself, unless you switched that off under “Flashing options”.',
    ],
  },
  {
    name: 'do-restore',
    title: 'Restore a backup',
    boards: '',
    steps: [
      'Connect the board. After a job, press “Read the board again” first.',
      'Open the view “Backups”. A backup in a file comes in with “Import backup”.',
      'An encrypted backup has “Decrypt” in place of “Restore”: enter its passphrase first.',
      'Press “Restore” beside the backup; for one of another board, “Restore to this board” under “More”. Its plan is shown above the backups.',
      'A partition that has another place now is written there. To write it to its old addresses, tick the box for that in the plan.',
      'Read the plan, then press the button in the bar at the bottom. Only what differs is written.',
    ],
  },
  {
    name: 'do-finish',
    title: 'Finish or undo an interrupted write',
    boards: '',
    steps: [
      'Connect the same board again, in this browser: the unfinished job is shown first.',
      '“Resume” writes what is missing.',
      '“Roll back” restores what was overwritten; you see the plan first.',
      '“Abandon” leaves the board as it is. What was backed up stays in the view “Backups”.',
    ],
  },
  {
    name: 'do-repair',
    title: 'Repair a board that does not start',
    boards: '',
    steps: [
      'Connect it in download mode or DFU mode. A board whose firmware is broken can still do that: its first loader is in ROM, or in protected flash.',
      'Open the view “Repair”. What is known to be wrong is listed with a button for each repair.',
      'Press “Diagnose” to have apps, bootloader, tables and contents checked completely.',
      'Every repair shows its plan before anything is written.',
    ],
  },
  {
    name: 'do-erase',
    title: 'Erase a partition or the whole flash',
    boards: '',
    steps: [
      'For one partition, select it on the map and press “Erase”.',
      'For everything, press “Whole flash” below the map, then “Erase the whole flash”.',
      'The plan says what is lost and what is backed up first. Nothing is erased before you confirm.',
    ],
  },
  {
    name: 'do-settings',
    title: 'See or change settings, such as the Wi-Fi name and password',
    boards: 'ESP32 family',
    steps: [
      'Open the view “Contents” and choose the NVS partition, usually called nvs.',
      'Its settings are listed by namespace and key. Passwords and keys are hidden until you ask for them.',
      '“Change” and “Delete” add to the plan; the bar at the bottom writes it.',
    ],
  },
  {
    name: 'do-files',
    title: 'Get files off a board, or change them',
    boards: 'ESP32 family',
    steps: [
      'Open the view “Contents” and choose a partition with LittleFS, SPIFFS or FAT.',
      'Its files are listed: save them, delete them, or add others.',
      'Changes add to the plan; the bar at the bottom writes it.',
    ],
  },
  {
    name: 'do-layout',
    title: 'Change the partitions',
    boards: 'ESP32 family',
    steps: [
      'Open the view “Layout”. Drag the borders, edit the rows, or start from a template or a CSV.',
      'Press “Plan this change”: the plan says what becomes of each partition’s content.',
      'Where an app does not fit, the view “Flash” offers layouts that have the room for it.',
    ],
  },
  {
    name: 'do-start',
    title: 'Choose which app starts',
    boards: 'ESP32 family',
    steps: [
      'Above the map, press “Change what starts”. It is there if the board has an otadata partition and more than one app slot.',
      'Choose the app. The plan writes one entry of otadata and nothing else.',
    ],
  },
  {
    name: 'do-many',
    title: 'Flash many boards alike',
    boards: '',
    steps: [
      'Set up one board, then press “Whole flash” below the map and “Make a recovery bundle”.',
      'The bundle is a file with partitions, digests and, if you like, your signature.',
      'Drop it in the view “Flash” of each other board: it says whether it fits.',
    ],
  },
];
