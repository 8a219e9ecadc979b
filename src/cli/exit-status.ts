/** What a command's exit status says: each command gives its own with its answer, and `run.ts` that of what stopped it. */

/** Exit statuses: 0 nothing wrong, 1 problems found, 2 wrong usage or unreadable input, 3 refused or a question is open. */
export const EXIT = { sound: 0, problems: 1, unusable: 2, refused: 3 } as const;

/** One of them. */
export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

/** What each says, for the help. */
export const EXIT_WORDS =
  '0 no problems, 1 problems found, 2 wrong usage or unreadable input, 3 refused, or a question is open';
