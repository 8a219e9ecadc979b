/** What a command's exit status says: each command gives its own with its answer, and `run.ts` that of what stopped it. */

/** The exit status by what it says: `sound`, or that nothing speaks against it; `unusable`: wrong usage or unreadable input. */
export const EXIT = { sound: 0, problems: 1, unusable: 2, refused: 3 } as const;

export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

/** What each says, for the help. */
export const EXIT_WORDS =
  '0 no problems, 1 problems found, 2 wrong usage or unreadable input, 3 refused, or a question is open';
